import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';

/** One JSON document of a file, or why it is none. `line` counts from 1. */
export type JsonDocument =
  | { readonly line: number; readonly bytes: Uint8Array; readonly value: unknown }
  | { readonly line: number; readonly error: ToolError };

/** `gh attestation download` writes a line for each attestation of a digest; no real file has nearly as many. */
const LINES_MAX = 1000;
const NEW_LINE = 0x0a;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d]);

/** A file that is one JSON document, or one on each line (JSON Lines). `what` names it in messages. */
export function parseJsonDocuments(bytes: Uint8Array, what: string): readonly JsonDocument[] {
  const whole = parseAt(bytes, 1, what);
  if (!('error' in whole)) return [whole];
  const lines = linesOf(bytes, LINES_MAX + 1);
  const [first, ...others] = lines;
  const parsed = first === undefined ? undefined : parseAt(first.bytes, first.line, what);
  // One document on many lines that is damaged is one damaged document.
  if (others.length === 0 || parsed === undefined || 'error' in parsed) return [whole];
  const read = [parsed, ...others.slice(0, LINES_MAX - 1).map(({ bytes: text, line }) => parseAt(text, line, what))];
  const next = lines[LINES_MAX];
  return next === undefined ? read : [...read, { line: next.line, error: tooMany(what) }];
}

function parseAt(bytes: Uint8Array, line: number, what: string): JsonDocument {
  try {
    return { line, bytes, value: parseJson(bytes, what) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { line, error };
  }
}

/** Lines with anything on them, at most `max`: a few bytes each could be millions, and are not all cut out. */
function linesOf(bytes: Uint8Array, max: number): readonly { readonly bytes: Uint8Array; readonly line: number }[] {
  const lines: { bytes: Uint8Array; line: number }[] = [];
  for (let start = 0, line = 1; start < bytes.length && lines.length < max; line++) {
    const end = bytes.indexOf(NEW_LINE, start);
    const content = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (content.some((byte) => !BLANKS.has(byte))) lines.push({ bytes: content, line });
    start += content.length + 1;
  }
  return lines;
}

function tooMany(what: string): ToolError {
  return new ToolError('TOO_LARGE', `${what} has too many lines`, {
    expected: `at most ${LINES_MAX}`,
    got: `${LINES_MAX + 1} or more`,
  });
}
