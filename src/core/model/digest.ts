declare const digestBrand: unique symbol;

/** A content digest as OCI writes it, `algorithm:lowercase hex` (image-spec, descriptor.md "Digests"). */
export type Digest = string & { readonly [digestBrand]: true };

export type DigestAlgorithm = 'sha256' | 'sha512';

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** The digest that `text` is, or undefined: only the registered algorithms, and only their exact length. */
export function parseDigest(text: string): Digest | undefined {
  return isDigest(text) ? text : undefined;
}

function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}

/** The hexadecimal part. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The tag under which content about `digest` is kept where a registry has no referrers API: `sha256-<hex>` (distribution-spec 1.1, "Referrers Tag Schema"). */
export function referrersTag(digest: Digest): string {
  // The specification cuts the algorithm at 32 and the encoded part at 64 characters.
  return `${digestAlgorithm(digest)}-${digestHex(digest).slice(0, 64)}`;
}
