import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embeddedTrustRoots } from '../../../../src/adapters/sigstore/trusted-root-file.ts';
import { createTrustFiles } from '../../../../src/adapters/trust/trust-files.ts';
import type { RootRepository } from '../../../../src/adapters/trust/tuf-repository.ts';
import { createTufRepository } from '../../../../src/adapters/trust/tuf-repository.ts';
import { PUBLIC_GOOD } from '../../../../src/core/trust/public-good.ts';
import { createAuthority } from '../../../support/authority.ts';
import { openHttp, toolErrorOf } from '../../../support/http-world.ts';
import { opened } from '../../../support/registry-world.ts';
import { filesIn, openTrustWorld, realTrust } from './trust-world.ts';
import type { TrustWorld } from './trust-world.ts';
import { createTufKey, startTuf, tufFiles, tufRoot } from './tuf-server.ts';

const acme = createAuthority({ name: 'acme' });
const quiet = createAuthority({ name: 'quiet', logs: false });
/** When the tests take place. */
const NOW = '2026-11-21T12:00:00Z';

async function namesIn({ trust }: TrustWorld): Promise<readonly string[]> {
  return (await trust.listRoots()).roots.map(({ name }) => name);
}

describe('without any file', () => {
  test.each(['a folder that is not there', undefined])(
    'the roots in use are those that are built in (%s)',
    async (folder) => {
      const { trust, home } = openTrustWorld(folder === undefined ? { folder } : {});
      expect((await trust.loadRoots()).map(({ name }) => name)).toEqual(['public-good', 'github']);
      expect(filesIn(home)).toEqual([]);
    },
  );

  test('they are listed with their date, authorities and logs', async () => {
    const { roots, problems } = await openTrustWorld().trust.listRoots();
    expect(problems).toEqual([]);
    const [publicGood, github] = roots;
    expect(publicGood).toEqual({
      name: 'public-good',
      kind: 'builtIn',
      source: PUBLIC_GOOD.source,
      asOf: PUBLIC_GOOD.asOf,
      certificateAuthorities: [
        { name: 'sigstore, sigstore.dev', validFrom: '2021-03-07T03:20:29Z', validUntil: '2022-12-31T23:59:59Z' },
        { name: 'sigstore-intermediate, sigstore.dev', validFrom: '2022-04-13T20:06:15Z' },
      ],
      logs: ['https://rekor.sigstore.dev', 'https://log2025-1.rekor.sigstore.dev'],
      timestampAuthorities: 1,
    });
    expect(github).toMatchObject({ kind: 'builtIn', logs: [], timestampAuthorities: 6 });
    expect(github?.certificateAuthorities[0]?.name).toBe('Fulcio Intermediate l2, GitHub, Inc.');
  });
});

describe('an imported file', () => {
  test('is kept byte for byte, and used after the built-in roots under a name of its own', async () => {
    const world = openTrustWorld();
    const text = `${JSON.stringify(acme.trustedRoot(), undefined, 3)}\n\n`;
    writeFileSync(join(world.home, 'acme.json'), text);
    const kept = `acme-${hashOf(text)}`;
    const path = join(world.folder, 'roots', `${kept}.json`);
    expect(await world.trust.importRoots('acme.json')).toMatchObject({
      path,
      isNew: true,
      problems: [],
      roots: [
        {
          name: `imported:${kept}`,
          kind: 'imported',
          source: path,
          certificateAuthorities: [{ name: expect.stringContaining('acme') }],
        },
      ],
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(await namesIn(world)).toEqual(['public-good', 'github', `imported:${kept}`]);
    const used = (await world.trust.loadRoots()).at(-1);
    expect(used?.certificateAuthorities[0]?.certificates.at(-1)?.equals(acme.root.certificate)).toBe(true);
  });

  test('with a root a line is a domain a line', async () => {
    const world = openTrustWorld();
    const text = `${acme.trustedRootJson}\n${quiet.trustedRootJson}\n`;
    writeFileSync(join(world.home, 'roots.jsonl'), text);
    await world.trust.importRoots(join(world.home, 'roots.jsonl'));
    expect(await namesIn(world)).toEqual([
      'public-good',
      'github',
      `imported:roots-${hashOf(text)}:1`,
      `imported:roots-${hashOf(text)}:2`,
    ]);
  });

  test('is there once, whatever it is called', async () => {
    const world = openTrustWorld();
    for (const name of ['acme.json', 'other.json']) writeFileSync(join(world.home, name), acme.trustedRootJson);
    const first = await world.trust.importRoots('acme.json');
    expect(await world.trust.importRoots('other.json')).toEqual({ ...first, isNew: false });
  });

  test.each([
    'public-good.json',
    'github.json',
    '../public-good',
    '.json',
    '..',
    'a\u001B[31mb\n.json',
    `${'x'.repeat(200)}.json`,
  ])('cannot take the name of another (%j)', async (name) => {
    const world = openTrustWorld();
    const path = join(world.home, 'in', name.replaceAll('/', '_'));
    mkdirSync(join(world.home, 'in'));
    const file = name === '..' ? join(world.home, 'in', '...') : path;
    writeFileSync(file, acme.trustedRootJson);
    await world.trust.importRoots(file);
    const [publicGood, github, imported, ...others] = await namesIn(world);
    expect([publicGood, github, others]).toEqual(['public-good', 'github', []]);
    expect(imported).toMatch(/^imported:[\w.-]{1,64}-[0-9a-f]{12}$/);
    expect((await world.trust.loadRoots())[0]?.certificateAuthorities).toHaveLength(2);
  });

  test('with entries that cannot be read says which, then and later', async () => {
    const world = openTrustWorld();
    const root = acme.trustedRoot();
    root.certificateAuthorities.push({ certChain: { certificates: [{ rawBytes: 'AAAA' }] }, validFor: { start: NOW } });
    writeFileSync(join(world.home, 'acme.json'), JSON.stringify(root));
    const messages = [expect.stringContaining('certificateAuthorities[1] is left out')];
    expect((await world.trust.importRoots('acme.json')).problems.map(({ message }) => message)).toEqual(messages);
    expect((await world.trust.listRoots()).problems.map(({ message }) => message)).toEqual(messages);
  });

  test.each([
    ['a page', '<html>'],
    ['nothing', ''],
    ['a bundle', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}'],
  ])('that is no root is refused, and nothing is kept: %s', async (_, text) => {
    const world = openTrustWorld();
    writeFileSync(join(world.home, 'root.json'), text);
    expect(await toolErrorOf(world.trust.importRoots('root.json'))).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: `${join(world.home, 'root.json')} is no root of trust`,
    });
    expect(filesIn(world.home)).toEqual(['root.json']);
  });

  test.each([
    ['is not there', 'absent.json', 'USAGE'],
    ['is a folder', '.', 'USAGE'],
    ['never ends', '/dev/zero', 'TOO_LARGE'],
  ])('that %s is refused', async (_, path, code) => {
    expect(await toolErrorOf(openTrustWorld().trust.importRoots(path))).toMatchObject({ code });
  });

  test('in a folder that cannot be read is an error, and not a root that is lost', async () => {
    const world = openTrustWorld();
    mkdirSync(world.folder);
    symlinkSync('roots', join(world.folder, 'roots'));
    expect(await toolErrorOf(world.trust.loadRoots())).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: `${join(world.folder, 'roots')} cannot be read`,
    });
  });

  test('needs a home', async () => {
    const world = openTrustWorld({ folder: undefined });
    writeFileSync(join(world.home, 'root.json'), acme.trustedRootJson);
    expect(await toolErrorOf(world.trust.importRoots('root.json'))).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      hint: 'set HOME or XDG_CONFIG_HOME',
    });
  });

  test('that was damaged later is an error that names it, until it is imported again', async () => {
    const world = openTrustWorld();
    writeFileSync(join(world.home, 'acme.json'), acme.trustedRootJson);
    const { path } = await world.trust.importRoots('acme.json');
    writeFileSync(path, acme.trustedRootJson.slice(0, 100));
    expect(await toolErrorOf(world.trust.loadRoots())).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: `${path} is damaged`,
    });
    await world.trust.importRoots('acme.json');
    expect(await world.trust.loadRoots()).toHaveLength(3);
  });

  test('of arbitrary bytes gives roots or one of the errors, and never anything else', async () => {
    const world = openTrustWorld();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        async (bytes) => {
          writeFileSync(join(world.home, 'root.json'), bytes);
          expect((await toolErrorOf(world.trust.importRoots('root.json'))).code).toBe('INVALID_CONFIGURATION');
        },
      ),
    );
  });
});

describe('a configured file', () => {
  test('is used last, where it lies, under a name that says so', async () => {
    const world = openTrustWorld();
    const path = join(world.home, 'public-good');
    writeFileSync(path, acme.trustedRootJson);
    const trust = createTrustFiles({ ...realTrust(world.home), folder: undefined, configuredRoots: [path] });
    expect((await trust.listRoots()).roots.map(({ name, kind, source }) => [name, kind, source]).at(-1)).toEqual([
      `file:${path}`,
      'configured',
      path,
    ]);
    expect(await trust.loadRoots()).toHaveLength(3);
  });

  test.each([
    ['is not there', undefined],
    ['is no root', '{}'],
  ])('that %s is an error that names it', async (_, text) => {
    const world = openTrustWorld();
    const path = join(world.home, 'root.json');
    if (text !== undefined) writeFileSync(path, text);
    const trust = createTrustFiles({ ...realTrust(world.home), folder: world.folder, configuredRoots: [path] });
    expect(await toolErrorOf(trust.loadRoots())).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: `${path} is no root of trust, as the configuration says`,
    });
  });
});

describe('an update', () => {
  const key = createTufKey();
  const updated = { ...acme.trustedRoot() };

  async function openUpdating({
    target = JSON.stringify(updated),
    name = 'public-good',
    more = [] as readonly RootRepository[],
  } = {}) {
    const server = opened(await startTuf(tufFiles({ key, target })));
    const { http } = openHttp();
    opened(http);
    const repository = createTufRepository({ name, url: server.url, http: () => http, seed: async () => tufRoot(key) });
    return { ...openTrustWorld({ repositories: [repository, ...more] }), server };
  }
  const unheard: RootRepository = createTufRepository({
    name: 'github',
    url: 'http://127.0.0.1:1',
    http: () => opened(openHttp().http),
    seed: async () => tufRoot(key),
  });

  test('takes the place of the built-in root, under its name and as of now', async () => {
    const world = await openUpdating();
    const [update] = await world.trust.updateRoots();
    expect(update).toMatchObject({
      kind: 'updated',
      name: 'public-good',
      source: world.server.url,
      isChanged: true,
      root: { kind: 'updated', asOf: NOW },
    });
    const [publicGood, github, ...others] = (await world.trust.listRoots()).roots;
    expect(publicGood).toMatchObject({
      name: 'public-good',
      kind: 'updated',
      source: world.server.url,
      asOf: NOW,
      logs: updated.tlogs.map(({ baseUrl }) => baseUrl),
    });
    expect([github?.kind, others]).toEqual(['builtIn', []]);
    expect(
      (await world.trust.loadRoots())[0]?.certificateAuthorities[0]?.certificates.at(-1)?.equals(acme.root.certificate),
    ).toBe(true);
    expect(await world.trust.updateRoots()).toMatchObject([{ kind: 'updated', isChanged: false }]);
  });

  test('that brings what is built in says that nothing changed, and when that was', async () => {
    const world = await openUpdating({ target: JSON.stringify(PUBLIC_GOOD.document) });
    expect(await world.trust.updateRoots()).toMatchObject([{ isChanged: false, root: { asOf: NOW } }]);
  });

  test('older than what is built in is not used', async () => {
    const world = await openUpdating();
    await world.trust.updateRoots();
    const later = embeddedTrustRoots().map((root) => ({ ...root, asOf: '2027-01-01T00:00:00Z' }));
    const roots = { ...realTrust(world.home).roots, embedded: () => later };
    const { roots: inUse } = await createTrustFiles({
      ...realTrust(world.home),
      folder: world.folder,
      roots,
    }).listRoots();
    expect(inUse.map(({ kind }) => kind)).toEqual(['builtIn', 'builtIn']);
  });

  test('that fails leaves the others their own result, and changes nothing', async () => {
    const world = await openUpdating({ more: [unheard] });
    expect(await world.trust.updateRoots()).toMatchObject([
      { kind: 'updated' },
      { kind: 'failed', name: 'github', error: { code: 'UNREACHABLE' } },
    ]);
    expect((await world.trust.listRoots()).roots.map(({ kind }) => kind)).toEqual(['updated', 'builtIn']);
  });

  test.each([
    ['is no root', '{}'],
    ['is two', `${acme.trustedRootJson}\n${quiet.trustedRootJson}`],
    ['has no authority that can be read', JSON.stringify({ ...updated, certificateAuthorities: [] })],
  ])('that %s is refused, and what is in use stays', async (_, target) => {
    const world = await openUpdating({ target });
    expect(await world.trust.updateRoots()).toMatchObject([{ kind: 'failed', error: { code: 'MALFORMED' } }]);
    expect((await world.trust.listRoots()).roots.map(({ kind }) => kind)).toEqual(['builtIn', 'builtIn']);
  });

  test('with nothing to start from says where it could be put', async () => {
    const started = createTufRepository({
      name: 'github',
      url: 'http://127.0.0.1:1',
      http: () => opened(openHttp().http),
      seed: async () => undefined,
    });
    const { trust, folder } = openTrustWorld({ repositories: [started] });
    expect(await trust.updateRoots()).toEqual([
      {
        kind: 'unstarted',
        name: 'github',
        source: 'http://127.0.0.1:1',
        path: join(folder, 'tuf', 'github', 'root.json'),
      },
    ]);
  });

  test('needs a home', async () => {
    expect(await toolErrorOf(openTrustWorld({ folder: undefined }).trust.updateRoots())).toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -10)],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['with another document', (text: string) => text.replace('trustedroot+json', 'bundle+json')],
    ['with a date that is none', (text: string) => text.replace(NOW, 'yesterday')],
  ])('whose file was damaged (%s) is an error that names it, until the next', async (_, damage) => {
    const world = await openUpdating();
    await world.trust.updateRoots();
    const path = join(world.folder, 'updated', 'public-good.json');
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    expect(await toolErrorOf(world.trust.loadRoots())).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: `${path} is damaged`,
    });
    await world.trust.updateRoots();
    expect(await world.trust.listRoots()).toMatchObject({ roots: [{ kind: 'updated' }, { kind: 'builtIn' }] });
  });

  test('under the name of no built-in root is not used', async () => {
    const world = await openUpdating({ name: 'google-cloud-build' });
    await world.trust.updateRoots();
    expect(await namesIn(world)).toEqual(['public-good', 'github']);
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
