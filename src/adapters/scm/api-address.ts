import { ToolError } from '../../core/errors.ts';
import type { Forge, ForgeKind } from '../../core/model/forge.ts';

type BaseUrl = (host: string) => URL;

/** Each with a slash at its end: what is asked for is within. */
const API_ROOTS: Readonly<Record<ForgeKind, (host: string, baseUrl: BaseUrl) => URL>> = {
  github: (host, baseUrl) => (isGithubCloud(host) ? baseUrl(`api.${host}`) : new URL('api/v3/', baseUrl(host))),
  gitlab: (host, baseUrl) => new URL('api/v4/', baseUrl(host)),
  gitea: (host, baseUrl) => new URL('api/v1/', baseUrl(host)),
  forgejo: (host, baseUrl) => new URL('api/v1/', baseUrl(host)),
  bitbucketCloud: (host, baseUrl) => new URL('2.0/', baseUrl(`api.${host}`)),
  bitbucketDataCenter: (host, baseUrl) => new URL('rest/api/1.0/', baseUrl(host)),
};

/**
 * The root of a forge's REST API, with a slash at its end: `api.` before the hosts of GitHub and Bitbucket themselves, a path on servers of one's own.
 * @param baseUrl the root of a host, with its scheme.
 * @throws ToolError `INVALID_CONFIGURATION`, `INVALID_REFERENCE`
 */
export function apiAddress({ kind, host, apiUrl }: Forge, baseUrl: BaseUrl): URL {
  return apiUrl === undefined ? API_ROOTS[kind](host, baseUrl) : configured(apiUrl, host);
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
