import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../../src/core/model/digest.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import {
  bytesOf,
  content,
  DAY_MS,
  digestOf,
  FOREVER_MS,
  factKey,
  handClock,
  NOON_MS,
  promise,
  SHOP,
} from './store-content.ts';
import { open, temporaryPath } from './store-setup.ts';

function seen(hex: string): Digest {
  return parseDigest(`sha256:${hex.padEnd(64, '0')}`)!;
}

// The same for both: where there is no file nothing else changes.
describe.each([
  ['a file', temporaryPath],
  ['memory', () => ':memory:'],
])('a store in %s', (_, place) => {
  test('gives back the bytes of a digest, sha256 and sha512, empty and large', () => {
    const { store, notices } = open(place());
    for (const bytes of [bytesOf(''), bytesOf('x'), new Uint8Array(3_000_000).fill(7)]) {
      for (const algorithm of ['sha256', 'sha512'] as const) {
        const digest = digestOf(bytes, algorithm);
        expect(store.readContent(digest)).toBeUndefined();
        store.writeContent(digest, bytes);
        store.writeContent(digest, bytes);
        expect(Buffer.compare(store.readContent(digest)!, bytes)).toBe(0);
      }
    }
    expect(notices).toEqual([]);
  });

  test('does not give out bytes that are not of their digest, and forgets them with what promised them', () => {
    const { store } = open(place());
    const { digest, bytes } = content(1);
    store.writeContent(digest, bytesOf('something else'));
    store.writeFact(promise(digest), { value: 'text/plain', learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });
    expect(store.check()).toEqual({ contents: 1, damaged: [digest], faults: [] });
    expect(store.readContent(digest)).toBeUndefined();
    expect(store.check()).toEqual({ contents: 0, damaged: [], faults: [] });
    expect(store.readFact(promise(digest))).toBeUndefined();
    store.writeContent(digest, bytes);
    expect(store.readContent(digest)).toEqual(bytes);
  });

  test('gives back a fact whatever its age, an absence as one, and the last that was learned', () => {
    const clock = handClock();
    const { store } = open(place(), clock);
    const fact = { value: 'sha256:1', learnedAtMs: NOON_MS, freshUntilMs: NOON_MS + 1000 };
    expect(store.readFact(factKey('1.4'))).toBeUndefined();
    store.writeFact(factKey('1.4'), fact);
    clock.advance(400 * DAY_MS);
    expect(store.readFact(factKey('1.4'))).toEqual(fact);
    const absence = { value: undefined, learnedAtMs: clock.nowMs(), freshUntilMs: clock.nowMs() + 60 };
    store.writeFact(factKey('1.4'), absence);
    expect(store.readFact(factKey('1.4'))).toEqual(absence);
  });

  test('tells facts apart by each part of their key', () => {
    const { store } = open(place());
    const keys = [
      factKey('1.4'),
      factKey('1.5'),
      factKey('1.4', { kind: 'referrers' }),
      factKey('1.4', { scope: 'registry ghcr.io/acme/shop2' }),
      factKey('1.4', { audience: 'a' }),
    ];
    keys.forEach((key, index) =>
      store.writeFact(key, { value: `${index}`, learnedAtMs: NOON_MS, freshUntilMs: NOON_MS }),
    );
    expect(keys.map((key) => store.readFact(key)?.value)).toEqual(['0', '1', '2', '3', '4']);
  });

  test('keeps text as it is, with quotes, NUL and what is not ASCII', () => {
    const { store } = open(place());
    const text = `it's "ü" \u{1F980} a\0b`;
    store.writeFact(factKey(text), { value: text, learnedAtMs: NOON_MS, freshUntilMs: NOON_MS });
    expect(store.readFact(factKey(text))?.value).toBe(text);
    expect(store.readFact(factKey(`it's "ü" \u{1F980} a`))).toBeUndefined();
  });

  test('names the audience of a credential without holding it, and nobody for none', () => {
    const { store } = open(place());
    const audience = store.audienceOf('alice:secret');
    expect(audience).toMatch(/^[0-9a-f]{64}$/);
    expect(store.audienceOf('alice:secret')).toBe(audience);
    expect(store.audienceOf('bob:secret')).not.toBe(audience);
    expect(store.audienceOf('')).toBe('');
  });

  test('two files have two salts', () => {
    expect(open(place()).store.audienceOf('alice:secret')).not.toBe(open(place()).store.audienceOf('alice:secret'));
  });

  test('finds images that were seen by the beginning of their digest, the latest first', () => {
    const { store } = open(place());
    const layout = { transport: 'oci', name: '/srv/layout' } as const;
    store.recordSeen({ digest: seen('aaaaaaaaaaaa1'), repository: SHOP, lastSeen: '2026-11-01T00:00:00Z' });
    store.recordSeen({ digest: seen('aaaaaaaaaaaa1'), repository: layout, lastSeen: '2026-11-03T00:00:00Z' });
    store.recordSeen({ digest: seen('aaaaaaaaaaaaf'), repository: SHOP, lastSeen: '2026-11-02T00:00:00Z' });
    store.recordSeen({ digest: seen('aaaaaaaaaaab'), repository: SHOP, lastSeen: '2026-11-09T00:00:00Z' });
    expect(store.findSeen('aaaaaaaaaaaa')).toEqual([
      { digest: seen('aaaaaaaaaaaa1'), repository: layout, lastSeen: '2026-11-03T00:00:00Z' },
      { digest: seen('aaaaaaaaaaaaf'), repository: SHOP, lastSeen: '2026-11-02T00:00:00Z' },
      { digest: seen('aaaaaaaaaaaa1'), repository: SHOP, lastSeen: '2026-11-01T00:00:00Z' },
    ]);
    expect(store.findSeen('cccccccccccc')).toEqual([]);
    expect(store.findSeen(seen('aaaaaaaaaaab').slice('sha256:'.length))).toHaveLength(1);
  });

  test('an image seen again is one image, last seen the later time', () => {
    const { store } = open(place());
    const { digest } = content(1);
    store.recordSeen({ digest, repository: SHOP, lastSeen: '2026-11-02T00:00:00Z' });
    store.recordSeen({ digest, repository: SHOP, lastSeen: '2026-11-01T00:00:00Z' });
    expect(store.findSeen(digest.slice(7, 19))).toEqual([
      { digest, repository: SHOP, lastSeen: '2026-11-02T00:00:00Z' },
    ]);
  });

  test('after it is closed it holds nothing and keeps nothing, and does not throw', () => {
    const { store, notices } = open(place());
    const { digest, bytes } = content(1);
    store.writeContent(digest, bytes);
    store.close();
    store.close();
    expect(store.readContent(digest)).toBeUndefined();
    store.writeContent(digest, bytes);
    store.writeFact(factKey('1.4'), { value: '', learnedAtMs: 0, freshUntilMs: 0 });
    expect(store.findSeen('')).toEqual([]);
    expect(store.describe().contents).toBe(0);
    expect(notices).toEqual([]);
  });

  test('says how much there is, and how fresh', () => {
    const clock = handClock();
    const { store } = open(place(), clock);
    expect(store.describe()).not.toHaveProperty('oldest');
    for (const number of [1, 2]) store.writeContent(content(number).digest, content(number).bytes);
    store.writeFact(factKey('a'), { value: '', learnedAtMs: NOON_MS, freshUntilMs: NOON_MS + 1000 });
    store.writeFact(factKey('b'), { value: '', learnedAtMs: NOON_MS + 5000, freshUntilMs: NOON_MS + 9000 });
    store.recordSeen({ digest: content(1).digest, repository: SHOP, lastSeen: '2026-11-02T00:00:00Z' });
    clock.advance(1000);
    const described = store.describe();
    expect(described).toMatchObject({
      schemaVersion: 1,
      contents: 2,
      contentBytes: 2 * 'content 1 '.length * 500,
      facts: 2,
      staleFacts: 1,
      images: 1,
      oldest: '2026-11-21T12:00:00Z',
      newest: '2026-11-21T12:00:05Z',
    });
    expect(described.bytes).toBeGreaterThan(described.contentBytes);
  });

  test('prunes facts past their life and content that was not read, was read long ago, or that nothing names', () => {
    const clock = handClock();
    const { store } = open(place(), clock);
    const [old, read, nameless, tagged] = [content(1), content(2), content(3), content(4)];
    for (const { digest, bytes } of [old, read, nameless, tagged]) store.writeContent(digest, bytes);
    for (const { digest } of [old, read]) {
      store.writeFact(promise(digest), { value: '', learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });
    }
    store.writeFact(factKey('stale'), { value: '', learnedAtMs: NOON_MS, freshUntilMs: NOON_MS + 1 });
    store.writeFact(factKey('1.4'), { value: tagged.digest, learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });

    clock.advance(DAY_MS);
    expect(store.prune({ unreadDays: 30 })).toEqual({ facts: 1, contents: 1, bytes: nameless.bytes.length });
    expect(store.readContent(nameless.digest)).toBeUndefined();
    expect(store.readContent(tagged.digest)).toEqual(tagged.bytes);

    clock.advance(29 * DAY_MS);
    expect(store.readContent(read.digest)).toEqual(read.bytes);
    expect(store.prune({ unreadDays: 30 })).toEqual({ facts: 0, contents: 0, bytes: 0 });

    clock.advance(DAY_MS);
    // The content that was only written, and its promise.
    expect(store.prune({ unreadDays: 30 })).toEqual({ facts: 1, contents: 1, bytes: old.bytes.length });
    expect(store.readContent(old.digest)).toBeUndefined();
    expect(store.readContent(read.digest)).toEqual(read.bytes);
    expect(store.check()).toEqual({ contents: 2, damaged: [], faults: [] });
  });

  test('content of today is not pruned although no fact names it yet', () => {
    const { store } = open(place());
    store.writeContent(content(1).digest, content(1).bytes);
    expect(store.prune({ unreadDays: 30 })).toEqual({ facts: 0, contents: 0, bytes: 0 });
    expect(store.readContent(content(1).digest)).toEqual(content(1).bytes);
  });

  test('clear leaves nothing, and the same credential is another audience', () => {
    const { store } = open(place());
    const { digest, bytes } = content(1);
    const audience = store.audienceOf('alice:secret');
    store.writeContent(digest, bytes);
    store.writeFact(factKey('1.4'), { value: '', learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });
    store.recordSeen({ digest, repository: SHOP, lastSeen: '2026-11-02T00:00:00Z' });
    store.clear();
    expect(store.describe()).toMatchObject({ contents: 0, facts: 0, images: 0, schemaVersion: 1 });
    expect(store.audienceOf('alice:secret')).not.toBe(audience);
    store.writeContent(digest, bytes);
    expect(store.readContent(digest)).toEqual(bytes);
  });

  test('check names content that a fact promises and that is not there', () => {
    const { store } = open(place());
    const { digest } = content(1);
    store.writeFact(promise(digest), { value: '', learnedAtMs: NOON_MS, freshUntilMs: FOREVER_MS });
    expect(store.check()).toEqual({
      contents: 0,
      damaged: [],
      faults: [`${digest} of registry ghcr.io/acme/shop is not there any more`],
    });
  });
});
