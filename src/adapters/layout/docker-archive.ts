import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import { MEDIA_TYPES } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import { digestHex, parseDigest } from '../../core/model/digest.ts';
import type { FetchedManifest, ManifestName } from '../../ports/registry.ts';
import { checkedContent, digestOf, readBlob } from './checked-content.ts';
import type { ContentSource } from './content-source.ts';
import { listed, nameMeans } from './image-names.ts';
import type { LocalImages } from './local-images.ts';

const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
const CONFIG_BYTES_MAX = 8 * 1024 * 1024;

const savedImagesSchema = v.array(v.object({ Config: v.string(), RepoTags: v.nullish(v.array(v.string()), []) }));
type SavedImage = v.InferOutput<typeof savedImagesSchema>[number];

/**
 * What `docker save` writes (moby, image/spec: manifest.json with the name of each image's config). It keeps no manifest and so no digest
 * that a registry knows: an image is its config, under the config's digest.
 * @throws ToolError `NOT_AN_IMAGE` where the source is something else; `MALFORMED`
 */
export async function openDockerArchive(source: ContentSource): Promise<LocalImages> {
  const bytes = await source.read('manifest.json', MANIFEST_BYTES_MAX);
  if (bytes === undefined) throw await notAnArchive(source);
  const images = v.safeParse(savedImagesSchema, parseJson(bytes, 'its manifest.json'));
  if (images.success) return new DockerArchive(source, images.output);
  throw new ToolError('MALFORMED', 'its manifest.json is not that of docker save', {
    expected: 'a list of images, each with its Config',
  });
}

class DockerArchive implements LocalImages {
  readonly #source: ContentSource;
  readonly #images: readonly SavedImage[];

  constructor(source: ContentSource, images: readonly SavedImage[]) {
    this.#source = source;
    this.#images = images;
  }

  async fetchManifest(name: ManifestName): Promise<FetchedManifest | undefined> {
    if (name.kind === 'digest') return this.#findConfig(name.digest);
    const image = this.#choose(name);
    return image === undefined ? undefined : this.#readConfig(image);
  }

  /** A config, or what newer versions of docker save keep as a layout does; layers have no digest as their name otherwise. */
  async fetchBlob(digest: Digest, bytesMax: number): Promise<Uint8Array | undefined> {
    const blob = await readBlob(this.#source, digest, bytesMax);
    if (blob !== undefined) return blob;
    const bytes = await this.#source.read(`${digestHex(digest)}.json`, bytesMax);
    return bytes === undefined ? undefined : checkedContent(bytes, digest);
  }

  fetchReferrers(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  names(): readonly string[] {
    return [...new Set(this.#images.flatMap((image) => image.RepoTags))];
  }

  #choose(name: Exclude<ManifestName, { kind: 'digest' }>): SavedImage | undefined {
    const fitting = this.#images.filter(
      (image) => name.kind === 'sole' || image.RepoTags.some((written) => nameMeans(name.tag, written)),
    );
    const [first] = fitting;
    if (first === undefined && name.kind === 'sole') throw noImage();
    if (fitting.every((image) => image.Config === first?.Config)) return first;
    throw new ToolError('AMBIGUOUS_IMAGE', 'several images fit', {
      expected: `one of ${listed(fitting.map((image) => image.RepoTags[0] ?? image.Config))}`,
      hint: 'name one: docker-archive:FILE:NAME, or docker-archive:FILE@sha256:DIGEST of its config',
    });
  }

  async #findConfig(digest: Digest): Promise<FetchedManifest | undefined> {
    for (const image of this.#images) {
      if ((digestInName(image) ?? digest) !== digest) continue;
      const config = await this.#readConfig(image);
      if (config.digest === digest) return config;
    }
    return undefined;
  }

  async #readConfig(image: SavedImage): Promise<FetchedManifest> {
    const bytes = await this.#source.read(image.Config, CONFIG_BYTES_MAX);
    if (bytes === undefined) {
      throw new ToolError('MALFORMED', 'the archive is incomplete', {
        expected: `the config ${image.Config}, which its manifest.json names`,
        got: 'no such file',
        hint: 'save the image again',
      });
    }
    const named = digestInName(image);
    if (named !== undefined) checkedContent(bytes, named);
    return { mediaType: MEDIA_TYPES.dockerConfig, digest: named ?? digestOf('sha256', bytes), bytes };
  }
}

/** `HEX.json`, `blobs/sha256/HEX` or `sha256:HEX`, by who wrote the archive; jib's `config.json` has no digest in it to hold the content to. */
function digestInName(image: SavedImage): Digest | undefined {
  const hex = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(image.Config)?.[1];
  return hex === undefined ? undefined : parseDigest(`sha256:${hex}`);
}

function noImage(): ToolError {
  return new ToolError('NOT_AN_IMAGE', 'the archive holds no image', {
    expected: 'an image in its manifest.json',
    got: 'an empty list',
  });
}

async function notAnArchive(source: ContentSource): Promise<ToolError> {
  const names = await source.topNames();
  return new ToolError('NOT_AN_IMAGE', 'this is not an archive of docker save', {
    expected: 'a file manifest.json',
    got: names.length === 0 ? 'nothing' : listed(names),
    ...(names.includes('oci-layout') ? { hint: 'an OCI image layout in an archive is named oci-archive:FILE' } : {}),
  });
}
