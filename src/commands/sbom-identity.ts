import { digestHex } from '../core/model/digest.ts';
import type { WriteOptions } from '../core/sbom/write-options.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { Tools } from './command.ts';
import type { Digest } from '../core/model/digest.ts';

/** What a written document says of itself. Its UUID is made of what it was made from and how, so the same is written again under the same name. */
export async function writeOptions(
  documents: readonly Digest[],
  how: readonly string[],
  { clock, version }: Pick<Tools, 'clock' | 'version'>,
): Promise<WriteOptions> {
  const text = [...documents.map(digestHex), ...how].join('\n');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return { created: toInstant(clock.nowMs()), uuid: customUuid(hash), tool: { name: 'provtrace', version } };
}

/** RFC 9562, version 8: the content is the maker's own. */
function customUuid(hash: Uint8Array): string {
  const hex = Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join(
    '-',
  );
}
