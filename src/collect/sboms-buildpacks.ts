import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import { parseDigest } from '../core/model/digest.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import { parseImageConfig, parseManifest } from '../core/model/oci.ts';
import type { HashBytes } from '../core/provenance/dockerfile-text.ts';
import type { AttachedDocument } from '../core/sbom/attached.ts';
import { launchSbomType, sbomLayer } from '../core/sbom/buildpacks.ts';
import type { LayerFiles } from '../ports/layer-files.ts';
import type { Registry } from '../ports/registry.ts';
import type { ReadFiles } from './sboms.ts';

const CONFIG_BYTES_MAX = 8 * 1024 * 1024;
/** As it is packed; JSON packs well. */
const LAYER_BYTES_MAX = 128 * 1024 * 1024;

export type LayerTools = { readonly registry: Registry; readonly readLayer: LayerFiles; readonly hash: HashBytes };

/** The SBOMs that Buildpacks put into the image: the one case in which a layer is read, and that one alone. */
export async function readBuildpacksSboms(tools: LayerTools, { image }: Pick<Dossier, 'image'>): Promise<ReadFiles> {
  const [at] = image.root.foundAt;
  if (at === undefined) return { files: [], unread: [] };
  try {
    const layer = await findLayer(tools.registry, at, image);
    return { files: layer === undefined ? [] : await readFiles(tools, at, layer), unread: [] };
  } catch (error) {
    if (error instanceof ToolError) return { files: [], unread: [error] };
    throw error;
  }
}

/** Manifest and config were read when the image was traced: no request is made for them. */
async function findLayer(
  registry: Registry,
  at: ImageRepository,
  { digests }: Dossier['image'],
): Promise<Descriptor | undefined> {
  if (digests.platform === undefined) return undefined;
  const fetched = await registry.fetchManifest(at, { kind: 'digest', digest: digests.platform });
  const config = await registry.fetchBlob(at, digests.config, CONFIG_BYTES_MAX);
  if (fetched.kind !== 'found' || config.kind !== 'found') return undefined;
  const manifest = parseManifest(fetched.value.bytes, fetched.value.mediaType);
  return manifest.kind === 'manifest' ? sbomLayer(parseImageConfig(config.value), manifest) : undefined;
}

async function readFiles(
  { registry, readLayer, hash }: LayerTools,
  at: ImageRepository,
  { digest: layer }: Descriptor,
): Promise<readonly AttachedDocument[]> {
  const outcome = await registry.fetchBlob(at, layer, LAYER_BYTES_MAX);
  if (outcome.kind === 'failed') throw outcome.error;
  if (outcome.kind === 'absent') throw new ToolError('NOT_READABLE', `the registry does not have the layer ${layer}`);
  const files = await readLayer(outcome.value, (name) => launchSbomType(name) !== undefined);
  return files.flatMap(({ name, bytes }): readonly AttachedDocument[] => {
    const [type, document] = [launchSbomType(name), parseDigest(`sha256:${hash('sha256', bytes)}`)];
    if (type === undefined || document === undefined) return [];
    const worth = { trust: 'inImage', grade: 'declared', why: 'a file of the image' } as const;
    const carrier = `/${name} in the layer ${layer}`;
    return [{ document, carrier, type, boundBy: 'platform', ...worth, content: { kind: 'file', bytes } }];
  });
}
