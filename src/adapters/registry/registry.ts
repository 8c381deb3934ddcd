import { ToolError } from '../../core/errors.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Registry } from '../../ports/registry.ts';
import type { HttpClient } from '../http/http.ts';
import { createAuthorizer } from './authorizer.ts';
import { fetchBlob, fetchManifest } from './content.ts';
import type { CredentialSource } from './credential.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf } from './endpoint.ts';
import { fetchReferrers, listTags } from './lists.ts';
import type { RepositoryClient } from './registry-client.ts';
import { createRepositoryClient } from './registry-client.ts';

export type DistributionRegistryOptions = {
  readonly http: HttpClient;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** By the registry's host: `host[:port]` or `host[:port]/prefix` of its mirrors, asked in this order before the registry itself. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]>;
  /** Told of what went wrong and did not matter: a mirror that failed, a login that could not be read and was not needed. */
  readonly notice?: (text: string) => void;
};

type Asked<Value, Absence extends string> = {
  readonly ask: (client: RepositoryClient) => Promise<Outcome<Value, Absence>>;
  /** Whether a mirror's word is enough. */
  readonly suffices: (value: Value) => boolean;
};

/**
 * Registries that speak OCI distribution-spec 1.1, read-only. Mirrors are asked first, and only what they have is believed: what a mirror
 * lacks, the registry itself is asked for, and a mirror's empty list of referrers too, since many copy images without them.
 */
export function createDistributionRegistry(options: DistributionRegistryOptions): Registry {
  const { http, credentials, clock, notice = () => {} } = options;
  const authorizer = createAuthorizer({ http, credentials, clock, notice });
  const noticedMirrors = new Set<string>();

  function noticeMirror({ host }: Endpoint, error: ToolError): void {
    if (noticedMirrors.has(host) || error.code === 'INTERRUPTED') return;
    noticedMirrors.add(host);
    notice(`the mirror ${host} was of no use: ${error.message}`);
  }

  function askOne<Value, Absence extends string>(
    endpoint: Endpoint,
    { ask }: Asked<Value, Absence>,
  ): Promise<Outcome<Value, Absence>> {
    return outcomeOf(() => ask(createRepositoryClient(endpoint, { http, authorizer, clock })));
  }

  async function askEach<Value, Absence extends string>(
    at: ImageRepository,
    asked: Asked<Value, Absence>,
  ): Promise<Outcome<Value, Absence>> {
    return outcomeOf(async () => {
      const { mirrors, registry } = endpointsOf(at, options.mirrors ?? new Map(), (host) => http.baseUrl(host));
      for (const mirror of mirrors) {
        const outcome = await askOne(mirror, asked);
        if (outcome.kind === 'found' && asked.suffices(outcome.value)) return outcome;
        if (outcome.kind === 'failed') noticeMirror(mirror, outcome.error);
      }
      return askOne(registry, asked);
    });
  }

  return {
    fetchManifest: async (at, name) =>
      name.kind === 'sole'
        ? absent('noSuchManifest')
        : askEach(at, { ask: (client) => fetchManifest(client, name), suffices: () => true }),
    fetchBlob: (at, digest, bytesMax) =>
      askEach(at, { ask: (client) => fetchBlob(client, digest, bytesMax), suffices: () => true }),
    fetchReferrers: (at, subject) =>
      askEach(at, { ask: (client) => fetchReferrers(client, subject), suffices: (list) => list.length > 0 }),
    listTags: (at, tagsMax) => askEach(at, { ask: (client) => listTags(client, tagsMax), suffices: () => true }),
  };
}

async function outcomeOf<Value, Absence extends string>(
  ask: () => Promise<Outcome<Value, Absence>>,
): Promise<Outcome<Value, Absence>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ToolError) return failed(error);
    throw error;
  }
}
