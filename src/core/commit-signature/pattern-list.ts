/**
 * Patterns between commas as OpenSSH matches them (ssh_config(5), PATTERNS): `*` is anything, `?` one character, and a pattern
 * after `!` that matches forbids whatever the others say. Letters are compared as they are.
 */
export function matchesPatternList(patterns: string, text: string): boolean {
  const list = patterns.split(',');
  const forbids = list.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), text));
  return !forbids && list.some((pattern) => !pattern.startsWith('!') && matches(pattern, text));
}

/** No regular expression, and no going back but to the last `*`: patterns and text cost at most their product. */
function matches(pattern: string, text: string): boolean {
  let [at, reach] = [0, 0];
  let last: { readonly at: number; reach: number } | undefined;
  while (reach < text.length) {
    if (pattern[at] === '*') {
      last = { at: ++at, reach };
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[reach])) {
      at += 1;
      reach += 1;
    } else if (last === undefined) {
      return false;
    } else {
      last.reach += 1;
      ({ at, reach } = last);
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
