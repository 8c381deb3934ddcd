import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { emptyRepository } from '../support/test-repository.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'test/support/provtrace.ts');
const home = (): string => mkdtempSync(join(tmpdir(), 'provtrace-signals-'));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends what is under way: exit %d, no stack, and the local file stays whole', async (signal, code) => {
  const asked = Promise.withResolvers<void>();
  const server = await startRegistry({
    repositories: new Map(),
    // Never answers.
    lie: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  const folder = home();
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, '.cache') };
  const child = spawn(process.execPath, [PROGRAM, 'trace', `${server.host}/acme/shop:1`], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await asked.promise;
  child.kill(signal);
  const [ended] = (await once(child, 'close')) as [number];
  expect(ended).toBe(code);
  expect(said).not.toContain('    at ');
  await server.close();
  expect((await runTool(['cache', 'check'], { folder })).code).toBe(0);
});

test('a reader that goes away, such as head, is no error', async () => {
  const child = spawn(
    'bash',
    ['-c', `"${process.execPath}" "${PROGRAM}" schema trace | head -n 1; exit "\${PIPESTATUS[0]}"`],
    { env: { ...process.env, HOME: home() } },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(said).toBe('');
  expect(code).toBe(0);
});

test('--timeout gives up with exit 3', async () => {
  const server = await startRegistry({ repositories: new Map(), lie: () => new Promise(() => undefined) });
  const ran = await runTool(['trace', `${server.host}/acme/shop:1`, '--timeout', '300ms'], { folder: home() });
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain('--timeout');
  await server.close();
});

test('what could not be asked in time is unheard, and the rest of the chain stands', async () => {
  const repository = emptyRepository();
  await image()
    .labels({ 'org.opencontainers.image.source': 'https://github.com/acme/shop' })
    .layer({ a: 'b' })
    .addTo(repository, '1');
  const server = await startRegistry({
    repositories: new Map([['acme/shop', repository]]),
    lie: (request) => (request.url?.includes('/referrers/') === true ? new Promise(() => undefined) : false),
  });
  const ran = await runTool(['trace', `${server.host}/acme/shop:1`, '--timeout', '700ms'], { folder: home() });
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain('unheard');
  expect(ran.stdout).toContain('https://github.com/acme/shop');
  await server.close();
});

const CORPUS = resolve(ROOT, '../shared/corpus/oci-layouts/slsa-generator-container-v1.9.0');
const canUnshare = spawnSync('unshare', ['-rn', 'true']).status === 0;
const hasCorpus = spawnSync('test', ['-d', CORPUS]).status === 0;

test.skipIf(!canUnshare || !hasCorpus)(
  'with no network at all, a layout is verified by a built-in root (skipped where namespaces or ../shared/corpus are not to be had)',
  () => {
    const identity =
      'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v1.9.0';
    const flags = [
      '--identity',
      identity,
      '--issuer',
      'https://token.actions.githubusercontent.com',
      '--source-repo',
      'slsa-framework/example-package',
    ];
    const ran = spawnSync('unshare', ['-rn', process.execPath, PROGRAM, 'verify', `oci:${CORPUS}`, ...flags], {
      env: { ...process.env, HOME: home() },
      encoding: 'utf8',
    });
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
  },
);
