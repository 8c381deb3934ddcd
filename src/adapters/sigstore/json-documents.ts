import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';

/** One JSON document of a file, or why it is none. `line` counts from 1. */
export type JsonDocument =
  | { readonly line: number; readonly bytes: Uint8Array; readonly value: unknown }
  | { readonly line: number; readonly error: ToolError };

/** `gh attestation download` writes a line for each attestation of a digest; no real file has nearly as many. */
const LINES_MAX = 1000;

/** A file that is one JSON document, or one on each line (JSON Lines). `what` names it in messages. */
export function parseJsonDocuments(bytes: Uint8Array, what: string): readonly JsonDocument[] {
  const whole = parseAt(bytes, 1, what);
  if (!('error' in whole)) return [whole];
  const lines = linesOf(bytes);
  const first = lines[0] && parseAt(lines[0].bytes, lines[0].line, what);
  // One document on many lines that is damaged is one damaged document.
  if (lines.length < 2 || first === undefined || 'error' in first) return [whole];
  const read = lines.slice(0, LINES_MAX).map(({ bytes: text, line }) => parseAt(text, line, what));
  const next = lines[LINES_MAX];
  return next === undefined ? read : [...read, { line: next.line, error: tooMany(what, lines.length) }];
}

function parseAt(bytes: Uint8Array, line: number, what: string): JsonDocument {
  try {
    return { line, bytes, value: parseJson(bytes, what) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { line, error };
  }
}

function linesOf(bytes: Uint8Array): readonly { readonly bytes: Uint8Array; readonly line: number }[] {
  const text = new TextDecoder().decode(bytes);
  return text
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '')
    .map(({ content, line }) => ({ bytes: new TextEncoder().encode(content), line }));
}

function tooMany(what: string, lines: number): ToolError {
  return new ToolError('TOO_LARGE', `${what} has too many lines`, {
    expected: `at most ${LINES_MAX}`,
    got: `${lines}`,
  });
}
