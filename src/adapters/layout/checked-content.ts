import { createHash } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import type { Digest } from '../../core/model/digest.ts';
import { digestAlgorithm, digestHex, parseDigest } from '../../core/model/digest.ts';
import type { Digester } from '../../ports/digester.ts';
import type { ContentSource } from './content-source.ts';

export const digestOf: Digester = (algorithm, bytes) => {
  const digest = parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
  if (digest === undefined) throw new Error(`a ${algorithm} hash is not a digest`);
  return digest;
};

/**
 * A blob from where a layout keeps it, `blobs/ALGORITHM/HEX`, its digest checked; undefined where it is not there.
 * @throws ToolError `DIGEST_MISMATCH`, and what `ContentSource.read` throws
 */
export async function readBlob(
  source: ContentSource,
  digest: Digest,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const bytes = await source.read(`blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`, bytesMax);
  return bytes === undefined ? undefined : checkedContent(bytes, digest);
}

/** @throws ToolError `DIGEST_MISMATCH` */
export function checkedContent(bytes: Uint8Array, digest: Digest): Uint8Array {
  const got = digestOf(digestAlgorithm(digest), bytes);
  if (got === digest) return bytes;
  throw new ToolError('DIGEST_MISMATCH', 'a blob is not what its name says', {
    expected: digest,
    got,
    hint: 'the layout or archive is damaged or was changed: copy or save it again',
  });
}
