import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runTool } from '../support/run-tool.ts';
import { image } from '../support/image-builder.ts';
import type { TestServer } from '../support/http-server.ts';
import { startRegistry } from '../support/registry-server.ts';
import { emptyRepository } from '../support/test-repository.ts';

/*
 * Addresses that a registry, a label or a statement names are strangers' words (SPEC 8). `127.0.0.1:PORT` is the registry that the user
 * named; any other port of this machine stands for a service on a private network, and must see nothing.
 */
const opened: TestServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

async function open(options: Partial<Parameters<typeof startRegistry>[0]> = {}): Promise<TestServer> {
  const server = await startRegistry({ repositories: new Map(), ...options });
  opened.push(server);
  return server;
}
const home = (): string => mkdtempSync(join(tmpdir(), 'provtrace-astray-'));

test('a base image that a label names on a private address is not asked for, and that is told', async () => {
  const inner = await open();
  const repository = emptyRepository();
  await image()
    .labels({
      'org.opencontainers.image.base.name': `${inner.host}/secret/base:1`,
      'org.opencontainers.image.base.digest': `sha256:${'ab'.repeat(32)}`,
    })
    .layer({ 'app/server': 'x' })
    .addTo(repository, '1');
  const named = await open({ repositories: new Map([['acme/shop', repository]]) });
  const ran = await runTool(['trace', `${named.host}/acme/shop:1`, '--format', 'json'], { folder: home() });
  expect(ran.code).toBe(0);
  expect(inner.requests).toEqual([]);
  expect(ran.stdout).toContain('REFUSED_ADDRESS');
});

test('a redirect to a private address is not followed: exit 3, and nothing arrives there', async () => {
  const inner = await open();
  const named = await open({
    lie: (_, response) => {
      response.writeHead(307, { location: `http://${inner.host}/v2/acme/shop/manifests/1` }).end();
      return true;
    },
  });
  const ran = await runTool(['trace', `${named.host}/acme/shop:1`], { folder: home() });
  expect(ran.code).toBe(3);
  expect(inner.requests).toEqual([]);
  expect(ran.stderr).toContain(inner.host);
});

test('a token realm on a private address gets neither a request nor the password', async () => {
  const inner = await open();
  const folder = home();
  const named = await open({
    auth: {
      kind: 'token',
      anonymous: false,
      username: 'ada',
      password: 'hunter2',
      realm: `http://${inner.host}/token`,
    },
  });
  const auth = Buffer.from('ada:hunter2').toString('base64');
  mkdirSync(join(folder, '.docker'));
  writeFileSync(join(folder, '.docker', 'config.json'), JSON.stringify({ auths: { [named.host]: { auth } } }));
  const ran = await runTool(['trace', `${named.host}/acme/shop:1`], { folder });
  expect(ran.code).toBe(3);
  expect(inner.requests).toEqual([]);
  expect(ran.stderr + ran.stdout).not.toContain('hunter2');
  // Positive control: where the user names that host too, the realm is asked.
  await runTool(['trace', `${named.host}/acme/shop:1`, `${inner.host}/acme/shop:1`], { folder });
  expect(inner.requests.some(({ path }) => path.startsWith('/token'))).toBe(true);
});

test('what a registry says never carries a credential into the store or the output', async () => {
  const repository = emptyRepository();
  await image()
    .labels({ 'org.opencontainers.image.source': 'https://ada:hunter2@github.com/acme/shop' })
    .layer({ a: 'b' })
    .addTo(repository, '1');
  const named = await open({ repositories: new Map([['acme/shop', repository]]) });
  const folder = home();
  const ran = await runTool(['trace', `${named.host}/acme/shop:1`, '--format', 'json', '--verbose'], { folder });
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain('CREDENTIALS_IN_URL');
  expect(ran.stdout).not.toContain('hunter2');
  expect(readFileSync(join(folder, '.cache/provtrace/provtrace.db')).length).toBeGreaterThan(0);
});
