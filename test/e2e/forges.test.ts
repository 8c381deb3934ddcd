import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Authority } from '../support/authority.ts';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import type { GithubServer } from '../support/forge-server.ts';
import { startGithub } from '../support/forge-server.ts';
import type { TestServer } from '../support/http-server.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { LABELS, github } from '../support/scenes.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* Attestations that only the forge has: GitHub's default, which pushes nothing to the registry (traps R10). */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-forges-'));
const authority: Authority = createAuthority({ name: 'acme' });
let built: BuiltImage;
let registry: TestServer;
const forges: GithubServer[] = [];

beforeAll(async () => {
  const repository = emptyRepository();
  built = await image().labels(LABELS).layer({ 'app/server': 'forge' }).addTo(repository, '1');
  registry = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  writeFileSync(join(folder, 'root.json'), authority.trustedRootJson);
});
afterAll(() => Promise.all([registry, ...forges].map((server) => server.close())));

async function verifyWith(
  options: Parameters<typeof startGithub>[0],
  env: Readonly<Record<string, string>> = {},
): Promise<ToolRun & { forge: GithubServer }> {
  const forge = await startGithub(options);
  forges.push(forge);
  const config = join(folder, 'forges.yaml');
  writeFileSync(config, `forges:\n  - { host: github.com, kind: github, apiUrl: 'http://${forge.host}' }\n`);
  const flags = [
    '--config',
    config,
    '--trusted-root',
    join(folder, 'root.json'),
    '--identity',
    DEFAULT_IDENTITY,
    '--issuer',
    DEFAULT_ISSUER,
    '--no-cache',
  ];
  const ran = await runTool(['verify', `${registry.host}/acme/shop:1`, ...flags], {
    folder,
    env,
    forges: 'configured',
  });
  return { ...ran, forge };
}
const kept = (bundle: unknown, isPrivate = false): Parameters<typeof startGithub>[0]['bundles'][number] => ({
  repository: 'acme/shop',
  subjects: [built.digest],
  bundle,
  carriedBy: 'inline',
  isPrivate,
});
const signed = (): unknown => authority.signBundle({ statement: github(built, 'https://github.com/acme/shop') });

test('a bundle that the forge keeps is found by digest and repository, and verified', async () => {
  expect((await verifyWith({ bundles: [kept(signed())] })).code).toBe(0);
});

test('what needs a token is found with it, and the token is in nothing that is said', async () => {
  const options = { bundles: [kept(signed(), true)], token: 'ghp_secret' };
  expect((await verifyWith(options)).code).toBe(1);
  const ran = await verifyWith(options, { GH_TOKEN: 'ghp_secret' });
  expect(ran.code).toBe(0);
  expect(ran.stdout + ran.stderr).not.toContain('ghp_secret');
});

test('where there is none, it fails; where the forge is not heard, it is undecided', async () => {
  expect((await verifyWith({ bundles: [] })).code).toBe(1);
  const down = await verifyWith({
    bundles: [],
    lie: (_, response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"forbidden"}');
      return true;
    },
  });
  expect(down.code).toBe(3);
});

test('a bundle_url on a private address is a stranger’s word: it is not followed', async () => {
  const ran = await verifyWith({ bundles: [{ ...kept(signed()), carriedBy: 'url' }] });
  expect(ran.code).toBe(3);
  expect(ran.forge.storage.requests).toEqual([]);
});
