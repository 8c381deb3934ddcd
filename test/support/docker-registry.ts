import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type DockerRegistry = {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Where it keeps a blob, to change behind its back. */
  blobFile(digest: string): string;
  close(): Promise<void>;
};

const PROGRAM = 'docker-registry';
const ATTEMPTS_MAX = 100;
const ATTEMPT_EVERY_MS = 50;

/** Debian's package of the CNCF registry, version 2: it has no referrers API. */
export const isDockerRegistryInstalled = spawnSync(PROGRAM, ['--version']).status === 0;

/** Starts one of its own on a free port of loopback, over a folder of its own. */
export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'provtrace-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const configuration = join(folder, 'config.yml');
  const settings = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
    http: { addr: host },
  };
  // YAML is a superset of JSON.
  await writeFile(configuration, JSON.stringify(settings));
  const child = spawn(PROGRAM, ['serve', configuration], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  await untilItAnswers(host).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    host,
    blobFile: (digest) => {
      const [algorithm = '', hex = ''] = digest.split(':');
      return join(folder, 'storage/docker/registry/v2/blobs', algorithm, hex.slice(0, 2), hex, 'data');
    },
    close,
  };
}

async function untilItAnswers(host: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(ATTEMPT_EVERY_MS);
  }
  throw new Error(`${PROGRAM} does not answer on ${host}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
