import type { LookupFunction } from 'node:net';
import { ToolError } from '../../core/errors.ts';
import { AddressRefusal, classifyHostname, refusedAddress } from '../http/address-policy.ts';
import { certificateFiles } from '../http/certificates.ts';
import { guardedLookup } from '../http/guarded-lookup.ts';
import type { HostPolicy } from '../http/host-policy.ts';
import { proxyFor } from '../http/proxy.ts';
import { refused } from './address.ts';
import type { CertificateWriter } from './certificate-file.ts';
import type { GitCredential } from './credentials.ts';
import { credentialHelper } from './credentials.ts';
import type { Environment, ProgramEnvironment } from './environment.ts';
import type { Git } from './git.ts';

/** How git reaches one address, and no other. */
export type Transport = { readonly configuration: readonly string[]; readonly env: ProgramEnvironment };
export type Passage = {
  readonly url: URL;
  /** Who named the address, as a refusal names them. */
  readonly namedBy: string;
  readonly credential: GitCredential | undefined;
};
export type TransportTools = {
  readonly git: Git;
  readonly policy: HostPolicy;
  readonly env: Environment;
  readonly lookup: LookupFunction;
  readonly certificates: CertificateWriter;
};

/**
 * Opens the way to an address: its transport alone is allowed, and a host that a stranger named must be public, by the very
 * address that was looked at.
 * @throws ToolError `REFUSED_ADDRESS`, `INVALID_CONFIGURATION`
 */
export async function openTransport(passage: Passage, tools: TransportTools): Promise<Transport> {
  switch (passage.url.protocol) {
    case 'ssh:':
      return overSsh(passage, tools);
    case 'git:':
      return overGit(passage, tools);
    default:
      return overHttp(passage, tools);
  }
}

async function overHttp(passage: Passage, tools: TransportTools): Promise<Transport> {
  const { url, credential } = passage;
  tools.policy.check(passage);
  const proxy = proxyFor(url, tools.env)?.href;
  // The proxy resolves the name, so that only address literals could be checked.
  const pins = proxy === undefined ? await pinsFor(passage, tools) : [];
  const caFile = await certificatesFor(url, tools);
  const helper = credential === undefined ? undefined : credentialHelper(url, credential);
  return {
    configuration: [
      ...pins,
      ...(caFile === undefined ? [] : [`http.sslCAInfo=${caFile}`]),
      ...(helper?.configuration ?? []),
    ],
    env: {
      GIT_ALLOW_PROTOCOL: url.protocol.replace(/:$/, ''),
      // By our rules for proxies: no variable of the user's that names one has come so far.
      ...(proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy }),
      ...helper?.env,
    },
  };
}

/**
 * The addresses that git is to use for a name that a stranger gave. git older than 2.37 cannot be told, and resolves the name again:
 * over https, whoever answers elsewhere still needs a certificate for that name.
 */
async function pinsFor(passage: Passage, tools: TransportTools): Promise<readonly string[]> {
  const { url } = passage;
  if (tools.policy.isNamedByUser(url) || classifyHostname(url.hostname) !== undefined) return [];
  const addresses = await publicAddresses(passage, tools);
  if (!(await tools.git.canPinAddresses())) return [];
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  return [`http.curloptResolve=${url.hostname}:${port}:${addresses.join(',')}`];
}

function publicAddresses({ url, namedBy }: Passage, { lookup }: TransportTools): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    guardedLookup(lookup)(url.hostname, { all: true }, (error, found) => {
      if (error instanceof AddressRefusal) return reject(refusedAddress(url.host, namedBy, error));
      // git would resolve it again, and could be told another address than whoever looks first.
      if (error !== null || !Array.isArray(found)) return reject(unresolved(url, error));
      resolve(found.map(({ address }) => address));
    });
  });
}

function unresolved({ host }: URL, cause: unknown): ToolError {
  return new ToolError('UNREACHABLE', `${host} was not contacted: its name does not resolve`, {
    hint: 'check the network; --offline shows what is known already',
    cause,
  });
}

async function certificatesFor(url: URL, tools: TransportTools): Promise<string | undefined> {
  if (url.protocol !== 'https:') return undefined;
  const own = tools.policy.settingsOf(url)?.caFile;
  const general = certificateFiles(tools.env);
  const files = own === undefined ? general : [...general, { path: own, namedBy: `caFile of ${url.host}` }];
  return files.length === 0 ? undefined : tools.certificates.write(files);
}

async function overSsh(passage: Passage, tools: TransportTools): Promise<Transport> {
  if (!isNamed(passage.url, tools)) {
    const host = { ...passage, url: new URL(`https://${passage.url.host}/`) };
    tools.policy.check(host);
    // ssh resolves the name again, by the user's own configuration; whoever answers elsewhere still needs that host's key.
    await publicAddresses(host, tools);
  }
  return { configuration: [], env: { GIT_ALLOW_PROTOCOL: 'ssh' } };
}

async function overGit({ url, namedBy }: Passage, tools: TransportTools): Promise<Transport> {
  if (isNamed(url, tools)) return { configuration: [], env: { GIT_ALLOW_PROTOCOL: 'git' } };
  throw refused({ repository: url.href, namedBy }, 'without encryption, which is for users to choose');
}

/** With its port or without: people name hosts. */
function isNamed(url: URL, { policy }: TransportTools): boolean {
  return [url.host, url.hostname].some((host) => policy.isNamedByUser(new URL(`https://${host}/`)));
}
