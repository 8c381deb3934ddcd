import type { Node } from '../node.ts';
import { complain, isAbsent, items, member } from '../node.ts';
import type { Read } from '../provenance.ts';
import { decodeBase64 } from '../base64.ts';

/** In base64 characters, of a Dockerfile of 384 KiB. */
const DOCKERFILE_LENGTH_MAX = 512 * 1024;

/** The Dockerfile's text, in `mode=max`: of the sources that the steps were made from, the one of that name, else the only one. */
export function readDockerfileText(extension: Node, fileName: unknown): Read<string> | undefined {
  const infos = items(member(extension, 'source', 'infos')).filter((node) => !isAbsent(member(node, 'data').value));
  const named = infos.find((node) => member(node, 'filename').value === fileName);
  const chosen = named ?? (infos.length === 1 ? infos[0] : undefined);
  if (chosen === undefined) return undefined;
  const encoded = member(chosen, 'data');
  const decoded = decode(encoded);
  return decoded === undefined ? undefined : { value: decoded, at: encoded.at };
}

function decode(encoded: Node): string | undefined {
  const { value } = encoded;
  if (typeof value === 'string' && value.length > DOCKERFILE_LENGTH_MAX) {
    complain(encoded, 'TRUNCATED', `longer than ${DOCKERFILE_LENGTH_MAX} characters`);
    return undefined;
  }
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined;
  const text = bytes && decodeText(bytes);
  if (text === undefined) complain(encoded, 'MALFORMED_ITEM', 'not base64 of text');
  return text;
}

/** Nothing is repaired and no byte order mark is dropped, so that the text has the hash of the file. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
