import type { LookupFunction } from 'node:net';
import { AddressRefusal, classifyHostname, refusedAddress } from '../http/address-policy.ts';
import { certificateFiles } from '../http/certificates.ts';
import { guardedLookup } from '../http/guarded-lookup.ts';
import type { HostPolicy } from '../http/host-policy.ts';
import { proxyFor } from '../http/proxy.ts';
import { refused } from './address.ts';
import { writeCertificates } from './certificate-file.ts';
import type { GitCredential } from './credentials.ts';
import { credentialHelper } from './credentials.ts';
import type { Environment, ProgramEnvironment } from './environment.ts';
import type { Git } from './git.ts';
import type { Workplace } from './workplace.ts';

/** How git reaches one address, and no other. */
export type Transport = { readonly configuration: readonly string[]; readonly env: ProgramEnvironment };
export type Passage = {
  readonly url: URL;
  /** As a refusal names them. */
  readonly namedBy: string;
  readonly credential: GitCredential | undefined;
};

export type TransportOptions = {
  readonly git: Git;
  readonly policy: HostPolicy;
  readonly env: Environment;
  readonly lookup: LookupFunction;
  readonly workplace: Workplace;
};

/**
 * Opens the way to an address: its transport alone is allowed, and a host that a stranger named must be public, by the very
 * address that was looked at.
 */
export function createTransports(options: TransportOptions): (passage: Passage) => Promise<Transport> {
  const certificates = new Map<string, Promise<string>>();

  async function overHttp({ url, namedBy, credential }: Passage): Promise<Transport> {
    options.policy.check({ url, namedBy });
    const proxy = proxyFor(url, options.env)?.href;
    // The proxy resolves the name, so that only address literals could be checked.
    const pins = proxy === undefined ? await pinsFor(url, namedBy) : [];
    const caFile = await certificatesFor(url);
    const helper = credential === undefined ? undefined : credentialHelper(url, credential);
    return {
      configuration: [
        ...pins,
        ...(caFile === undefined ? [] : [`http.sslCAInfo=${caFile}`]),
        ...(helper?.configuration ?? []),
      ],
      env: {
        GIT_ALLOW_PROTOCOL: url.protocol.replace(/:$/, ''),
        // By our rules for proxies, and not by those of git's HTTP library.
        ...(proxy === undefined ? { no_proxy: '*' } : { http_proxy: proxy, https_proxy: proxy }),
        ...helper?.env,
      },
    };
  }

  /**
   * git older than 2.37 cannot be told an address, and resolves the name again: over https, whoever answers elsewhere still needs a
   * certificate for that name.
   */
  async function pinsFor(url: URL, namedBy: string): Promise<readonly string[]> {
    if (options.policy.isNamedByUser(url) || classifyHostname(url.hostname) !== undefined) return [];
    const addresses = await publicAddresses(url, namedBy);
    if (addresses.length === 0 || !(await options.git.canPinAddresses())) return [];
    const port = url.port || (url.protocol === 'http:' ? '80' : '443');
    return [`http.curloptResolve=${url.hostname}:${port}:${addresses.join(',')}`];
  }

  function publicAddresses(url: URL, namedBy: string): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      guardedLookup(options.lookup)(url.hostname, { all: true }, (error, found) => {
        if (error instanceof AddressRefusal) return reject(refusedAddress(url.host, namedBy, error));
        // A name that cannot be resolved here will not be by git either, which says so better.
        resolve(error === null && Array.isArray(found) ? found.map(({ address }) => address) : []);
      });
    });
  }

  function certificatesFor(url: URL): Promise<string> | undefined {
    const own = options.policy.settingsOf(url)?.caFile;
    const general = certificateFiles(options.env);
    const files = own === undefined ? general : [...general, { path: own, namedBy: `caFile of ${url.host}` }];
    if (files.length === 0 || url.protocol !== 'https:') return undefined;
    const key = files.map(({ path }) => path).join('\0');
    const written = certificates.get(key) ?? writeCertificates(files, options.workplace);
    certificates.set(key, written);
    return written;
  }

  async function overSsh({ url, namedBy }: Passage): Promise<Transport> {
    if (!isNamed(url)) {
      const host = new URL(`https://${url.host}/`);
      options.policy.check({ url: host, namedBy });
      // ssh resolves the name again, by the user's own configuration; whoever answers elsewhere still needs that host's key.
      await publicAddresses(host, namedBy);
    }
    return { configuration: [], env: { GIT_ALLOW_PROTOCOL: 'ssh' } };
  }

  /** With the port or without: people name hosts. */
  function isNamed(url: URL): boolean {
    return [url.host, url.hostname].some((host) => options.policy.isNamedByUser(new URL(`https://${host}/`)));
  }

  return async (passage) => {
    const { url, namedBy } = passage;
    if (url.protocol === 'ssh:') return overSsh(passage);
    if (url.protocol !== 'git:') return overHttp(passage);
    if (!isNamed(url))
      throw refused({ repository: url.href, namedBy }, 'an address without encryption, for users to name');
    return { configuration: [], env: { GIT_ALLOW_PROTOCOL: 'git' } };
  };
}
