import { ToolError } from '../../core/errors.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import { formatRepository, registryHost } from '../../core/model/image-repository.ts';
import type { HostSettings } from '../http/http.ts';

/** One server that is asked about a repository: the registry itself, or a mirror of it. */
export type Endpoint = {
  /** As this server names it. Credentials are looked up by it, so that a mirror is never given those of the registry. */
  readonly repository: ImageRepository;
  readonly host: string;
  /** Name of the repository within the API: `library/alpine`. */
  readonly path: string;
  /** Root of the server. */
  readonly base: URL;
  readonly isMirror: boolean;
};

/** What the configuration says of one registry. */
export type RegistrySettings = HostSettings & { readonly mirrors?: readonly string[] | undefined };

/** Docker Hub's name is not the host of its API. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Who can be asked about the repository: the mirrors of its registry in their order, and the registry itself. */
export function endpointsOf(
  repository: ImageRepository,
  mirrorsByHost: ReadonlyMap<string, readonly string[]>,
  baseUrl: (host: string) => URL,
): { readonly mirrors: readonly Endpoint[]; readonly registry: Endpoint } {
  const host = registryHost(repository);
  if (host === undefined) {
    throw new ToolError('UNSUPPORTED', `${formatRepository(repository)} is not in a registry`);
  }
  const path = repository.name.slice(host.length + 1);
  const mirrors = (mirrorsByHost.get(host) ?? []).map((mirror): Endpoint => {
    const name = `${mirror.replace(/\/+$/, '')}/${path}`;
    const mirrorHost = name.slice(0, name.indexOf('/'));
    return {
      repository: { transport: 'registry', name },
      host: mirrorHost,
      path: name.slice(mirrorHost.length + 1),
      base: baseUrl(mirrorHost),
      isMirror: true,
    };
  });
  return { mirrors, registry: { repository, host, path, base: baseUrl(API_HOSTS[host] ?? host), isMirror: false } };
}

/** What the HTTP client is to know of the hosts that the configuration names under `registries`, mirrors among them. */
export function hostsOf(registries: ReadonlyMap<string, RegistrySettings>): ReadonlyMap<string, HostSettings> {
  const mirrors = [...registries.values()].flatMap(({ mirrors = [] }) => mirrors.map(mirrorHost));
  const own = [...registries].map(([host, { plainHttp, caFile }]): [string, HostSettings] => [
    API_HOSTS[host] ?? host,
    { plainHttp, caFile },
  ]);
  return new Map([...mirrors.map((host): [string, HostSettings] => [host, {}]), ...own]);
}

function mirrorHost(mirror: string): string {
  return mirror.split('/', 1)[0] ?? mirror;
}
