import { ToolError } from '../core/errors.ts';
import { compareText } from '../core/graph/order.ts';
import type { TracedImage } from '../core/model/chain.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import type { Digest } from '../core/model/digest.ts';
import { parseDigest } from '../core/model/digest.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import { parseManifest } from '../core/model/oci.ts';
import type { LayoutManifest, LooseBundle } from '../core/sbom/export/layout-index.ts';
import {
  COMPANION_TAG,
  EMPTY_CONFIG,
  bundleManifest,
  emptyConfigDigest,
  layoutIndex,
} from '../core/sbom/export/layout-index.ts';
import type { HashBytes } from '../core/provenance/dockerfile-text.ts';
import type { LayoutBlob } from '../ports/layout-writer.ts';
import type { FetchedManifest, Registry } from '../ports/registry.ts';
import type { ShownContent } from './layout-registry.ts';

const CONFIG_BYTES_MAX = 8 * 1024 * 1024;
/** An SBOM of 100,000 components that says little of each has 70 MB. */
const ATTACHED_BYTES_MAX = 128 * 1024 * 1024;
/** One at a time is in memory. */
const LAYER_BYTES_MAX = 2 * 1024 ** 3;

/** A bundle that was verified and is in no registry: a forge keeps it, or the user has it in a file. */
export type CarriedBundle = Omit<LooseBundle, 'size' | 'subject'> & {
  readonly bytes: Uint8Array;
  /** What of the image it is about. */
  readonly about: Digest;
};
export type LayoutRequest = {
  readonly registry: Registry;
  /** What was shown when the image was traced. */
  readonly shown: ShownContent;
  /** Its platforms, of one reference. */
  readonly images: readonly TracedImage[];
  readonly bundles: readonly CarriedBundle[];
  /** Where to read the layers from, which are not kept; missing where they are not wanted. */
  readonly layers?: Pick<Registry, 'fetchBlob'>;
  readonly hash: HashBytes;
};
/** `leftOut`: what the image names and its registry does not have. */
export type GatheredLayout = {
  readonly index: Uint8Array;
  readonly blobs: readonly LayoutBlob[];
  readonly leftOut: readonly Digest[];
};

/**
 * All that is about an image as a layout holds it: its manifests and configs, and every document that was read about it.
 * @throws ToolError `UNSUPPORTED` for an image without a manifest; what the registry fails with
 */
export async function gatherLayout(request: LayoutRequest): Promise<GatheredLayout> {
  const { shown, images, bundles, hash } = request;
  const [first] = images;
  const [at] = first?.root.foundAt ?? [];
  const top = first?.digests.indexes[0] ?? first?.digests.platform;
  if (first === undefined || at === undefined || top === undefined)
    throw new ToolError('UNSUPPORTED', 'an archive of docker save has no manifest that could be in a layout', {
      expected: 'an image of a registry, a layout or an OCI archive',
    });
  const reading: Reading = { ...request, at, leftOut: new Set() };
  const tree = await readTree(reading, top);
  const image = tree.get(top);
  if (image === undefined) throw new ToolError('NO_SUCH_IMAGE', `${top} is not there any more`);
  const tags = new Map([...shown.tags].filter(([tag]) => COMPANION_TAG.test(tag)));
  const kept = [...shown.manifests.values()]
    .filter(({ digest }) => !tree.has(digest))
    .flatMap((manifest) => readable(manifest, reading));
  const loose = bundles.map((bundle) => attach(bundle, tree.get(bundle.about) ?? image, hash));
  const attached = [...kept, ...loose.map(({ manifest }) => manifest)];
  const small = await readSmall(reading, [...tree.values()], attached);
  for (const { bundle } of loose) small.set(bundle.document, bundle.bytes);
  if (loose.length > 0) small.set(emptyConfigDigest(), EMPTY_CONFIG);
  return {
    index: layoutIndex({ image, tag: first.tag, attached, tags }),
    blobs: inOrder([
      ...layersOf([...tree.values()], reading),
      ...[...small].map(([digest, bytes]) => ready(digest, bytes)),
      ...[...tree.values(), ...attached].map(({ digest, bytes }) => ready(digest, bytes)),
    ]),
    leftOut: [...reading.leftOut],
  };
}

type Reading = LayoutRequest & { readonly at: ImageRepository; readonly leftOut: Set<Digest> };

/** Each once, whatever came first over the network; what is at hand is not fetched again. */
function inOrder(blobs: readonly LayoutBlob[]): readonly LayoutBlob[] {
  const unique = new Map(blobs.map((blob) => [blob.digest, blob]));
  return [...unique.values()].sort((left, right) => compareText(left.digest, right.digest));
}

function ready(digest: Digest, bytes: Uint8Array): LayoutBlob {
  return { digest, read: async () => bytes };
}

function parsed({ digest, bytes, mediaType }: FetchedManifest): LayoutManifest {
  return { digest, bytes, parsed: parseManifest(bytes, mediaType) };
}

/** What is listed or attached and is no manifest supports nothing; that it is missing is told. */
function readable(manifest: FetchedManifest, { leftOut }: Reading): readonly LayoutManifest[] {
  try {
    return [parsed(manifest)];
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    leftOut.add(manifest.digest);
    return [];
  }
}

/** The image and, where it is an index, all that it lists; other platforms were read when they were traced, and the rest is asked for. */
async function readTree(reading: Reading, top: Digest): Promise<Map<Digest, LayoutManifest>> {
  const tree = new Map<Digest, LayoutManifest>();
  const waiting = [top];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (tree.has(digest)) continue;
    const manifest = reading.shown.manifests.get(digest) ?? (await fetchManifest(reading, digest));
    if (manifest === undefined) continue;
    for (const read of readable(manifest, reading)) {
      tree.set(digest, read);
      if (read.parsed.kind === 'index') waiting.push(...read.parsed.manifests.map((member) => member.digest));
    }
  }
  return tree;
}

async function fetchManifest({ registry, at, leftOut }: Reading, digest: Digest): Promise<FetchedManifest | undefined> {
  const outcome = await registry.fetchManifest(at, { kind: 'digest', digest });
  if (outcome.kind === 'failed') throw outcome.error;
  if (outcome.kind === 'found') return outcome.value;
  leftOut.add(digest);
  return undefined;
}

/** Configs of images, and whatever attached manifests hold. */
async function readSmall(
  reading: Reading,
  tree: readonly LayoutManifest[],
  attached: readonly LayoutManifest[],
): Promise<Map<Digest, Uint8Array>> {
  const small = new Map<Digest, Uint8Array>();
  const keep = async ({ digest }: Descriptor, bytesMax: number): Promise<void> => {
    const bytes = reading.shown.blobs.get(digest) ?? (await fetchBlob(reading, digest, bytesMax));
    if (bytes !== undefined) small.set(digest, bytes);
  };
  for (const each of [...tree, ...attached]) {
    if (each.parsed.kind === 'index') continue;
    const { config, layers } = each.parsed;
    await keep(config, CONFIG_BYTES_MAX);
    const isDocument = attached.includes(each) || isCarrier(each, tree);
    // Of an image's own layers only the one that was read: Buildpacks keep SBOMs in it.
    const wanted = isDocument ? layers : layers.filter(({ digest }) => reading.shown.blobs.has(digest));
    for (const layer of wanted) await keep(layer, ATTACHED_BYTES_MAX);
  }
  return small;
}

/** True for what an index lists beside its platforms: BuildKit's attestation manifests. */
function isCarrier({ digest }: LayoutManifest, tree: readonly LayoutManifest[]): boolean {
  return tree.some(
    ({ parsed: index }) =>
      index.kind === 'index' &&
      index.manifests.some(
        (member) => member.digest === digest && member.annotations['vnd.docker.reference.type'] !== undefined,
      ),
  );
}

async function fetchBlob(
  { registry, at, leftOut }: Reading,
  digest: Digest,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const outcome = await registry.fetchBlob(at, digest, bytesMax);
  if (outcome.kind === 'failed') throw outcome.error;
  if (outcome.kind === 'found') return outcome.value;
  leftOut.add(digest);
  return undefined;
}

/** Each is fetched when it is written. */
function layersOf(tree: readonly LayoutManifest[], { layers: source, at }: Reading): readonly LayoutBlob[] {
  if (source === undefined) return [];
  const layers = tree
    .filter((each) => !isCarrier(each, tree))
    .flatMap(({ parsed: image }) => (image.kind === 'manifest' ? image.layers : []));
  return [...new Set(layers.map(({ digest }) => digest))].map((digest) => ({
    digest,
    read: async () => {
      const outcome = await source.fetchBlob(at, digest, LAYER_BYTES_MAX);
      if (outcome.kind === 'found') return outcome.value;
      throw outcome.kind === 'failed'
        ? outcome.error
        : new ToolError('NOT_READABLE', `the registry names the layer ${digest} and does not have it`);
    },
  }));
}

type Attached = { readonly bundle: CarriedBundle; readonly manifest: LayoutManifest };

function attach(bundle: CarriedBundle, subject: LayoutManifest, hash: HashBytes): Attached {
  const bytes = bundleManifest({ ...bundle, size: bundle.bytes.length, subject });
  const digest = parseDigest(`sha256:${hash('sha256', bytes)}`);
  if (digest === undefined) throw new Error('a SHA-256 is a digest');
  return { bundle, manifest: { digest, bytes, parsed: parseManifest(bytes, '') } };
}
