import { ToolError } from '../../core/errors.ts';
import { errorOfStatus } from '../http/failure.ts';
import { describeUrl } from '../http/http.ts';
import type { ForgeClient } from './forge-client.ts';
import { BUNDLE_BYTES_MAX } from './kept-attestations.ts';
import { blockBytesMax, decompressBlock } from './snappy-block.ts';

/**
 * A bundle from the blob storage that `bundle_url` names, compressed as a block of Snappy. The storage is asked without the token, which is GitHub's alone;
 * the address is GitHub's word and not the user's, so the policy for strangers' addresses is held against it.
 * @param what whose the bundle is, as messages name it.
 * @throws ToolError
 */
export async function downloadBundle({ http, api }: ForgeClient, bundleUrl: string, what: string): Promise<Uint8Array> {
  const url = URL.parse(bundleUrl);
  if (url === null)
    throw new ToolError('MALFORMED', `one of ${what} has no address`, {
      expected: 'bundle_url: an address of https',
      got: bundleUrl.slice(0, 200),
    });
  const response = await http.send({
    method: 'GET',
    url,
    what: `one of ${what}`,
    namedBy: `the attestations API at ${api.host}`,
    bytesMax: blockBytesMax(BUNDLE_BYTES_MAX),
  });
  if (response.status !== 200) throw errorOfStatus(response, `one of ${what}`);
  try {
    return decompressBlock(response.bytes, BUNDLE_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const { expected, got } = error;
    throw new ToolError(error.code, `one of ${what} cannot be read: ${error.message}`, {
      ...(expected === undefined ? {} : { expected }),
      got: got ?? `from ${describeUrl(response.url)}`,
      cause: error,
    });
  }
}
