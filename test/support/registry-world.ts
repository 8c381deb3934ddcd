import { afterEach } from 'vitest';
import type { HttpClientOptions } from '../../src/adapters/http/http.ts';
import type { Credential, CredentialSource } from '../../src/adapters/registry/credential.ts';
import { createDistributionRegistry } from '../../src/adapters/registry/registry.ts';
import { ToolError } from '../../src/core/errors.ts';
import type { ImageRepository } from '../../src/core/model/image-repository.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { Registry } from '../../src/ports/registry.ts';
import type { TestServer } from './http-server.ts';
import { TEST_NOW_MS, openHttp } from './http-world.ts';
import type { RegistryServerOptions } from './registry-server.ts';
import { startRegistry } from './registry-server.ts';
import type { TestRepository } from './test-repository.ts';
import { emptyRepository } from './test-repository.ts';

export const NAME = 'acme/shop';

export type RegistryWorld = {
  readonly repository: TestRepository;
  readonly server: TestServer;
  readonly registry: Registry;
  /** `acme/shop` at the server. */
  readonly at: ImageRepository;
  readonly notices: readonly string[];
  /** What would have been waited between attempts, in milliseconds. */
  readonly pauses: readonly number[];
  /** The requests so far, without the host. */
  readonly paths: () => readonly string[];
};
export type RegistryWorldOptions = {
  readonly repository?: TestRepository;
  readonly server?: Partial<RegistryServerOptions>;
  /** By host, or the error that looking one up is. */
  readonly credentials?: (host: string) => Credential | ToolError | undefined;
  readonly mirrors?: ReadonlyMap<string, readonly string[]>;
  readonly http?: Partial<HttpClientOptions>;
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Closes it when the test is over. */
export function opened<Each extends { close(): Promise<void> }>(each: Each): Each {
  open.push(each);
  return each;
}

/** A registry that serves one repository, and the adapter that reads it. The user named this host and no other. */
export async function openRegistry(options: RegistryWorldOptions = {}): Promise<RegistryWorld> {
  const repository = options.repository ?? emptyRepository();
  const server = opened(await startRegistry({ repositories: new Map([[NAME, repository]]), ...options.server }));
  const notices: string[] = [];
  const { http, pauses } = openHttp({ namedByUser: (host) => host === server.host, ...options.http });
  opened(http);
  const registry = createDistributionRegistry({
    http,
    credentials: sourceOf(options.credentials ?? (() => undefined)),
    clock: options.http?.clock ?? { nowMs: () => TEST_NOW_MS },
    notice: (text) => notices.push(text),
    ...(options.mirrors === undefined ? {} : { mirrors: options.mirrors }),
  });
  const at: ImageRepository = { transport: 'registry', name: `${server.host}/${NAME}` };
  return { repository, server, registry, at, notices, pauses, paths: () => server.requests.map(({ path }) => path) };
}

function sourceOf(credentialOf: (host: string) => Credential | ToolError | undefined): CredentialSource {
  return {
    credentialFor: async ({ name }) => {
      const credential = credentialOf(name.slice(0, name.indexOf('/')));
      if (credential instanceof ToolError) throw credential;
      return credential;
    },
  };
}

export function valueOf<Value>(outcome: Outcome<Value, string>): Value {
  if (outcome.kind === 'found') return outcome.value;
  throw outcome.kind === 'failed' ? outcome.error : new Error(outcome.reason);
}

export function errorOf(outcome: Outcome<unknown, string>): ToolError {
  if (outcome.kind === 'failed') return outcome.error;
  throw new Error(`expected a failure, and it was ${outcome.kind}`);
}
