import { codePoint, segmentOf, type Segment, type Token } from './segment.ts';

const CHARACTERS: Readonly<Record<string, Token>> = { '*': 'run', '?': 'one' };

/** A segment of a pattern. `globstar`: it is `**` and nothing else. */
export type PatternSegment = { readonly segment: Segment; readonly globstar: boolean };

/**
 * A pattern to its segments: `*`, `?`, and a backslash that makes the next character mean itself. With `classes` also `[a-z]` and
 * `[!a-z]`, as Ruby's fnmatch reads them: a class may hold a slash (which no segment has), is never closed by an escaped bracket,
 * and makes the pattern match nothing where it is not closed at all.
 */
export function patternSegments(pattern: string, options: { readonly classes: boolean }): readonly PatternSegment[] {
  const segments: PatternSegment[] = [];
  let tokens: Token[] = [];
  let begin = 0;
  let unclosed = false;
  for (let at = 0; at <= pattern.length;) {
    const atEscape = pattern[at] === '\\' && at + 1 < pattern.length;
    const character = pattern[atEscape ? at + 1 : at];
    if (character === undefined || character === '/') {
      const segment: Segment = unclosed ? { kind: 'nothing' } : segmentOf(tokens);
      segments.push({ segment, globstar: pattern.slice(begin, at) === '**' });
      tokens = [];
      unclosed = false;
      at += atEscape ? 2 : 1;
      begin = at;
    } else if (options.classes && character === '[' && !atEscape) {
      const parsed = parseClass(pattern, at + 1);
      unclosed ||= parsed === undefined;
      if (parsed !== undefined) tokens.push(parsed.token);
      at = parsed?.end ?? at + 1;
    } else {
      const point = codePoint(pattern, atEscape ? at + 1 : at);
      tokens.push((atEscape ? undefined : CHARACTERS[character]) ?? point);
      at += (atEscape ? 1 : 0) + (point > 0xffff ? 2 : 1);
    }
  }
  return segments;
}

/** What stands after `[`; undefined if no `]` ends it. */
function parseClass(pattern: string, begin: number): { readonly token: Token; readonly end: number } | undefined {
  const negated = pattern[begin] === '!' || pattern[begin] === '^';
  const ranges: (readonly [number, number])[] = [];
  let at = negated ? begin + 1 : begin;
  while (pattern[at] !== ']') {
    const low = classMember(pattern, at);
    if (low === undefined) return undefined;
    at = low.end;
    const isRange = pattern[at] === '-' && pattern[at + 1] !== ']';
    const high = isRange ? classMember(pattern, at + 1) : low;
    if (high === undefined) return undefined;
    at = high.end;
    // A range that runs backwards still holds its two ends.
    if (low.point <= high.point) ranges.push([low.point, high.point]);
    else ranges.push([low.point, low.point], [high.point, high.point]);
  }
  return { token: { negated, ranges }, end: at + 1 };
}

function classMember(pattern: string, at: number): { readonly point: number; readonly end: number } | undefined {
  const begin = pattern[at] === '\\' ? at + 1 : at;
  if (begin >= pattern.length) return undefined;
  const point = codePoint(pattern, begin);
  return { point, end: begin + (point > 0xffff ? 2 : 1) };
}
