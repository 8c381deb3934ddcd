/**
 * The rules of patterns said as plainly as can be, by trying everything: slow, and only for short patterns. They share no code with
 * what they check, and read the pattern as it is written.
 */

/** GitHub's patterns. */
export function referenceGitignoreLike(pattern: string, path: string): boolean {
  const isDirectory = pattern.endsWith('/');
  const segments = pattern.replace(/^\//, '').replace(/\/$/, '').split('/');
  const floats = !pattern.startsWith('/') && segments.length === 1;
  return matchSegments([...(floats ? ['**'] : []), ...segments, ...(isDirectory ? ['**'] : [])], path.split('/'));
}

function matchSegments([segment, ...rest]: readonly string[], path: readonly string[]): boolean {
  if (segment === undefined) return path.length === 0;
  if (segment === '**' && rest.length === 0) return path.length > 0;
  if (segment === '**') return path.some((_, index) => matchSegments(rest, path.slice(index)));
  const [name, ...below] = path;
  if (name === undefined || !matchCharacters(Array.from(segment), Array.from(name))) return false;
  if (rest.length === 0) return below.length === 0 || segment !== '*';
  // `a/**/b` may skip nothing, but `a/**` needs something below.
  return matchSegments(rest, below);
}

function matchCharacters([token, ...tokens]: readonly string[], text: readonly string[]): boolean {
  if (token === undefined) return text.length === 0;
  const [first, ...others] = text;
  if (token === '*')
    return matchCharacters(tokens, text) || (first !== undefined && matchCharacters(['*', ...tokens], others));
  if (token === '?') return first !== undefined && matchCharacters(tokens, others);
  if (token === '\\') return first === tokens[0] && matchCharacters(tokens.slice(1), others);
  return first === token && matchCharacters(tokens, others);
}

/** GitLab's patterns: fnmatch over the whole path, slashes included. */
export function referenceFnmatch(pattern: string, path: string): boolean {
  const rooted = pattern.startsWith('/') ? pattern : `/**/${pattern}`;
  const whole = rooted.endsWith('/') ? `${rooted}**/*` : rooted;
  return fnmatch(Array.from(whole), Array.from(`/${path}`), false);
}

function fnmatch(pattern: readonly string[], text: readonly string[], atSegment: boolean): boolean {
  if (atSegment && pattern.slice(0, 3).join('') === '**/') {
    const next = text.indexOf('/') + 1;
    return fnmatch(pattern.slice(3), text, true) || (next > 0 && fnmatch(pattern, text.slice(next), true));
  }
  const [token, ...tokens] = pattern;
  const [first, ...others] = text;
  const inSegment = first !== undefined && first !== '/';
  if (token === undefined) return first === undefined;
  if (token === '*') return fnmatch(tokens, text, false) || (inSegment && fnmatch(pattern, others, false));
  if (token === '?') return inSegment && fnmatch(tokens, others, false);
  if (token === '[') {
    const after = inSegment ? matchClass(tokens, first) : undefined;
    return after !== undefined && fnmatch(after, others, false);
  }
  const [literal = token, ...afterLiteral] = token === '\\' ? tokens : pattern;
  return first === literal && fnmatch(afterLiteral, others, literal === '/');
}

/** What stands after the class, if it has the character. */
function matchClass(pattern: readonly string[], character: string): readonly string[] | undefined {
  const negated = pattern[0] === '!' || pattern[0] === '^';
  let at = negated ? 1 : 0;
  let found = false;
  while (pattern[at] !== ']') {
    if (pattern[at] === '\\') at++;
    const low = pattern[at++];
    let high = low;
    if (pattern[at] === '-' && pattern[at + 1] !== ']') {
      at += pattern[at + 1] === '\\' ? 2 : 1;
      high = pattern[at++];
    }
    if (low === undefined || high === undefined) return undefined;
    found ||=
      character === low || character === high || (point(low) <= point(character) && point(character) <= point(high));
  }
  return found === negated ? undefined : pattern.slice(at + 1);
}

function point(character: string): number {
  return character.codePointAt(0) ?? 0;
}
