import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleReferrer } from '../support/attachments.ts';
import type { Authority } from '../support/authority.ts';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { layoutFiles, writeFolder } from '../support/repository-files.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { fillSigned, writeTrust } from '../support/signed-images.ts';
import { fillSboms } from '../support/sbom-images.ts';
import { github } from '../support/scenes.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { digestOf, emptyRepository, jsonBytes } from '../support/test-repository.ts';

/*
 * A layout with all evidence gives the answers that the registry gave, without a request and with another home; and what it brings of its
 * own, roots and verdicts, changes nothing.
 */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-layout-'));
const opened: TestServer[] = [];
let authority: Authority;
let host: string;
let withoutApi: string;
let root: string;
let keyFile: string;
let digests: Readonly<Record<string, string>>;

beforeAll(async () => {
  authority = createAuthority({ name: 'acme' });
  const signed = emptyRepository();
  const { key } = await fillSigned(signed, authority);
  const sboms = emptyRepository();
  ({ digests } = await fillSboms(sboms, authority));
  ({ root, keyFile } = writeTrust(folder, authority, key));
  const repositories = new Map([
    ['acme/shop', signed],
    ['acme/sboms', sboms],
  ]);
  for (const referrersApi of [true, false]) opened.push(await startRegistry({ repositories, referrersApi }));
  [host = '', withoutApi = ''] = opened.map((server) => server.host);
});
afterAll(async () => {
  await Promise.all(opened.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

const SIGNER = ['--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
const fresh = (): string => mkdtempSync(join(folder, 'at-'));
const exportTo = async (reference: string, ...flags: readonly string[]): Promise<string> => {
  const target = join(fresh(), 'layout');
  const ran = await runTool(['export', reference, '--to', target, '--trusted-root', root, ...flags], { folder });
  expect(ran).toMatchObject({ code: 0, stdout: '' });
  return target;
};
/** In a home where nothing was ever seen. */
const offline = (...words: readonly string[]): Promise<ToolRun> =>
  runTool([...words, '--offline'], { folder: fresh() });

describe('verify, of the layout as of the registry', () => {
  test.each([
    ['bundle-referrer', 0],
    ['cosign-3-signature', 0],
    ['cosign-sig', 0],
    ['cosign-att', 0],
    ['second-hop', 0],
    ['tampered', 1],
    ['about-another', 1],
  ])('%s: %i', async (tag, code) => {
    const judged = ['--trusted-root', root, ...SIGNER, '--format', 'json'];
    const online = await runTool(['verify', `${host}/acme/shop:${tag}`, ...judged], { folder });
    const target = await exportTo(`${host}/acme/shop:${tag}`);
    const ran = await offline('verify', `oci:${target}:${tag}`, ...judged);
    expect([online.code, ran.code]).toEqual([code, code]);
    expect(ran.requests).toEqual([]);
    const [one, other] = [online, ran].map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    expect(other).toMatchObject({ verdict: one?.['verdict'], reason: one?.['reason'] });
  });

  test('a key, and the fallback tag of a registry without the referrers API', async () => {
    const keyed = await exportTo(`${host}/acme/shop:keyed`, '--key', keyFile);
    expect((await offline('verify', `oci:${keyed}:keyed`, '--trusted-root', root, '--key', keyFile)).code).toBe(0);
    const tagged = await exportTo(`${withoutApi}/acme/shop:fallback-tag`);
    expect((await offline('verify', `oci:${tagged}:fallback-tag`, '--trusted-root', root, ...SIGNER)).code).toBe(0);
  });

  test('as of another time', async () => {
    const target = await exportTo(`${host}/acme/shop:bundle-referrer`);
    const at = (time: string): Promise<ToolRun> =>
      offline('verify', `oci:${target}:bundle-referrer`, '--trusted-root', root, ...SIGNER, '--at', time);
    expect((await at('2036-01-01T00:00:00Z')).code).toBe(0);
    expect((await at('2020-01-01T00:00:00Z')).code).toBe(1);
  });

  test('an archive, and of it an archive again, byte for byte', async () => {
    const first = join(fresh(), 'shop.tar');
    const words = ['--trusted-root', root];
    const reference = `${host}/acme/shop:bundle-referrer`;
    expect((await runTool(['export', reference, '--to', first, ...words], { folder })).code).toBe(0);
    const second = join(fresh(), 'shop.tar');
    await runTool(['export', reference, '--to', second, ...words], { folder });
    expect(readFileSync(second)).toEqual(readFileSync(first));
    const ran = await offline('verify', `oci-archive:${first}:bundle-referrer`, '--trusted-root', root, ...SIGNER);
    expect(ran.code).toBe(0);
    const names = spawnSync('tar', ['-tf', first], { encoding: 'utf8' }).stdout.trim().split('\n');
    expect(names).toContain('provtrace/README.txt');
    const blobs = names.filter((name) => name.startsWith('blobs/'));
    expect(blobs).toEqual([...new Set(blobs)].toSorted());
  });

  test('a bundle that only a file has', async () => {
    const repository = emptyRepository();
    const built = await image().layer({ a: 'file' }).addTo(repository, '1');
    const server = await startRegistry({ repositories: new Map([['acme/file', repository]]) });
    opened.push(server);
    const bundle = join(fresh(), 'bundle.json');
    writeFileSync(
      bundle,
      JSON.stringify(authority.signBundle({ statement: github(built, 'https://github.com/acme/shop') })),
    );
    const target = await exportTo(`${server.host}/acme/file:1`, '--bundle', bundle);
    expect((await offline('verify', `oci:${target}:1`, '--trusted-root', root, ...SIGNER)).code).toBe(0);
  });
});

describe('the SBOM of the layout', () => {
  test.each(['unusual', 'text', 'file', 'oras', 'stages', 'buildpacks'])(
    '%s: the same, letter for letter',
    async (tag) => {
      const target = await exportTo(`${host}/acme/sboms:${tag}`);
      const online = await runTool(['sbom', `${host}/acme/sboms:${tag}`, '--trusted-root', root], { folder });
      const ran = await offline('sbom', `oci:${target}:${tag}`, '--trusted-root', root);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toBe(online.stdout);
    },
  );
});

describe('an index that was asked for by its digest', () => {
  test('is the only image of the layout, with what is attached to it and to its platform', async () => {
    const reference = `${host}/acme/sboms@${digests['several']}`;
    const target = await exportTo(reference);
    const list = ['--list', '--format', 'json', '--trusted-root', root];
    const runs = [
      await runTool(['sbom', reference, ...list], { folder }),
      await offline('sbom', `oci:${target}`, ...list),
    ];
    const [online, there] = runs.map(
      ({ stdout }) => (JSON.parse(stdout) as { sboms: Record<string, unknown>[] }).sboms,
    );
    const known = (sboms: typeof online): readonly unknown[] =>
      (sboms ?? []).map(({ document, boundBy, trust, signedAt }) => ({ document, boundBy, trust, signedAt }));
    expect(known(there)).toEqual(known(online));
    expect(there).toHaveLength(3);
  });
});

describe('what a layout brings is never used to judge it', () => {
  test('neither a root of trust that was planted in it, nor a verdict', async () => {
    const mallory = createAuthority({ name: 'mallory' });
    const repository = emptyRepository();
    const built = await image().layer({ 'app/server': 'evil' }).addTo(repository, '1');
    bundleReferrer(repository, built.descriptor, {
      bytes: jsonBytes(mallory.signBundle({ statement: github(built, 'https://github.com/acme/shop') })),
      predicateType: 'https://slsa.dev/provenance/v1',
    });
    const target = join(fresh(), 'layout');
    await writeFolder(target, layoutFiles(repository));
    mkdirSync(join(target, 'provtrace'));
    const planted = join(target, 'provtrace', 'trusted_root.jsonl');
    for (const name of [planted, join(target, 'trusted_root.json')])
      writeFileSync(name, `${mallory.trustedRootJson}\n`);
    writeFileSync(join(target, 'provtrace', 'verdict.json'), '{"schema":"provtrace/verify/1","verdict":"pass"}');
    const ran = await offline('verify', `oci:${target}:1`, '--trusted-root', root, ...SIGNER);
    expect(ran.code).toBe(1);
    // Whoever names it on the command line chooses it, and then the signature holds: the layout is not refused for another reason.
    expect((await offline('verify', `oci:${target}:1`, '--trusted-root', planted, ...SIGNER)).code).toBe(0);
  });
});

describe('what is in it', () => {
  test('the files for people: the chain, the verdict, the roots', async () => {
    const target = await exportTo(`${host}/acme/shop:bundle-referrer`, ...SIGNER);
    const textOf = (name: string): string => readFileSync(join(target, 'provtrace', name), 'utf8');
    expect(JSON.parse(textOf('trace.json'))).toMatchObject({ schema: 'provtrace/trace/1' });
    expect(JSON.parse(textOf('verdict.json'))).toMatchObject({ schema: 'provtrace/verify/1', verdict: 'pass' });
    // The root as it was written is one by which the signature holds again.
    const written = join(target, 'provtrace', 'trusted_root.jsonl');
    const again = await offline('verify', `oci:${target}:bundle-referrer`, '--trusted-root', written, ...SIGNER);
    expect(again.code).toBe(0);
  });

  test('every blob is what its name says, and layers are there when they are asked for', async () => {
    const reference = `${host}/acme/shop:second-hop`;
    const without = await exportTo(reference);
    const whole = await exportTo(reference, '--layers');
    const blobs = (target: string): readonly string[] => readdirSync(join(target, 'blobs', 'sha256')).toSorted();
    for (const name of blobs(whole))
      expect(digestOf(readFileSync(join(whole, 'blobs', 'sha256', name)))).toBe(`sha256:${name}`);
    expect(blobs(whole)).toHaveLength(blobs(without).length + 1);
    expect(JSON.parse(readFileSync(join(whole, 'index.json'), 'utf8'))).toMatchObject({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: expect.arrayContaining([
        expect.objectContaining({ annotations: { 'org.opencontainers.image.ref.name': 'second-hop' } }),
      ]),
    });
  });
});

describe('where it cannot be written', () => {
  test('2 where something is already, and that stays', async () => {
    const target = fresh();
    writeFileSync(join(target, 'mine.txt'), 'mine');
    const ran = await runTool(['export', `${host}/acme/shop:cosign-sig`, '--to', target], { folder });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('already');
    expect(readdirSync(target)).toEqual(['mine.txt']);
    const file = join(target, 'mine.tar');
    writeFileSync(file, 'mine');
    expect((await runTool(['export', `${host}/acme/shop:cosign-sig`, '--to', file], { folder })).code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('2 where the folder is not there, and nothing is left', async () => {
    const target = join(fresh(), 'no', 'such');
    const ran = await runTool(['export', `${host}/acme/shop:cosign-sig`, '--to', target], { folder });
    expect(ran.code).toBe(2);
    expect(existsSync(target)).toBe(false);
  });

  test('3 where somebody was not heard: it is written without that, which is told', async () => {
    const repository = emptyRepository();
    await image().layer({ a: 'deaf' }).addTo(repository, '1');
    const server = await startRegistry({
      repositories: new Map([['acme/deaf', repository]]),
      lie: (request, response) => {
        if (request.url?.includes('/referrers/') !== true) return false;
        response.writeHead(403).end();
        return true;
      },
    });
    opened.push(server);
    const target = join(fresh(), 'layout');
    const ran = await runTool(['export', `${server.host}/acme/deaf:1`, '--to', target], { folder });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('not heard');
    expect(existsSync(join(target, 'index.json'))).toBe(true);
  });

  test('3 where a layer cannot be fetched, and nothing is left', async () => {
    const repository: TestRepository = emptyRepository();
    const built = await image().layer({ a: 'torn' }).addTo(repository, '1');
    for (const digest of repository.blobs.keys()) if (digest !== built.configDigest) repository.blobs.delete(digest);
    const server = await startRegistry({ repositories: new Map([['acme/torn', repository]]) });
    opened.push(server);
    const parent = fresh();
    const words = ['export', `${server.host}/acme/torn:1`, '--layers', '--to', join(parent, 'layout')];
    expect((await runTool(words, { folder })).code).toBe(3);
    expect(readdirSync(parent)).toEqual([]);
  });
});
