import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleReferrer } from '../support/attachments.ts';
import { createGitRepository } from '../support/git-repository.ts';
import { startGitServer } from '../support/git-server.ts';
import type { TestServer } from '../support/http-server.ts';
import { longestChain } from '../support/http-server.ts';
import { image, index } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { bundleOf, buildkit, github } from '../support/scenes.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { median, memoryOf, print, runNode, runProcess, times } from './measure.ts';

const DELAYS_MS = [0, 20, 100];
const RUNS = 5;
const PROCESS_RUNS = 15;
const MANY = 100;

/** The measures of tracing: requests, how many of them wait for each other, and time. */
export async function benchTracing(): Promise<void> {
  const repository = emptyRepository();
  const single = await singlePlatform(repository, 'single');
  const platforms = await threePlatforms(repository);
  const many = await manyImages(repository);
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-bench-'));
  try {
    for (const delayMs of DELAYS_MS) {
      const server = await startRegistry({ delayMs, repositories: new Map([['acme/shop', repository]]) });
      await benchFirst({ server, folder, delayMs, single, platforms });
      await server.close();
    }
    await benchProcess({ folder, repository, many });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchFirst(scene: {
  server: TestServer;
  folder: string;
  delayMs: number;
  single: string;
  platforms: string;
}): Promise<void> {
  const { server, folder, delayMs } = scene;
  const first = async (digest: string): Promise<{ requests: number; deep: number; ms: number }> => {
    const before = server.requests.length;
    const started = performance.now();
    const ran = await runTool(['trace', `${server.host}/acme/shop@${digest}`, '--no-cache'], { folder });
    if (ran.code !== 0) throw new Error(ran.stderr + ran.stdout);
    const asked = server.requests.slice(before);
    return { requests: asked.length, deep: longestChain(asked), ms: performance.now() - started };
  };
  const one = await times(RUNS, () => first(scene.single));
  const three = await times(RUNS, () => first(scene.platforms));
  const requests = median(one.map((run) => run.requests));
  const deep = median(one.map((run) => run.deep));
  const deepThree = median(three.map((run) => run.deep));
  const show = (runs: typeof one): string =>
    `${median(runs.map((run) => run.requests))} requests, ${median(runs.map((run) => run.deep))} deep, ${median(runs.map((run) => run.ms)).toFixed(0)} ms`;
  print(`registry with ${delayMs} ms added to each request`, [
    {
      what: 'first trace of a single platform with one referrer, by digest',
      measured: show(one),
      atMost: '8 requests, 3 deep',
      holds: requests <= 8 && deep <= 3,
    },
    {
      what: 'first trace of an index of 3 platforms with attestations, one platform',
      measured: show(three),
      atMost: '5 deep',
      holds: deepThree <= 5,
    },
  ]);
}

async function benchProcess(scene: {
  folder: string;
  repository: TestRepository;
  many: readonly string[];
}): Promise<void> {
  const { folder } = scene;
  const server = await startRegistry({ delayMs: 20, repositories: new Map([['acme/shop', scene.repository]]) });
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const source = await startSource(folder);
  const whole = await source.imageOf(scene.repository);
  const trace = ['trace', `${server.host}/acme/shop@${whole}`, '--config', source.config];
  await runProcess(trace, env);
  const asked = (): number => server.requests.length + source.requests.length;
  const before = asked();
  const pairs = await times(PROCESS_RUNS, async () => ({
    cached: await runProcess(trace, env),
    version: await runProcess(['--version']),
    node: await runNode(['-e', '0']),
  }));
  const askedAgain = asked() - before;
  const cachedMs = median(pairs.map(({ cached }) => cached.wallMs));
  const ratio = median(pairs.map(({ version, node }) => version.wallMs / node.wallMs));
  const nodeMs = median(pairs.map(({ node }) => node.wallMs));
  const references = scene.many.map((digest) => `${server.host}/acme/shop@${digest}`);
  const manyAt = (jobs: number): Promise<{ wallMs: number; maxRssMiB: number; code: number }> =>
    memoryOf(['trace', ...references, '--no-source', '--no-cache', '--jobs', String(jobs)], env);
  const together = await manyAt(8);
  const alone = await manyAt(1);
  if (together.code !== 0 || alone.code !== 0) throw new Error('tracing many images failed');
  const faster = alone.wallMs / together.wallMs;
  await server.close();
  await source.close();
  print('whole processes', [
    {
      what: 'second trace of the same digest, to its owners',
      measured: `${askedAgain / PROCESS_RUNS} requests, ${cachedMs.toFixed(0)} ms`,
      atMost: '0 requests, 150 ms',
      holds: askedAgain === 0 && cachedMs <= 150,
    },
    {
      what: 'provtrace --version against node -e 0',
      measured: `${ratio.toFixed(2)} × ${nodeMs.toFixed(0)} ms`,
      atMost: '1.6 ×',
      holds: ratio <= 1.6,
    },
    {
      what: `${MANY} images, 8 jobs against one after another at 20 ms`,
      measured: `${faster.toFixed(1)} × faster (${together.wallMs.toFixed(0)} against ${alone.wallMs.toFixed(0)} ms), ${together.maxRssMiB.toFixed(0)} MiB`,
      atMost: 'at least 5 × faster, 200 MiB',
      holds: faster >= 5 && together.maxRssMiB <= 200,
    },
  ]);
}

/** A repository and its forge, which has nothing to say, and an image whose labels name them. */
async function startSource(folder: string): Promise<{
  requests: readonly unknown[];
  config: string;
  imageOf: (repository: TestRepository) => Promise<string>;
  close: () => Promise<void>;
}> {
  const root = join(folder, 'repositories');
  const files = { '.github/CODEOWNERS': '* @acme/shop\n', Dockerfile: 'FROM alpine\n' };
  const commit = createGitRepository(join(root, 'acme', 'shop.git')).commit({ files });
  const server = await startGitServer({
    root,
    instead: (request, response) => {
      if (request.url?.startsWith('/api/') !== true) return false;
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return true;
    },
  });
  const config = join(folder, 'provtrace.yaml');
  writeFileSync(config, `forges:\n  - { host: '${server.host}', kind: github, apiUrl: '${server.url}/api' }\n`);
  const labels = {
    'org.opencontainers.image.source': `${server.url}/acme/shop`,
    'org.opencontainers.image.revision': commit,
    'com.docker.image.source.entrypoint': 'Dockerfile',
  };
  return {
    requests: server.requests,
    config,
    imageOf: async (repository) =>
      (await image().labels(labels).layer({ 'app/server': 'whole' }).addTo(repository)).digest,
    close: () => server.close(),
  };
}

async function singlePlatform(repository: TestRepository, content: string): Promise<string> {
  const built = await image().layer({ 'app/server': content }).addTo(repository);
  bundleReferrer(repository, built.descriptor, {
    bytes: jsonBytes(bundleOf(github(built, 'https://github.com/acme/shop'))),
    predicateType: 'https://slsa.dev/provenance/v1',
  });
  return built.digest;
}

async function threePlatforms(repository: TestRepository): Promise<string> {
  const built = index();
  for (const platform of ['linux/amd64', 'linux/arm64', 'linux/arm/v7']) {
    const member = await image().platform(platform).layer({ 'app/server': platform }).addTo(repository);
    built.add(member).attest(member, [buildkit(member)]);
  }
  return built.addTo(repository).digest;
}

async function manyImages(repository: TestRepository): Promise<readonly string[]> {
  const digests: string[] = [];
  for (let number = 0; number < MANY; number++) digests.push(await singlePlatform(repository, `many ${number}`));
  return digests;
}
