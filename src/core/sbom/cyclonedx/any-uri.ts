/** As the library takes `anyURI`: one fragment at most, and a scheme before the first colon. It escapes the rest. */
export function isAnyUri(url: string): boolean {
  const [beforeFragment = '', ...fragments] = url.split('#');
  const scheme = beforeFragment.includes(':') ? beforeFragment.slice(0, beforeFragment.indexOf(':')) : 'none';
  return fragments.length <= 1 && /^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme);
}

/** RFC 3987 `IRI-reference`, as JSON has it: the same, and no character that would have to be escaped. */
export function isIriReference(url: string): boolean {
  return isAnyUri(url) && url !== '' && !/[\s<>"{}|\\^`\p{Cc}]|%(?![0-9A-Fa-f]{2})/u.test(url);
}
