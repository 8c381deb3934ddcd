import { clean } from '../sanitize.ts';

/**
 * The path as a URI: an absolute one with its scheme, another as a reference without scheme, host or query (RFC 3986, 4.2). Cleaned before it is
 * encoded: what looks like a credential does so no more afterwards.
 */
export function pathUri(path: string): string {
  const parts = clean(path).split('/').map(encodeURIComponent);
  // Two slashes at its beginning would make a host of what follows.
  const reference = parts.join('/').replace(/^\/+/, '/') || '-';
  return reference.startsWith('/') ? `file://${reference}` : reference;
}
