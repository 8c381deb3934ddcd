import { type MatchSteps, spendSteps } from './match-steps.ts';

/** `[a-z]`: code points, both ends included. */
type CharacterClass = { readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] };

/** One code point, one of a class, any one (`?`), or any number of any (`*`). */
export type Token = number | CharacterClass | 'one' | 'run';

/** What one segment of a path, the text between slashes, must be. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'anything' }
  /** `*` and then this text. */
  | { readonly kind: 'suffix'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly tokens: readonly Token[] }
  /** Cannot be matched: a class that is never closed. */
  | { readonly kind: 'nothing' };

/** The simplest segment that means the tokens. */
export function segmentOf(tokens: readonly Token[]): Segment {
  const characters = literals(tokens);
  const text = characters.join('');
  if (characters.length === tokens.length) return { kind: 'literal', text };
  const leadingRuns = tokens.findIndex((token) => token !== 'run');
  if (leadingRuns === -1) return { kind: 'anything' };
  if (leadingRuns > 0 && characters.length === tokens.length - leadingRuns) return { kind: 'suffix', text };
  return { kind: 'wildcard', tokens };
}

function literals(tokens: readonly Token[]): readonly string[] {
  return tokens.filter((token) => typeof token === 'number').map((point) => String.fromCodePoint(point));
}

/** What every text that matches ends with, as far as it is known. */
export function literalEnding(segment: Segment): string {
  if (segment.kind === 'literal' || segment.kind === 'suffix') return segment.text;
  if (segment.kind !== 'wildcard') return '';
  const begin = segment.tokens.findLastIndex((token) => typeof token !== 'number') + 1;
  return literals(segment.tokens.slice(begin)).join('');
}

export function matchesSegment(segment: Segment, text: string, steps: MatchSteps): boolean {
  spendSteps(steps, 1);
  switch (segment.kind) {
    case 'literal':
      return segment.text === text;
    case 'anything':
      return true;
    case 'suffix':
      return text.endsWith(segment.text);
    case 'wildcard':
      return matchesTokens(segment.tokens, text, steps);
    case 'nothing':
      return false;
  }
}

/**
 * Two positions and one place to go back to: the last `*`. What an earlier one took need not be tried again, because the first
 * fit between two of them leaves the most to the rest. So the work is bounded by the product of both lengths.
 */
function matchesTokens(tokens: readonly Token[], text: string, steps: MatchSteps): boolean {
  let token = 0;
  let at = 0;
  let tokenAfterRun = -1;
  let runEnd = 0;
  while (at < text.length) {
    spendSteps(steps, 1);
    const expected = tokens[token];
    if (expected === 'run') {
      tokenAfterRun = ++token;
      runEnd = at;
    } else if (expected !== undefined && accepts(expected, codePoint(text, at), steps)) {
      token++;
      at += widthAt(text, at);
    } else if (tokenAfterRun >= 0) {
      token = tokenAfterRun;
      runEnd += widthAt(text, runEnd);
      at = runEnd;
    } else {
      return false;
    }
  }
  while (tokens[token] === 'run') token++;
  return token === tokens.length;
}

function accepts(token: Exclude<Token, 'run'>, point: number, steps: MatchSteps): boolean {
  if (token === 'one') return true;
  if (typeof token === 'number') return token === point;
  spendSteps(steps, token.ranges.length);
  return token.ranges.some(([low, high]) => low <= point && point <= high) !== token.negated;
}

export function codePoint(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

/** In UTF-16 units. */
function widthAt(text: string, at: number): number {
  return codePoint(text, at) > 0xffff ? 2 : 1;
}
