import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER, createAuthority } from '../../support/authority.ts';
import { opened } from '../../support/registry-world.ts';
import { startRegistry } from '../../support/registry-server.ts';
import type { RegistryServerOptions } from '../../support/registry-server.ts';
import type { ToolRun } from '../../support/run-tool.ts';
import { runTool } from '../../support/run-tool.ts';
import { fillSigned, writeTrust } from '../../support/signed-images.ts';
import { emptyRepository } from '../../support/test-repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provtrace-trust-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function trust(words: readonly string[], options: Partial<Parameters<typeof runTool>[1]> = {}): Promise<ToolRun> {
  return runTool(['trust', ...words], { folder, env: { COLUMNS: '300' }, ...options });
}

type Listed = {
  readonly roots: readonly { name: string; stale?: { why: string; renew: string } }[];
  readonly pins: readonly unknown[];
};

async function listed(nowMs?: number): Promise<Listed> {
  const { stdout } = await trust(['list', '--format', 'json'], nowMs === undefined ? {} : { nowMs });
  return JSON.parse(stdout) as Listed;
}

describe('trust list', () => {
  test('says which roots are stale, why, and how to renew them', async () => {
    expect((await listed(Date.parse('2026-11-21T12:00:00Z'))).roots.filter(({ stale }) => stale !== undefined)).toEqual(
      [],
    );
    const old = await listed(Date.parse('2028-01-01T00:00:00Z'));
    expect(old.roots.map(({ name, stale }) => [name, stale?.renew])).toEqual([
      ['public-good', 'provtrace trust update'],
      ['github', 'gh attestation trusted-root > roots.jsonl && provtrace trust import roots.jsonl'],
    ]);
    const { stdout } = await trust(['list'], { nowMs: Date.parse('2028-01-01T00:00:00Z') });
    expect(stdout).toMatch(/^ {2}public-good .*\n(?: {4}.*\n)* {4}✖ stale: it is 498 days old/m);
  });

  test('asks nobody', async () => {
    expect((await trust(['list'])).requests).toEqual([]);
  });
});

describe('trust update', () => {
  /** Nothing listens there: whatever is asked for is asked of it, and is not heard. */
  const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };

  test('without a network changes nothing, and is undecided', async () => {
    const before = await listed();
    const ran = await trust(['update', '--format', 'json'], { env });
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      schema: 'provtrace/trust/1',
      action: 'update',
      updates: [
        { kind: 'failed', name: 'public-good', error: { code: 'UNREACHABLE' } },
        { kind: 'unstarted', name: 'github' },
      ],
    });
    expect(new Set(ran.requests.map((request) => request.replace(/\d+/, 'N')))).toEqual(new Set(['GET /N.root.json']));
    expect(await listed()).toEqual(before);
  });

  test('asks nobody where that is forbidden', async () => {
    const ran = await trust(['update', '--offline'], { env });
    expect([ran.code, ran.requests, ran.stdout]).toEqual([3, [], '']);
    expect(ran.stderr).toContain('provtrace trust import FILE needs no network');
  });
});

describe('trust pin', () => {
  async function openShop(options: Partial<RegistryServerOptions> = {}): Promise<string> {
    const authority = createAuthority({ name: 'acme' });
    const repository = emptyRepository();
    const { key } = await fillSigned(repository, authority);
    writeTrust(folder, authority, key);
    const { host } = opened(
      await startRegistry({
        repositories: new Map([
          ['acme/shop', repository],
          ['acme/shop2', repository],
        ]),
        ...options,
      }),
    );
    return `${host}/acme/shop`;
  }
  const root = ['--trusted-root', 'trusted_root.json'];
  const signer = { kind: 'certificate', issuer: DEFAULT_ISSUER, identity: DEFAULT_IDENTITY, match: 'exact' };

  test.each(['bundle-referrer', 'cosign-3-signature', 'cosign-sig', 'cosign-att', 'fallback-tag', 'second-hop'])(
    '%s: whoever signed it',
    async (tag) => {
      const shop = await openShop();
      expect((await trust(['pin', `${shop}:${tag}`, ...root])).code).toBe(0);
      expect((await listed()).pins).toEqual([
        { images: shop, signer, root: `file:${join(folder, 'trusted_root.json')}` },
      ]);
    },
  );

  test('ties the signer to this name of the image, and to no other', async () => {
    const shop = await openShop();
    await trust(['import', 'trusted_root.json']);
    await trust(['pin', `${shop}:bundle-referrer`]);
    const [mine, other] = await Promise.all(
      [shop, `${shop}2`].map((name) =>
        runTool(['verify', `${name}:bundle-referrer`, '--source-repo', 'acme/shop'], { folder }),
      ),
    );
    expect([mine?.code, other?.code]).toEqual([0, 1]);
    expect((await trust(['pin', `${shop}:bundle-referrer`, '--images', `${shop}2`])).code).toBe(2);
  });

  test('a key without a log entry only where that is accepted, and says what later runs need', async () => {
    const shop = await openShop();
    const unlogged = ['pin', `${shop}:keyed-unlogged`, '--key', 'cosign.pub'];
    expect((await trust(unlogged)).code).toBe(1);
    const ran = await trust([...unlogged, '--no-transparency-log']);
    expect([ran.code, ran.stdout.includes('later runs need --no-transparency-log too')]).toEqual([0, true]);
  });

  test.each(['tampered', 'about-another'])('%s: nobody', async (tag) => {
    const shop = await openShop();
    const ran = await trust(['pin', `${shop}:${tag}`, ...root, '--all']);
    expect([ran.code, ran.stdout.split('\n')[0]]).toEqual([
      1,
      'nobody was pinned: no such signature of this image holds',
    ]);
    expect((await listed()).pins).toEqual([]);
  });

  test('is undecided where a place could not be looked at', async () => {
    const shop = await openShop({
      lie: (request, response) => {
        if (request.url?.includes('/referrers/') !== true) return false;
        response.writeHead(403).end();
        return true;
      },
    });
    const ran = await trust(['pin', `${shop}:tampered`, ...root]);
    expect([ran.code, ran.stdout.includes('not every place could be looked at')]).toEqual([3, true]);
    expect((await listed()).pins).toEqual([]);
  });

  test('offline pins what the local file holds, and asks nobody', async () => {
    const shop = await openShop();
    await runTool(['trace', `${shop}:bundle-referrer`, '--format', 'json'], { folder });
    const ran = await trust(['pin', `${shop}:bundle-referrer`, ...root, '--offline']);
    expect([ran.code, ran.requests]).toEqual([0, []]);
  });

  test('--remove leaves to the configuration what it pins', async () => {
    const configured = join(folder, '.config', 'provtrace');
    mkdirSync(configured, { recursive: true });
    const pins =
      'trust:\n  pins:\n    - images: ghcr.io/acme/*\n      identity: ada@acme.example\n      issuer: https://accounts.acme.example\n';
    writeFileSync(join(configured, 'provtrace.yaml'), pins);
    const ran = await trust(['pin', '--remove', 'ghcr.io/acme/*']);
    expect([ran.code, ran.stderr.includes('your configuration pins it')]).toEqual([4, true]);
    expect(readFileSync(join(configured, 'provtrace.yaml'), 'utf8')).toBe(pins);
  });
});
