/**
 * `*` for anything within a part of a path, `**` for anything at all; everything else is itself. Both ends are anchored: what is not
 * written is not matched. No regular expression: a wildcard costs one walk over the text, whatever stands around it.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return matchFrom(tokensOf(pattern), text);
}

type Token = { readonly literal: string } | { readonly wildcard: 'part' | 'all' };

function tokensOf(pattern: string): readonly Token[] {
  return pattern
    .split(/(\*+)/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('*') ? { wildcard: piece === '*' ? 'part' : 'all' } : { literal: piece }));
}

/** Which lengths of `text` the tokens so far can have used up: a set, so that no choice is tried twice. */
function matchFrom(tokens: readonly Token[], text: string): boolean {
  let ends: ReadonlySet<number> = new Set([0]);
  for (const token of tokens)
    ends = 'literal' in token ? afterLiteral(token.literal, text, ends) : afterWildcard(token.wildcard, text, ends);
  return ends.has(text.length);
}

function afterLiteral(literal: string, text: string, ends: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...ends].filter((end) => text.startsWith(literal, end)).map((end) => end + literal.length));
}

/** One walk over the text, however many ends there are. */
function afterWildcard(wildcard: 'part' | 'all', text: string, ends: ReadonlySet<number>): ReadonlySet<number> {
  const next = new Set<number>();
  let isOpen = false;
  for (let reach = 0; reach <= text.length; reach++) {
    if (wildcard === 'part' && text[reach - 1] === '/') isOpen = false;
    if (ends.has(reach)) isOpen = true;
    if (isOpen) next.add(reach);
  }
  return next;
}
