import { ToolError } from '../errors.ts';

/** GitHub does not load a larger file; the other forges document no limit. */
export const FILE_BYTES_MAX = 3 * 1024 * 1024;
/** Longer lines are no rules that a person wrote. */
const LINE_CHARACTERS_MAX = 10 * 1024;
const RULES_MAX = 50_000;

/** `number` counts from 1. */
export type Line = { readonly number: number; readonly text: string };

/**
 * The lines that say something, without the blanks at both ends: in every dialect, empty lines and those that begin with `#` do not.
 * A byte order mark counts as a blank, so that it does not hide the first line (no forge documents it; decided).
 * @throws ToolError `TOO_LARGE`: the file as a whole is refused, since any rule left out could change any answer.
 */
export function meaningfulLines(text: string, path: string): readonly Line[] {
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > FILE_BYTES_MAX) {
    throw new ToolError('TOO_LARGE', `${path} is too large to be read as CODEOWNERS`, {
      expected: `at most ${FILE_BYTES_MAX} bytes`,
      got: `${bytes}`,
      hint: 'GitHub does not load such a file either: use wildcard patterns to shorten it.',
    });
  }
  const lines: Line[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line !== '' && !line.startsWith('#')) lines.push({ number: index + 1, text: line });
  }
  checkLimits(lines, path);
  return lines;
}

function checkLimits(lines: readonly Line[], path: string): void {
  const long = lines.find((line) => line.text.length > LINE_CHARACTERS_MAX);
  if (long !== undefined) {
    throw new ToolError('TOO_LARGE', `line ${long.number} of ${path} is too long`, {
      expected: `at most ${LINE_CHARACTERS_MAX} characters`,
      got: `${long.text.length}`,
    });
  }
  if (lines.length > RULES_MAX) {
    throw new ToolError('TOO_LARGE', `${path} has too many rules`, {
      expected: `at most ${RULES_MAX}`,
      got: `${lines.length}`,
    });
  }
}
