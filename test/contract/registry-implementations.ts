import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpClient } from '../../src/adapters/http/http-client.ts';
import { createArchiveRegistry, createLayoutRegistry } from '../../src/adapters/layout/registries.ts';
import { createDistributionRegistry } from '../../src/adapters/registry/registry.ts';
import type { ImageRepository } from '../../src/core/model/image-repository.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { isDockerRegistryInstalled, startDockerRegistry } from '../support/docker-registry.ts';
import { memoryRegistry } from '../support/memory-registry.ts';
import { pushTo } from '../support/push.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { Packing } from '../support/repository-files.ts';
import { blobPath, layoutFiles, writeFolder, writeTar } from '../support/repository-files.ts';
import type { TestRepository } from '../support/test-repository.ts';

/** A Registry that serves the repository of the suite. */
export type Served = {
  readonly registry: Registry;
  readonly at: ImageRepository;
  /** A repository of the same kind that does not exist. */
  readonly nowhere: ImageRepository;
  /** Makes the place answer other bytes under a digest, of the same length. */
  replace(digest: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
};
export type Implementation = {
  readonly name: string;
  readonly hasReferrers: boolean;
  /** Whether it is what distribution-spec means by a registry: it has no sole image, and knows no repository that does not exist. */
  readonly isRegistry: boolean;
  readonly isAvailable: boolean;
  serve(repository: TestRepository): Promise<Served>;
};

const NAME = 'acme/shop';
const CLOCK = { nowMs: () => Date.parse('2026-11-21T12:00:00Z') };

export const IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'repositories in memory', hasReferrers: true, isRegistry: true, isAvailable: true, serve: serveMemory },
  { name: 'an OCI layout', hasReferrers: true, isRegistry: false, isAvailable: true, serve: serveLayout },
  ...(['plain', 'gzip', 'zstd'] as const).map((packing) => ({
    name: `an OCI archive (${packing})`,
    hasReferrers: true,
    isRegistry: false,
    isAvailable: true,
    serve: (repository: TestRepository) => serveArchive(repository, packing),
  })),
  { name: 'HTTP with a referrers API', hasReferrers: true, isRegistry: true, isAvailable: true, serve: serveHttp },
  {
    name: isDockerRegistryInstalled ? 'docker-registry' : 'docker-registry (skipped: it is not installed)',
    hasReferrers: false,
    isRegistry: true,
    isAvailable: isDockerRegistryInstalled,
    serve: serveDockerRegistry,
  },
];

function serveMemory(repository: TestRepository): Promise<Served> {
  return Promise.resolve({
    registry: memoryRegistry(new Map([[NAME, repository]]), { referrersApi: true }),
    at: { transport: 'registry', name: NAME },
    nowhere: { transport: 'registry', name: 'acme/nothing' },
    replace: (digest, bytes) => Promise.resolve(replaceIn(repository, digest, bytes)),
    close: () => Promise.resolve(),
  });
}

async function serveLayout(repository: TestRepository): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'provtrace-layout-'));
  await writeFolder(folder, layoutFiles(repository));
  return {
    registry: createLayoutRegistry(),
    at: { transport: 'oci', name: folder },
    nowhere: { transport: 'oci', name: join(folder, 'nothing') },
    replace: (digest, bytes) => writeFile(join(folder, blobPath(digest)), bytes),
    close: () => rm(folder, { recursive: true }),
  };
}

async function serveArchive(repository: TestRepository, packing: Packing): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'provtrace-archive-'));
  const file = join(folder, 'shop.tar');
  const files = layoutFiles(repository);
  await writeTar(file, files, packing);
  return {
    registry: createArchiveRegistry(),
    at: { transport: 'oci-archive', name: file },
    nowhere: { transport: 'oci-archive', name: join(folder, 'nothing.tar') },
    replace: (digest, bytes) => writeTar(file, files.set(blobPath(digest), bytes), packing),
    close: () => rm(folder, { recursive: true }),
  };
}

async function serveHttp(repository: TestRepository): Promise<Served> {
  const server = await startRegistry({ repositories: new Map([[NAME, repository]]), referrersApi: true, pageSize: 1 });
  return {
    ...overHttp(server.host),
    replace: (digest, bytes) => Promise.resolve(replaceIn(repository, digest, bytes)),
    close: () => server.close(),
  };
}

async function serveDockerRegistry(repository: TestRepository): Promise<Served> {
  const server = await startDockerRegistry();
  await pushTo(server.host, NAME, repository);
  return {
    ...overHttp(server.host),
    replace: (digest, bytes) => writeFile(server.blobFile(digest), bytes),
    close: () => server.close(),
  };
}

function overHttp(host: string): Pick<Served, 'registry' | 'at' | 'nowhere'> {
  const http = createHttpClient({ clock: CLOCK, namedByUser: (named) => named === host });
  const credentials = { credentialFor: () => Promise.resolve(undefined) };
  return {
    registry: createDistributionRegistry({ http, credentials, clock: CLOCK }),
    at: { transport: 'registry', name: `${host}/${NAME}` },
    nowhere: { transport: 'registry', name: `${host}/acme/nothing` },
  };
}

function replaceIn(repository: TestRepository, digest: string, bytes: Uint8Array): void {
  const manifest = repository.manifests.get(digest);
  if (manifest === undefined) repository.blobs.set(digest, bytes);
  else repository.manifests.set(digest, { ...manifest, bytes });
}
