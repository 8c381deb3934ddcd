import { ToolError } from './errors.ts';

/** No document that provtrace reads nests deeper; a hostile one would overflow the stack of whatever walks it. */
const DEPTH_MAX = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * JSON from a stranger, whose size is bounded already. `what` names it in the message ("the manifest").
 * @throws ToolError `MALFORMED`
 */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  const depth = nestingDepth(bytes);
  if (depth > DEPTH_MAX) {
    throw new ToolError('MALFORMED', `${what} is nested too deeply`, {
      expected: `at most ${DEPTH_MAX} levels`,
      got: `${depth}`,
    });
  }
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return parsed;
  } catch (cause) {
    throw new ToolError('MALFORMED', `${what} is not JSON`, {
      expected: 'a JSON document',
      got: beginningOf(bytes),
      cause,
    });
  }
}

/** How deep arrays and objects nest, without parsing: brackets inside strings do not count. */
function nestingDepth(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > deepest) deepest = depth;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
  }
  return deepest;
}

/** The first characters, so that a message can show that it was HTML, or empty. */
function beginningOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  const text = new TextDecoder().decode(bytes.subarray(0, 60)).replaceAll(/\s+/g, ' ');
  return bytes.length > 60 ? `${text}…` : text;
}

/** True for a JSON object: not an array, not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
