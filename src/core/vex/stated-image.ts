import type { Digest } from '../model/digest.ts';
import type { Component } from '../sbom/model.ts';
import type { Purl } from '../sbom/purl.ts';
import type { StatedProduct } from './model.ts';

const IMAGE_TYPES = new Set(['oci', 'docker']);
const DIGEST = /sha(?:256|512):[0-9a-f]+/g;

/** What an image can be named by: its digests of every kind, and its names without tag (`ghcr.io/acme/shop`). */
export type StatedImage = { readonly digests: readonly Digest[]; readonly names: readonly string[] };

/** `sameName`: its name and a tag or version, which do not tell which image is meant. */
export type Likeness = 'same' | 'sameName' | 'other';

/**
 * Whether a product is this image: by digest, wherever one is written; by name only where no digest is. `root` is what the image's own
 * SBOM calls it, which is how statements within it do.
 */
export function likenessOf(product: StatedProduct, image: StatedImage, root: Component | undefined): Likeness {
  const { purl, text, version, hashes } = product;
  if (purl !== undefined && !IMAGE_TYPES.has(purl.type))
    return purl.canonical === root?.purl?.canonical ? 'same' : 'other';
  const written = `${purl?.version ?? ''} ${purl?.qualifiers['digest'] ?? ''} ${version ?? ''} ${text}`;
  const digests = [...(written.match(DIGEST) ?? []), ...hashes.map(({ algorithm, value }) => `${algorithm}:${value}`)];
  if (digests.length > 0)
    return digests.some((digest) => image.digests.some((own) => own === digest)) ? 'same' : 'other';
  const isRoot = root !== undefined && product.name === root.name && version === root.version;
  if (isRoot) return version === undefined ? 'sameName' : 'same';
  const names = image.names.filter((name) => (purl === undefined ? isNamedBy(text, name) : isOfName(purl, name)));
  if (names.length === 0) return 'other';
  const hasTag = purl === undefined ? !names.includes(text) : (purl.version ?? purl.qualifiers['tag']) !== undefined;
  return hasTag || version !== undefined || product.range !== undefined ? 'sameName' : 'same';
}

function isNamedBy(text: string, name: string): boolean {
  return text === name || text.startsWith(`${name}:`);
}

/** `repository_url` is the whole name without tag (purl-spec, oci), and the registry alone for docker; some leave out the last part. */
function isOfName(purl: Purl, name: string): boolean {
  const path = purl.namespace === undefined ? purl.name : `${purl.namespace}/${purl.name}`;
  if (name !== path && !name.endsWith(`/${path}`)) return false;
  const repository = purl.qualifiers['repository_url'];
  return repository === undefined || name === repository || name.startsWith(`${repository}/`);
}
