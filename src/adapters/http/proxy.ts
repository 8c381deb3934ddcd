import { BlockList, isIP } from 'node:net';
import { ToolError } from '../../core/errors.ts';
import { classifyHostname } from './address-policy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for `url`, by the rules of Go's `httpproxy`, which docker, podman and cosign follow:
 * lower case or upper case, never for loopback, `NO_PROXY` with domains, addresses, networks, ports and `*`.
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = env[name.toLowerCase()] || env[name];
  if (!text || classifyHostname(url.hostname) === 'loopback') return undefined;
  if ((env['no_proxy'] || env['NO_PROXY'] || '').split(',').some((entry) => covers(entry.trim().toLowerCase(), url)))
    return undefined;
  const proxy = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (proxy !== null && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) return proxy;
  // The value can hold a password, and is not shown.
  throw new ToolError('INVALID_CONFIGURATION', `${name} is not the address of a proxy`, {
    expected: 'http://HOST:PORT or https://HOST:PORT',
  });
}

function covers(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const [, network = '', prefix] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (prefix !== undefined) return inNetwork(hostname, network, Number(prefix));
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const bare = name.replace(/^\[(.*)\]$/, '$1').replace(/^\*?\./, '');
  if (bare === '') return false;
  // `.example.com` and `*.example.com` mean what is below it; without the dot, itself too.
  return (hostname === bare && !/^\*?\./.test(name)) || hostname.endsWith(`.${bare}`);
}

function inNetwork(hostname: string, network: string, prefix: number): boolean {
  const version = isIP(network);
  if (version === 0 || version !== isIP(hostname) || prefix > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(hostname, family);
}
