import { ToolError } from '../../core/errors.ts';
import type { Forge } from '../../ports/attestation-source.ts';

/**
 * The root of a forge's REST API, with a slash at its end: `api.` before GitHub's own hosts, `/api/v3` on a GitHub server of one's own, `/api/v4` at GitLab.
 * @param baseUrl the root of a host, with its scheme.
 * @throws ToolError `INVALID_CONFIGURATION`, `INVALID_REFERENCE`
 */
export function apiAddress({ kind, host, apiUrl }: Forge, baseUrl: (host: string) => URL): URL {
  if (apiUrl !== undefined) return configured(apiUrl, host);
  if (kind === 'gitlab') return new URL('api/v4/', baseUrl(host));
  return isGithubCloud(host) ? baseUrl(`api.${host}`) : new URL('api/v3/', baseUrl(host));
}

/** GitHub's own hosts, and not a server of somebody's own. */
export function isGithubCloud(host: string): boolean {
  return host === 'github.com' || isTenancy(host);
}

/** GitHub Enterprise Cloud with data residency. */
export function isTenancy(host: string): boolean {
  return host.endsWith('.ghe.com');
}

function configured(apiUrl: string, host: string): URL {
  const url = URL.parse(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
  if (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === ''
  )
    return url;
  throw new ToolError('INVALID_CONFIGURATION', `the address of the API of ${host} is not one`, {
    expected: 'https://HOST/PATH',
    hint: 'correct it in your provtrace.yaml',
  });
}

/** A path within the API: `acme/shop` in segments. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
