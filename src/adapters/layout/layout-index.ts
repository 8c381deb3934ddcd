import { ToolError } from '../../core/errors.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { formatPlatform, MEDIA_TYPES } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import { digestHex } from '../../core/model/digest.ts';
import { listed, nameMeans } from './image-names.ts';

/** The entries of a layout's index.json (image-spec, image-layout.md): its order, without what could not be read. */
export type LayoutEntries = readonly Descriptor[];
/** `all`: index.json is itself the index of one image's platforms. */
export type Chosen = Descriptor | 'all';

const REF_NAME = 'org.opencontainers.image.ref.name';
const CONTAINERD_NAME = 'io.containerd.image.name';
/** What `cosign save` says of an entry; its values begin with `dev.cosignproject.cosign/`. */
const COSIGN_KIND = 'kind';
const COSIGN_COMPANIONS = { sig: 'sigs', att: 'atts', sbom: 'sboms' } as const;
const BUILDKIT_REFERENCE = 'vnd.docker.reference.type';

const MANIFEST_TYPES: readonly string[] = [
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerList,
];

/** Where another thing is kept by the digest of what it is about: the fallback tag of referrers, and cosign's three tags. */
const COMPANION_TAG = /^sha(?:256|512)-(?<hex>[0-9a-f]{64})(?:\.(?<kind>sig|att|sbom))?$/;

/** The names that an entry was given. */
export function namesOf(entry: Descriptor): readonly string[] {
  return [entry.annotations[REF_NAME], entry.annotations[CONTAINERD_NAME]].filter((name) => name !== undefined);
}

/** True for what is a manifest or an index by its media type; one that is not said can be either. */
export function isManifestEntry(entry: Descriptor): boolean {
  return entry.mediaType === '' || MANIFEST_TYPES.includes(entry.mediaType);
}

/**
 * The entry that a name means; undefined where none does.
 * @throws ToolError `AMBIGUOUS_IMAGE` where different images have that name
 */
export function chooseNamed(entries: LayoutEntries, name: string): Chosen | undefined {
  const literal = entries.filter((entry) => namesOf(entry).includes(name));
  const meant =
    literal.length > 0 ? literal : entries.filter((entry) => namesOf(entry).some((n) => nameMeans(name, n)));
  const fitting = meant.length > 0 ? meant : cosignCompanions(entries, name);
  if (fitting.length === 0) return undefined;
  const areAll = entries.filter(isImageEntry).every((entry) => fitting.includes(entry));
  return chooseOne(fitting, areAll);
}

/**
 * The only image of the layout: one image with its referrers, or the platforms of one image, for which `all` stands.
 * @param subjects the entries that have a subject, which makes them referrers
 * @throws ToolError `AMBIGUOUS_IMAGE`; `NOT_AN_IMAGE` where there is none
 */
export function chooseSole(entries: LayoutEntries, subjects: ReadonlySet<Digest>): Chosen {
  const images = entries.filter((entry) => isImageEntry(entry) && !subjects.has(entry.digest));
  if (images.length === 0) {
    throw new ToolError('NOT_AN_IMAGE', 'the layout holds no image', {
      expected: 'an entry of index.json that is an image',
      got: entries.length === 0 ? 'no entries' : listed(entries.map((entry) => entry.artifactType ?? entry.mediaType)),
      ...(entries.length === 0 ? {} : { hint: 'name an entry by its digest: oci:DIR@sha256:DIGEST' }),
    });
  }
  // Attestation manifests beside the images: index.json is the index that BuildKit made, and they are found by it.
  if (entries.some(isAttestationManifest) && arePlatforms(images)) return 'all';
  return chooseOne(images, true);
}

/** The entries that may be images by what index.json itself says of them. */
export function isImageEntry(entry: Descriptor): boolean {
  const kind = cosignKind(entry);
  return (
    isManifestEntry(entry) &&
    !isAttestationManifest(entry) &&
    (kind === undefined || kind === 'image' || kind === 'imageIndex') &&
    !namesOf(entry).some((name) => COMPANION_TAG.test(name.slice(name.lastIndexOf(':') + 1)))
  );
}

function isAttestationManifest(entry: Descriptor): boolean {
  return entry.annotations[BUILDKIT_REFERENCE] !== undefined;
}

function chooseOne(fitting: LayoutEntries, areAll: boolean): Chosen {
  const different = [...new Map(fitting.map((entry) => [entry.digest, entry])).values()];
  const [only] = different;
  if (different.length === 1 && only !== undefined) return only;
  if (areAll && arePlatforms(different)) return 'all';
  throw new ToolError('AMBIGUOUS_IMAGE', 'several images fit', {
    expected: `one of ${listed(different.map(describe))}`,
    hint: 'name one: PATH:REF, or PATH@sha256:DIGEST',
  });
}

/** One name or none for all of them, and a platform of its own for each: as apko and `docker buildx` without an index write them. */
function arePlatforms(entries: LayoutEntries): boolean {
  const platforms = new Set(
    entries.flatMap(({ platform }) => (platform ? [`${formatPlatform(platform)} ${platform.osVersion}`] : [])),
  );
  const names = new Set(entries.map((entry) => namesOf(entry).join(' ')));
  return platforms.size === entries.length && names.size === 1;
}

/** In a layout of `cosign save`, which holds one image, the tags `sha256-….sig`, `.att` and `.sbom` are entries of a kind. */
function cosignCompanions(entries: LayoutEntries, tag: string): LayoutEntries {
  const { hex, kind } = COMPANION_TAG.exec(tag)?.groups ?? {};
  const isAbout = (entry: Descriptor): boolean =>
    ['image', 'imageIndex'].includes(cosignKind(entry) ?? '') && digestHex(entry.digest) === hex;
  if (kind === undefined || !isCompanionKind(kind) || !entries.some(isAbout)) return [];
  return entries.filter((entry) => cosignKind(entry) === COSIGN_COMPANIONS[kind]);
}

function isCompanionKind(kind: string): kind is keyof typeof COSIGN_COMPANIONS {
  return kind in COSIGN_COMPANIONS;
}

function cosignKind(entry: Descriptor): string | undefined {
  return /^dev\.cosignproject\.cosign\/(\w+)$/.exec(entry.annotations[COSIGN_KIND] ?? '')?.[1];
}

/** `1.4 (linux/amd64)`, or the digest of an entry without a name. */
function describe(entry: Descriptor): string {
  const platform = entry.platform === undefined ? '' : ` (${formatPlatform(entry.platform)})`;
  return `${namesOf(entry)[0] ?? entry.digest}${platform}`;
}
