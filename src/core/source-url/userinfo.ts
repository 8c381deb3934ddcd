/** `//user@`, `//user:password@`, and a password with a slash in it; `//host:443/…@ref` is a port. */
const USERINFO = /\/\/(?:[^/?#\s]*|[^/:\s]*:(?!\d+\/).*)@/gs;

/** The text without what stands before the host of an address in it. */
export function withoutUserinfo(text: string): string {
  // Nothing is looked for behind the last `@`: the search stays linear, whatever the text.
  const end = text.lastIndexOf('@') + 1;
  return text.slice(0, end).replace(USERINFO, withoutSecret) + text.slice(end);
}

/** Browsers take a backslash for a slash, and what stands before it for the host: such a text must not become a good address. */
function withoutSecret(userinfo: string): string {
  return userinfo.includes('\\') ? '//***\\@' : '//';
}
