import { beforeEach, describe, expect, test } from 'vitest';
import { rememberingRegistry } from '../../../../src/adapters/store/remembering-registry.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import type { ImageRepository } from '../../../../src/core/model/image-repository.ts';
import type { Registry } from '../../../../src/ports/registry.ts';
import type { Store, StoreFile } from '../../../../src/ports/store.ts';
import type { RegistryStub } from '../../../support/registry-stub.ts';
import { registryStub } from '../../../support/registry-stub.ts';
import type { RawDescriptor, TestRepository } from '../../../support/test-repository.ts';
import { emptyRepository, putBlob, putManifest } from '../../../support/test-repository.ts';
import type { HandClock } from './store-content.ts';
import { bytesOf, digestOf, handClock, SHOP } from './store-content.ts';
import { open } from './store-setup.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const SECOND_MS = 1000;
const OTHER: ImageRepository = { transport: 'registry', name: 'ghcr.io/acme/other' };
const LAYOUT: ImageRepository = { transport: 'oci', name: '/srv/layout' };
const NOWHERE = digestOf(bytesOf('nowhere'));

type Mode = 'normal' | 'refresh' | 'offline';

let clock: HandClock;
let store: Store & StoreFile;
let shop: TestRepository;
let stub: RegistryStub;
let layer: RawDescriptor;
let image: RawDescriptor;

beforeEach(() => {
  clock = handClock();
  store = open(':memory:', clock).store;
  shop = emptyRepository();
  layer = putBlob(shop, bytesOf('a layer'), 'application/vnd.oci.image.layer.v1.tar');
  image = putImage('first', '1.4');
  const repositories = [SHOP.name, OTHER.name, LAYOUT.name].map((name): [string, TestRepository] => [name, shop]);
  stub = registryStub(new Map(repositories));
});

function putImage(note: string, tag?: string, subject?: RawDescriptor): RawDescriptor {
  const config = putBlob(shop, bytesOf(`{"note":"${note}"}`), 'application/vnd.oci.image.config.v1+json');
  const document = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config,
    layers: [layer],
    annotations: { note },
    ...(subject === undefined ? {} : { subject }),
  };
  return putManifest(shop, document, tag);
}

/** As one run of the tool sees it: whoever asks with this credential, in this mode. */
function registry(mode: Mode = 'normal', credential = ''): Registry {
  const audienceFor = () => Promise.resolve(store.audienceOf(credential));
  return rememberingRegistry({ registry: stub.registry, store, clock, audienceFor, mode });
}

const byTag = (tag: string) => ({ kind: 'tag', tag }) as const;
const byDigest = (digest: Digest) => ({ kind: 'digest', digest }) as const;

/** Each question once, as it is asked of a registry. */
const QUESTIONS = [
  ['a tag', (from: Registry, at: ImageRepository) => from.fetchManifest(at, byTag('1.4'))],
  ['a manifest', (from: Registry, at: ImageRepository) => from.fetchManifest(at, byDigest(image.digest))],
  ['a blob', (from: Registry, at: ImageRepository) => from.fetchBlob(at, layer.digest, 1000)],
  ['referrers', (from: Registry, at: ImageRepository) => from.fetchReferrers(at, image.digest)],
  ['the tags', (from: Registry, at: ImageRepository) => from.listTags(at, 100)],
] as const;

describe.each(QUESTIONS)('%s', (_, ask) => {
  test('is asked once, and answered from the store in the next run', async () => {
    const first = await ask(registry(), SHOP);
    expect(first.kind).toBe('found');
    expect(await ask(registry(), SHOP)).toEqual(first);
    expect(stub.questions).toHaveLength(1);
  });

  test('of another repository is asked for itself', async () => {
    await ask(registry(), SHOP);
    await ask(registry(), OTHER);
    expect(stub.questions).toHaveLength(2);
  });

  test('that one credential was shown is not shown to another, nor to none', async () => {
    await ask(registry('normal', 'alice:secret'), SHOP);
    stub.failure = 'FORBIDDEN';
    expect(await ask(registry('normal', 'alice:secret'), SHOP)).toMatchObject({ kind: 'found' });
    for (const credential of ['bob:secret', '']) {
      expect(await ask(registry('normal', credential), SHOP)).toMatchObject({ error: { code: 'FORBIDDEN' } });
      expect(await ask(registry('offline', credential), SHOP)).toMatchObject({ error: { code: 'OFFLINE' } });
    }
  });

  test('of a layout is read from the layout each time', async () => {
    const first = await ask(registry(), LAYOUT);
    expect(await ask(registry(), LAYOUT)).toEqual(first);
    expect(await ask(registry('offline'), LAYOUT)).toEqual(first);
    expect(stub.questions).toHaveLength(3);
    expect(store.describe()).toMatchObject({ contents: 0, facts: 0 });
  });

  test('that failed is not kept', async () => {
    stub.failure = 'UNREACHABLE';
    expect(await ask(registry(), SHOP)).toMatchObject({ kind: 'failed', error: { code: 'UNREACHABLE' } });
    expect(store.describe()).toMatchObject({ contents: 0, facts: 0 });
    stub.failure = undefined;
    expect(await ask(registry(), SHOP)).toMatchObject({ kind: 'found' });
  });

  test('offline is answered from the store, however old, without a question', async () => {
    const first = await ask(registry(), SHOP);
    clock.advance(1000 * 86_400_000);
    expect(await ask(registry('offline'), SHOP)).toEqual(first);
    expect(stub.questions).toHaveLength(1);
  });

  test('offline that is not in the store is failed, and says what to do', async () => {
    expect(await ask(registry('offline'), SHOP)).toMatchObject({
      kind: 'failed',
      error: {
        code: 'OFFLINE',
        message: expect.stringMatching(/^not in the store: .* of ghcr\.io\/acme\/shop$/),
        hint: expect.stringContaining('without --offline'),
      },
    });
    expect(stub.questions).toEqual([]);
  });
});

describe('what is under a digest', () => {
  test('is kept for ever, has no age, and is not asked for on refresh', async () => {
    const manifest = await registry().fetchManifest(SHOP, byDigest(image.digest));
    const blob = await registry().fetchBlob(SHOP, layer.digest, 1000);
    expect(manifest).toEqual({
      kind: 'found',
      value: { mediaType: MANIFEST_TYPE, digest: image.digest, bytes: shop.manifests.get(image.digest)!.bytes },
    });
    expect(blob).toEqual({ kind: 'found', value: bytesOf('a layer') });
    clock.advance(1000 * 86_400_000);
    expect(await registry('refresh').fetchManifest(SHOP, byDigest(image.digest))).toEqual(manifest);
    expect(await registry('refresh').fetchBlob(SHOP, layer.digest, 1000)).toEqual(blob);
    expect(stub.questions).toHaveLength(2);
  });

  test('is known once a tag has led to it', async () => {
    await registry().fetchManifest(SHOP, byTag('1.4'));
    expect(await registry().fetchManifest(SHOP, byDigest(image.digest))).toMatchObject({
      kind: 'found',
      value: { mediaType: MANIFEST_TYPE },
    });
    expect(stub.questions).toEqual(['tag 1.4 of ghcr.io/acme/shop']);
  });

  test('is not given out for having been shown by another repository', async () => {
    await registry().fetchManifest(OTHER, byDigest(image.digest));
    shop.manifests.clear();
    expect(await registry().fetchManifest(SHOP, byDigest(image.digest))).toMatchObject({ kind: 'absent' });
  });

  test('is asked for again when its bytes are not whole', async () => {
    store.writeContent(layer.digest, bytesOf('a Layer'));
    expect(await registry().fetchBlob(SHOP, layer.digest, 1000)).toMatchObject({ value: bytesOf('a layer') });
    // What was there first is found wrong when it is read, and then replaced.
    expect(await registry().fetchBlob(SHOP, layer.digest, 1000)).toMatchObject({ value: bytesOf('a layer') });
    expect(await registry().fetchBlob(SHOP, layer.digest, 1000)).toMatchObject({ value: bytesOf('a layer') });
    expect(stub.questions).toHaveLength(2);
  });

  test('is too large where the limit is lower, as the registry says it', async () => {
    await registry().fetchBlob(SHOP, layer.digest, 1000);
    expect(await registry().fetchBlob(SHOP, layer.digest, 7)).toMatchObject({ kind: 'found' });
    expect(await registry().fetchBlob(SHOP, layer.digest, 6)).toMatchObject({
      kind: 'failed',
      error: { code: 'TOO_LARGE', expected: 'at most 6 bytes', got: '7 bytes' },
    });
  });

  test('a manifest that was fetched as a blob is asked for again, since its media type is not known', async () => {
    shop.blobs.set(image.digest, shop.manifests.get(image.digest)!.bytes);
    await registry().fetchBlob(SHOP, image.digest, 10_000);
    expect(await registry().fetchManifest(SHOP, byDigest(image.digest))).toMatchObject({
      value: { mediaType: MANIFEST_TYPE },
    });
    expect(stub.questions).toHaveLength(2);
    expect(await registry().fetchBlob(SHOP, image.digest, 10_000)).toMatchObject({ kind: 'found' });
    expect(await registry().fetchManifest(SHOP, byDigest(image.digest))).toMatchObject({ kind: 'found' });
    expect(stub.questions).toHaveLength(2);
  });

  test('that is absent as a blob is not absent as a manifest', async () => {
    expect(await registry().fetchBlob(SHOP, image.digest, 10_000)).toMatchObject({ kind: 'absent' });
    expect(await registry().fetchManifest(SHOP, byDigest(image.digest))).toMatchObject({ kind: 'found' });
    expect(await registry().fetchManifest(SHOP, byDigest(image.digest))).toMatchObject({ kind: 'found' });
  });
});

describe('what can change', () => {
  test.each([
    ['a tag', 300],
    ['referrers', 300],
    ['the tags', 300],
  ] as const)('%s: is asked again after %i seconds, and says as of when it is', async (what, seconds) => {
    const ask = QUESTIONS.find(([name]) => name === what)![1];
    expect(await ask(registry(), SHOP)).toMatchObject({ kind: 'found', asOf: '2026-11-21T12:00:00Z' });
    clock.advance(seconds * SECOND_MS - 1);
    expect(await ask(registry(), SHOP)).toMatchObject({ kind: 'found', asOf: '2026-11-21T12:00:00Z' });
    expect(stub.questions).toHaveLength(1);
    clock.advance(1);
    expect(await ask(registry(), SHOP)).toMatchObject({ kind: 'found', asOf: '2026-11-21T12:05:00Z' });
    expect(stub.questions).toHaveLength(2);
    await ask(registry(), SHOP);
    expect(stub.questions).toHaveLength(2);
  });

  test.each(['a tag', 'referrers', 'the tags'] as const)('%s: is asked again on refresh, and kept', async (what) => {
    const ask = QUESTIONS.find(([name]) => name === what)![1];
    await ask(registry(), SHOP);
    clock.advance(SECOND_MS);
    expect(await ask(registry('refresh'), SHOP)).toMatchObject({ asOf: '2026-11-21T12:00:01Z' });
    expect(await ask(registry(), SHOP)).toMatchObject({ asOf: '2026-11-21T12:00:01Z' });
    expect(stub.questions).toHaveLength(2);
  });

  test('a tag that moved is seen after its life, and at once on refresh', async () => {
    await registry().fetchManifest(SHOP, byTag('1.4'));
    const second = putImage('second', '1.4');
    expect(await registry().fetchManifest(SHOP, byTag('1.4'))).toMatchObject({ value: { digest: image.digest } });
    expect(await registry('refresh').fetchManifest(SHOP, byTag('1.4'))).toMatchObject({
      value: { digest: second.digest },
    });
    expect(await registry().fetchManifest(SHOP, byTag('1.4'))).toMatchObject({ value: { digest: second.digest } });
  });

  test('what was learned before the clock was set back is not fresh', async () => {
    await registry().fetchManifest(SHOP, byTag('1.4'));
    clock.advance(-SECOND_MS);
    await registry().fetchManifest(SHOP, byTag('1.4'));
    expect(stub.questions).toHaveLength(2);
  });

  test('a tag whose manifest was lost is asked for again', async () => {
    await registry().fetchManifest(SHOP, byTag('1.4'));
    clock.advance(40 * 86_400_000);
    const fresh = { learnedAtMs: clock.nowMs(), freshUntilMs: clock.nowMs() + SECOND_MS };
    const key = { kind: 'tag', scope: 'registry ghcr.io/acme/shop', name: '1.4', audience: '' };
    store.writeFact(key, { value: image.digest, ...fresh });
    store.prune({ unreadDays: 30 });
    expect(await registry('offline').fetchManifest(SHOP, byTag('1.4'))).toMatchObject({ error: { code: 'OFFLINE' } });
    expect(await registry().fetchManifest(SHOP, byTag('1.4'))).toMatchObject({ kind: 'found' });
    expect(stub.questions).toHaveLength(2);
  });

  test.each([
    ['tag', '1.4', 'not a digest'],
    ['tag', '1.4', ''],
    ['referrers', () => image.digest, '{"manifests":'],
    ['referrers', () => image.digest, '{"manifests":"none"}'],
    ['referrers', () => image.digest, '[]'],
    ['tags', 'at most 100', '[1]'],
    ['tags', 'at most 100', '"latest"'],
  ] as const)('a %s fact that is not whole (%s: %s) is asked for again', async (kind, name, value) => {
    const key = { kind, scope: 'registry ghcr.io/acme/shop', audience: '' };
    const fact = { value, learnedAtMs: clock.nowMs(), freshUntilMs: clock.nowMs() + SECOND_MS };
    store.writeFact({ ...key, name: typeof name === 'string' ? name : name() }, fact);
    const asked = [
      await registry().fetchManifest(SHOP, byTag('1.4')),
      await registry().fetchReferrers(SHOP, image.digest),
      await registry().listTags(SHOP, 100),
    ];
    expect(asked.map((outcome) => outcome.kind)).toEqual(['found', 'found', 'found']);
    expect(stub.questions).toHaveLength(3);
  });

  test('the tags up to another number are another question', async () => {
    putImage('second', '1.5');
    expect(await registry().listTags(SHOP, 1)).toMatchObject({ value: ['1.4'] });
    expect(await registry().listTags(SHOP, 2)).toMatchObject({ value: ['1.4', '1.5'] });
  });

  test('referrers come back with all that they have', async () => {
    putImage('signature', undefined, image);
    const asked = await registry().fetchReferrers(SHOP, image.digest);
    expect(asked).toMatchObject({ value: [{ artifactType: expect.any(String), annotations: { note: 'signature' } }] });
    expect(await registry().fetchReferrers(SHOP, image.digest)).toEqual(asked);
    expect(stub.questions).toHaveLength(1);
  });
});

describe('what is absent', () => {
  const ABSENCES = [
    ['a tag', (from: Registry) => from.fetchManifest(SHOP, byTag('9')), 'noSuchManifest'],
    ['a manifest', (from: Registry) => from.fetchManifest(SHOP, byDigest(NOWHERE)), 'noSuchManifest'],
    ['a blob', (from: Registry) => from.fetchBlob(SHOP, NOWHERE, 1000), 'noSuchBlob'],
    ['the referrers API', (from: Registry) => from.fetchReferrers(SHOP, image.digest), 'noReferrersApi'],
    [
      'the repository',
      (from: Registry) => from.listTags({ transport: 'registry', name: 'ghcr.io/no/such' }, 9),
      'noSuchRepository',
    ],
  ] as const;

  test.each(ABSENCES)('%s: is asked again after 60 seconds, and at once on refresh', async (_, ask, reason) => {
    stub.referrersApi = false;
    const absence = { kind: 'absent', reason, asOf: '2026-11-21T12:00:00Z' };
    expect(await ask(registry())).toEqual(absence);
    clock.advance(60 * SECOND_MS - 1);
    expect(await ask(registry())).toEqual(absence);
    expect(stub.questions).toHaveLength(1);
    clock.advance(1);
    expect(await ask(registry())).toEqual({ ...absence, asOf: '2026-11-21T12:01:00Z' });
    expect(stub.questions).toHaveLength(2);
    await ask(registry('refresh'));
    expect(stub.questions).toHaveLength(3);
  });

  test.each(ABSENCES)('%s: is told offline with its age, however old', async (_, ask, reason) => {
    stub.referrersApi = false;
    await ask(registry());
    clock.advance(1000 * 86_400_000);
    expect(await ask(registry('offline'))).toEqual({ kind: 'absent', reason, asOf: '2026-11-21T12:00:00Z' });
    expect(stub.questions).toHaveLength(1);
  });

  test('becomes found when it is there', async () => {
    const bytes = bytesOf('later');
    const ask = () => registry('normal').fetchBlob(SHOP, digestOf(bytes), 1000);
    expect(await ask()).toMatchObject({ kind: 'absent' });
    putBlob(shop, bytes, '');
    clock.advance(60 * SECOND_MS);
    expect(await ask()).toEqual({ kind: 'found', value: bytes });
    expect(await ask()).toEqual({ kind: 'found', value: bytes });
    expect(stub.questions).toHaveLength(2);
  });

  test('a registry has no sole image, and is not asked', async () => {
    expect(await registry().fetchManifest(SHOP, { kind: 'sole' })).toEqual({
      kind: 'absent',
      reason: 'noSuchManifest',
    });
    expect(await registry('offline').fetchManifest(LAYOUT, { kind: 'sole' })).toMatchObject({ kind: 'absent' });
    expect(stub.questions).toEqual(['sole of oci:/srv/layout']);
  });
});
