import type { ErrorCode } from '../../core/errors.ts';
import { ToolError } from '../../core/errors.ts';
import { withoutUndefined } from '../../core/defined.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { MEDIA_TYPES } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import type { ImageIndex, ImageManifest } from '../../core/model/oci.ts';
import { parseManifest } from '../../core/model/oci.ts';
import type { FetchedManifest, ManifestName } from '../../ports/registry.ts';
import { digestOf, readBlob } from './checked-content.ts';
import type { ContentSource } from './content-source.ts';
import { listed } from './image-names.ts';
import type { Chosen, LayoutEntries } from './layout-index.ts';
import { chooseNamed, chooseSole, isImageEntry, isManifestEntry, namesOf } from './layout-index.ts';
import type { LocalImages } from './local-images.ts';

/** As large as a registry takes a manifest (distribution-spec 1.1, "Pushing Manifests"), and index.json with it. */
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
const LAYOUT_FILE_BYTES_MAX = 4096;

type Subject = { readonly subject: Digest; readonly referrer: Descriptor };

/**
 * An OCI image layout (image-spec, image-layout.md), in a folder or in an archive; also as `cosign save` writes it.
 * @throws ToolError `NOT_AN_IMAGE` where the source is none; `UNSUPPORTED` for a version that is not 1; `MALFORMED`
 */
export async function openOciLayout(source: ContentSource): Promise<LocalImages> {
  await checkLayoutFile(source);
  const bytes = await source.read('index.json', MANIFEST_BYTES_MAX);
  if (bytes === undefined) throw await notALayout(source, 'index.json');
  const index = parsedWhere(bytes, ['MALFORMED']);
  if (index?.kind !== 'index') {
    throw new ToolError('MALFORMED', 'its index.json is not an index', { expected: 'JSON with a list of manifests' });
  }
  return new OciLayout(source, { bytes, entries: index.manifests });
}

class OciLayout implements LocalImages {
  readonly #source: ContentSource;
  readonly #entries: LayoutEntries;
  /** index.json itself, which is the index where the layout has platforms without one around them. */
  readonly #whole: FetchedManifest;
  #subjects: Promise<readonly Subject[]> | undefined;

  constructor(source: ContentSource, index: { readonly bytes: Uint8Array; readonly entries: LayoutEntries }) {
    this.#source = source;
    this.#entries = index.entries;
    this.#whole = { mediaType: MEDIA_TYPES.ociIndex, digest: digestOf('sha256', index.bytes), bytes: index.bytes };
  }

  async fetchManifest(name: ManifestName): Promise<FetchedManifest | undefined> {
    switch (name.kind) {
      case 'digest':
        return name.digest === this.#whole.digest ? this.#whole : this.#fetchByDigest(name.digest);
      case 'tag':
        return this.#fetchChosen(chooseNamed(this.#entries, name.tag));
      case 'sole':
        return this.#fetchChosen(await this.#chooseSole());
    }
  }

  fetchBlob(digest: Digest, bytesMax: number): Promise<Uint8Array | undefined> {
    return readBlob(this.#source, digest, bytesMax);
  }

  async fetchReferrers(subject: Digest): Promise<readonly Descriptor[]> {
    const subjects = await this.#readSubjects();
    return subjects.filter((item) => item.subject === subject).map((item) => item.referrer);
  }

  names(): readonly string[] {
    return [...new Set(this.#entries.flatMap(namesOf))];
  }

  async #chooseSole(): Promise<Chosen> {
    // One entry that may be an image needs no look at the others; a layout may be incomplete.
    const subjects = this.#entries.filter(isImageEntry).length > 1 ? await this.#readSubjects() : [];
    return chooseSole(this.#entries, new Set(subjects.map((item) => item.referrer.digest)));
  }

  async #fetchChosen(chosen: Chosen | undefined): Promise<FetchedManifest | undefined> {
    if (chosen === undefined) return undefined;
    if (chosen === 'all') return this.#whole;
    const { bytes, manifest } = await this.#readEntry(chosen);
    return { mediaType: manifest.mediaType, digest: chosen.digest, bytes };
  }

  /** Any blob that is a manifest; one of another kind is no more a manifest than it is in a registry. */
  async #fetchByDigest(digest: Digest): Promise<FetchedManifest | undefined> {
    const bytes = await this.fetchBlob(digest, MANIFEST_BYTES_MAX);
    const manifest = bytes === undefined ? undefined : parsedWhere(bytes, ['MALFORMED']);
    return bytes === undefined || manifest === undefined ? undefined : { mediaType: manifest.mediaType, digest, bytes };
  }

  async #readEntry(entry: Descriptor): Promise<{ bytes: Uint8Array; manifest: ImageManifest | ImageIndex }> {
    const bytes = await this.#readEntryBytes(entry);
    if (isManifestEntry(entry)) return { bytes, manifest: parseManifest(bytes, entry.mediaType) };
    const manifest = parsedWhere(bytes, ['MALFORMED']);
    if (manifest !== undefined) return { bytes, manifest };
    throw new ToolError('NOT_AN_IMAGE', `the entry ${namesOf(entry)[0] ?? entry.digest} is not an image`, {
      expected: 'a manifest or index',
      got: entry.mediaType,
    });
  }

  async #readEntryBytes(entry: Descriptor): Promise<Uint8Array> {
    const bytes = await this.fetchBlob(entry.digest, MANIFEST_BYTES_MAX);
    if (bytes !== undefined) return bytes;
    throw new ToolError('MALFORMED', 'the layout is incomplete', {
      expected: `the manifest ${entry.digest}, which its index.json names`,
      got: 'no such blob',
      hint: 'copy or save it again',
    });
  }

  #readSubjects(): Promise<readonly Subject[]> {
    this.#subjects ??= this.#scanSubjects().catch((error: unknown) => {
      this.#subjects = undefined;
      throw error;
    });
    return this.#subjects;
  }

  /** index.json does not say which entries have a subject: only their manifests do. */
  async #scanSubjects(): Promise<readonly Subject[]> {
    const subjects: Subject[] = [];
    for (const entry of new Map(this.#entries.map((entry) => [entry.digest, entry])).values()) {
      if (!isManifestEntry(entry)) continue;
      const bytes = await this.#readEntryBytes(entry);
      // What is no manifest has no subject; what cannot be read may have one, and is not passed over.
      const manifest = parsedWhere(bytes, ['MALFORMED', 'UNSUPPORTED']);
      if (manifest?.subject === undefined) continue;
      subjects.push({ subject: manifest.subject.digest, referrer: referrerOf(manifest, entry.digest, bytes.length) });
    }
    return subjects;
  }
}

/** As the referrers API describes it (distribution-spec 1.1, "Listing Referrers"): by what the manifest says of itself. */
function referrerOf(manifest: ImageManifest | ImageIndex, digest: Digest, size: number): Descriptor {
  const configType = manifest.kind === 'manifest' ? manifest.config.mediaType : undefined;
  return withoutUndefined({
    mediaType: manifest.mediaType,
    digest,
    size,
    artifactType: manifest.artifactType ?? configType,
    annotations: manifest.annotations,
  });
}

/** The manifest; undefined where parsing it fails with one of these codes. */
function parsedWhere(bytes: Uint8Array, undefinedFor: readonly ErrorCode[]): ImageManifest | ImageIndex | undefined {
  try {
    return parseManifest(bytes, '');
  } catch (error) {
    if (error instanceof ToolError && undefinedFor.includes(error.code)) return undefined;
    throw error;
  }
}

async function checkLayoutFile(source: ContentSource): Promise<void> {
  const bytes = await source.read('oci-layout', LAYOUT_FILE_BYTES_MAX);
  if (bytes === undefined) throw await notALayout(source, 'oci-layout');
  const layout = parseJson(bytes, 'its oci-layout');
  const version = isRecord(layout) ? layout['imageLayoutVersion'] : undefined;
  if (typeof version === 'string' && version.startsWith('1.')) return;
  throw new ToolError('UNSUPPORTED', 'this is an image layout of another version', {
    expected: 'imageLayoutVersion 1.0.0',
    got: JSON.stringify(version) ?? 'none',
  });
}

async function notALayout(source: ContentSource, missing: string): Promise<ToolError> {
  const names = await source.topNames();
  return new ToolError('NOT_AN_IMAGE', 'this is not an OCI image layout', {
    expected: `a file ${missing}`,
    got: names.length === 0 ? 'nothing' : listed(names),
    ...(names.includes('manifest.json') ? { hint: 'what docker save wrote is named docker-archive:FILE' } : {}),
  });
}
