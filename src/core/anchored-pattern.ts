import { RE2JS } from 're2js';

/**
 * `*` for anything within a part of a path, `**` for anything at all; everything else is itself. Both ends are anchored: what is not
 * written is not matched. No regular expression, so a pattern cannot be made to take long.
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
  let ends = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const end of ends) {
      if ('literal' in token) {
        if (text.startsWith(token.literal, end)) next.add(end + token.literal.length);
      } else {
        for (let reach = end; reach <= text.length; reach++) {
          if (reach > end && token.wildcard === 'part' && text[reach - 1] === '/') break;
          next.add(reach);
        }
      }
    }
    ends = next;
  }
  return ends.has(text.length);
}

/** An RE2 expression that must match all of `text`: linear in time, whatever the text. False for what is no expression. */
export function matchesExpression(expression: string, text: string): boolean {
  return isExpression(expression) && RE2JS.matches(expression, text);
}

export function isExpression(expression: string): boolean {
  try {
    RE2JS.compile(expression);
    return true;
  } catch {
    return false;
  }
}
