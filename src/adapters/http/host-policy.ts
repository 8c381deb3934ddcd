import { ToolError } from '../../core/errors.ts';
import { AddressRefusal, classifyHostname, refusedAddress } from './address-policy.ts';
import type { HostSettings, HttpClientOptions, HttpRequest } from './http.ts';

/** Who named a host, and what may therefore be sent there. */
export interface HostPolicy {
  isNamedByUser(url: URL): boolean;
  settingsOf(url: URL): HostSettings | undefined;
  baseUrl(host: string): URL;
  /**
   * Everything that can be said of an address before it is resolved.
   * @throws ToolError `REFUSED_ADDRESS`
   */
  check(request: Pick<HttpRequest, 'url' | 'namedBy'>): void;
}

export function createHostPolicy({
  hosts = new Map(),
  namedByUser = () => false,
}: Pick<HttpClientOptions, 'hosts' | 'namedByUser'>): HostPolicy {
  const settingsOf = (url: URL): HostSettings | undefined =>
    spellings(url)
      .map((host) => hosts.get(host))
      .find((settings) => settings !== undefined);
  const allowsPlainHttp = (url: URL): boolean =>
    settingsOf(url)?.plainHttp ?? classifyHostname(url.hostname) === 'loopback';
  const isNamedByUser = (url: URL): boolean => spellings(url).some((host) => hosts.has(host) || namedByUser(host));
  return {
    isNamedByUser,
    settingsOf,
    baseUrl: (host) => {
      const url = parseHost(host);
      return allowsPlainHttp(url) ? new URL(`http://${host}/`) : url;
    },
    check: ({ url, namedBy }) => {
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowsPlainHttp(url))) {
        throw new ToolError('REFUSED_ADDRESS', `${url.host} was not contacted: ${namedBy} named it without https`, {
          expected: 'https, or plain HTTP to loopback',
          got: url.protocol,
          hint: `if ${url.host} is to be trusted without TLS, set plainHttp for it in your provtrace.yaml`,
        });
      }
      const kind = classifyHostname(url.hostname);
      if (kind !== undefined && kind !== 'public' && !isNamedByUser(url)) {
        throw refusedAddress(url.host, namedBy, new AddressRefusal(url.hostname, kind));
      }
    },
  };
}

/** A URL drops the port that its scheme implies; people and configurations may write it. */
function spellings(url: URL): readonly string[] {
  return url.port === '' ? [url.host, `${url.host}:${url.protocol === 'http:' ? 80 : 443}`] : [url.host];
}

function parseHost(host: string): URL {
  const url = URL.parse(`https://${host}/`);
  if (url !== null && url.username === '' && url.pathname === '/' && url.search === '' && url.hash === '') return url;
  throw new ToolError('INVALID_REFERENCE', `not a host: ${host}`, { expected: 'NAME or NAME:PORT' });
}
