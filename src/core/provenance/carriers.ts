import type { Descriptor } from '../model/descriptor.ts';
import { MEDIA_TYPES } from '../model/descriptor.ts';
import type { ImageManifest } from '../model/oci.ts';
import type { CarriedDocument } from '../model/statement.ts';

/** What a layer of an artifact manifest is to a reader of evidence. */
export type LayerContent =
  | { readonly kind: 'document'; readonly form: CarriedDocument['form'] }
  /** Of which only that it exists is told: the content is read where it is asked for. */
  | { readonly kind: 'listed'; readonly predicateType: string }
  | { readonly kind: 'unknown' };

export const NOTARY_SIGNATURE = 'application/vnd.cncf.notary.signature';

/** By media type of the layer (reference/provenance.md 2). Order matters only where one pattern includes another. */
const LAYER_TYPES: readonly { readonly pattern: RegExp; readonly content: LayerContent }[] = [
  { pattern: /^application\/vnd\.dev\.sigstore\.bundle/, content: { kind: 'document', form: 'bundle' } },
  { pattern: /^application\/vnd\.dsse\.envelope\.v1\+json$/, content: { kind: 'document', form: 'dsse' } },
  { pattern: /^application\/vnd\.in-toto(?:\.[^+]+)?\+json$/, content: { kind: 'document', form: 'statement' } },
  {
    pattern: /^application\/vnd\.dev\.cosign\.simplesigning\.v1\+json$/,
    content: { kind: 'document', form: 'simpleSigning' },
  },
  {
    pattern: /^(?:application\/vnd\.cyclonedx(?:\+json|\+xml)?|application\/vnd\.cyclonedx\..*)$/,
    content: { kind: 'listed', predicateType: 'https://cyclonedx.org/bom' },
  },
  {
    pattern: /^(?:text|application)\/spdx(?:\+json|\+xml)?$/,
    content: { kind: 'listed', predicateType: 'https://spdx.dev/Document' },
  },
  { pattern: /^application\/vnd\.syft\+json$/, content: { kind: 'listed', predicateType: 'https://syft.dev/bom' } },
];

/** The layer's own media type decides: an `artifactType` is often wrong, and annotations are anybody's word (traps R1). */
export function layerContent(layer: Descriptor): LayerContent {
  return LAYER_TYPES.find(({ pattern }) => pattern.test(layer.mediaType))?.content ?? { kind: 'unknown' };
}

/** What an artifact manifest calls itself. */
export function artifactTypeOf(manifest: ImageManifest): string {
  return manifest.artifactType ?? (manifest.config.mediaType === MEDIA_TYPES.ociEmpty ? '' : manifest.config.mediaType);
}
