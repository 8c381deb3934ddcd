import { decodeBase64 } from '../provenance/base64.ts';

/**
 * The bytes of a public key as a line of text has it: the name of its type, itself in base64, and whatever else. They begin with
 * the name too: where the two differ, there is no key. Undefined for none.
 */
export function readSshKeyLine(text: string): Uint8Array | undefined {
  const [type = '', encoded = ''] = text.split(/[ \t]+/, 2);
  const bytes = encoded === '' ? undefined : decodeBase64(encoded);
  const name = bytes === undefined ? undefined : new TextDecoder().decode(bytes.subarray(4, 4 + type.length));
  const length = bytes?.subarray(0, 4).reduce((value, byte) => value * 256 + byte, 0);
  return name === type && length === type.length ? bytes : undefined;
}
