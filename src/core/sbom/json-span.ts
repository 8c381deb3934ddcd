/** Where a value is in a text, in UTF-16 units; `end` is behind it. */
export type Span = { readonly start: number; readonly end: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Where the value of a member of the outermost object is, in text that `JSON.parse` takes. Of members of one name the last counts, as it
 * does in `JSON.parse`: what is shown must be what was judged. Undefined where there is none.
 */
export function memberSpan(text: string, name: string): Span | undefined {
  let found: Span | undefined;
  let at = text.indexOf('{') + 1;
  while (at > 0 && at < text.length) {
    const keyStart = skipSpace(text, at);
    if (text.charCodeAt(keyStart) !== QUOTE) break;
    const keyEnd = endOfString(text, keyStart);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    if (JSON.parse(text.slice(keyStart, keyEnd)) === name) found = { start, end };
    const next = skipSpace(text, end);
    if (text[next] !== ',') break;
    at = next + 1;
  }
  return found;
}

/** JSON's four (RFC 8259). */
function skipSpace(text: string, at: number): number {
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at++;
  return at;
}

/** Behind the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== '{' && first !== '[') return endOfWord(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = endOfString(text, at) - 1;
    else if (letter === '{' || letter === '[') depth++;
    else if ((letter === '}' || letter === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Of a number, `true`, `false` or `null`. */
function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !' \t\n\r,]}'.includes(text.charAt(at))) at++;
  return at;
}
