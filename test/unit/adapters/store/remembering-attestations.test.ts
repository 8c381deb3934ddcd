import { beforeEach, describe, expect, test } from 'vitest';
import { rememberingAttestations } from '../../../../src/adapters/store/remembering-attestations.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type {
  AttestationAnswer,
  AttestationQuery,
  AttestationSource,
  KeptAttestation,
} from '../../../../src/ports/attestation-source.ts';
import type { Store, StoreFile } from '../../../../src/ports/store.ts';
import type { HandClock } from './store-content.ts';
import { bytesOf, digestOf, handClock } from './store-content.ts';
import { open } from './store-setup.ts';

const SECOND_MS = 1000;
const INDEX = digestOf(bytesOf('index'));
const PLATFORM = digestOf(bytesOf('platform'));
const NEITHER = digestOf(bytesOf('neither'));
const UNREAD = { error: new ToolError('UNREACHABLE', 'the storage is away') };

type Mode = 'normal' | 'refresh' | 'offline';

let clock: HandClock;
let store: Store & StoreFile;
/** What the forge keeps, by digest. */
let kept: Map<Digest, readonly KeptAttestation[]>;
let failure: ToolError | undefined;
/** Every question that reached the forge: whose, and about how many digests. */
let questions: string[];

beforeEach(() => {
  clock = handClock();
  store = open(':memory:', clock).store;
  kept = new Map([
    [INDEX, [bundle('of the index'), bundle('of both')]],
    [PLATFORM, [bundle('of both')]],
  ]);
  failure = undefined;
  questions = [];
});

function bundle(text: string): KeptAttestation {
  const bytes = bytesOf(text);
  return { repositoryId: '7', bytes, document: digestOf(bytes) };
}

const forge: AttestationSource = {
  fetchAttestations: async ({ path, digests }) => {
    questions.push(`${path}: ${digests.length}`);
    await new Promise((resolve) => setImmediate(resolve));
    return digests.map((subject) => ({ subject, outcome: outcomeOf(subject) }));
  },
};

function outcomeOf(subject: Digest): AttestationAnswer['outcome'] {
  if (failure !== undefined) return failed(failure);
  const value = kept.get(subject);
  return value === undefined ? absent('noAttestations') : found(value);
}

/** As one run of the tool sees it: whoever asks with this token, in this mode. */
function source(mode: Mode = 'normal', token = ''): AttestationSource {
  return rememberingAttestations({
    source: forge,
    store,
    clock,
    audienceFor: () => Promise.resolve(token === '' ? '' : store.audienceOf(token)),
    mode,
  });
}

function ask(from: AttestationSource, ...digests: readonly Digest[]): Promise<readonly AttestationAnswer[]> {
  return from.fetchAttestations(about('acme', digests));
}

function about(path: string, digests: readonly Digest[], host = 'github.com'): AttestationQuery {
  return { forge: { kind: 'github', host }, path, digests };
}

test('attestations are asked for once, for all digests together, and answered from the store in the next run', async () => {
  const first = await ask(source(), INDEX, PLATFORM, NEITHER);
  const asOf = '2026-11-21T12:00:00Z';
  expect(first).toEqual([
    { subject: INDEX, outcome: { kind: 'found', asOf, value: [bundle('of the index'), bundle('of both')] } },
    { subject: PLATFORM, outcome: { kind: 'found', asOf, value: [bundle('of both')] } },
    { subject: NEITHER, outcome: { kind: 'absent', asOf, reason: 'noAttestations' } },
  ]);
  expect(questions).toEqual(['acme: 3']);
  expect(await ask(source(), INDEX, PLATFORM, NEITHER)).toEqual(first);
  expect(questions).toEqual(['acme: 3']);
});

test('only what is not remembered is asked for', async () => {
  await ask(source(), INDEX);
  expect((await ask(source(), INDEX, PLATFORM)).map(({ outcome }) => outcome.kind)).toEqual(['found', 'found']);
  expect(questions).toEqual(['acme: 1', 'acme: 1']);
});

test('found is asked again after 300 seconds, absence after 60', async () => {
  const kinds = async () => (await ask(source(), INDEX, NEITHER)).map(({ outcome }) => outcome.kind);
  await kinds();
  clock.advance(60 * SECOND_MS - 1);
  expect(await kinds()).toEqual(['found', 'absent']);
  expect(questions).toEqual(['acme: 2']);
  clock.advance(1);
  await kinds();
  expect(questions).toEqual(['acme: 2', 'acme: 1']);
  clock.advance(240 * SECOND_MS - 1);
  await ask(source(), INDEX);
  expect(questions).toEqual(['acme: 2', 'acme: 1']);
  clock.advance(1);
  await ask(source(), INDEX);
  expect(questions).toEqual(['acme: 2', 'acme: 1', 'acme: 1']);
});

test('refresh asks anew, and what it learned is kept', async () => {
  await ask(source(), INDEX);
  kept.set(INDEX, [bundle('new')]);
  expect(await ask(source('refresh'), INDEX)).toMatchObject([{ outcome: { value: [bundle('new')] } }]);
  expect(await ask(source(), INDEX)).toMatchObject([{ outcome: { value: [bundle('new')] } }]);
  expect(questions).toHaveLength(2);
});

test('offline asks nobody: what is kept is served however old, and what is not kept is unheard', async () => {
  const first = await ask(source(), INDEX);
  clock.advance(1000 * 86_400_000);
  expect(await ask(source('offline'), INDEX)).toEqual(first);
  expect(await ask(source('offline'), PLATFORM)).toMatchObject([
    { outcome: { kind: 'failed', error: { code: 'OFFLINE', hint: expect.stringContaining('without --offline') } } },
  ]);
  expect(questions).toHaveLength(1);
});

test('what one token was shown is not shown to another, nor to none', async () => {
  await ask(source('normal', 'ada'), INDEX);
  failure = new ToolError('FORBIDDEN', 'no');
  expect(await ask(source('normal', 'ada'), INDEX)).toMatchObject([{ outcome: { kind: 'found' } }]);
  for (const token of ['bob', '']) {
    expect(await ask(source('normal', token), INDEX)).toMatchObject([{ outcome: { error: { code: 'FORBIDDEN' } } }]);
    expect(await ask(source('offline', token), INDEX)).toMatchObject([{ outcome: { error: { code: 'OFFLINE' } } }]);
  }
});

test.each([
  ['repository', about('acme/shop', [INDEX])],
  ['host', about('acme', [INDEX], 'acme.ghe.com')],
])('those of another %s are asked for themselves', async (_, query) => {
  await ask(source(), INDEX);
  await source().fetchAttestations(query);
  expect(questions).toHaveLength(2);
});

test('a failure is not kept', async () => {
  failure = new ToolError('RATE_LIMITED', 'not now');
  expect(await ask(source(), INDEX)).toMatchObject([{ outcome: { kind: 'failed', error: { code: 'RATE_LIMITED' } } }]);
  expect(store.describe()).toMatchObject({ facts: 0, contents: 0 });
  failure = undefined;
  expect(await ask(source(), INDEX)).toMatchObject([{ outcome: { kind: 'found' } }]);
});

test('a list of which a part could not be read is given out, and asked for again', async () => {
  kept.set(INDEX, [bundle('of both'), UNREAD]);
  expect(await ask(source(), INDEX)).toMatchObject([
    { outcome: { kind: 'found', value: [bundle('of both'), UNREAD] } },
  ]);
  await ask(source(), INDEX);
  expect(questions).toHaveLength(2);
});

test('what is asked twice at once is asked once', async () => {
  const run = source('refresh');
  const [first, second] = await Promise.all([ask(run, INDEX, PLATFORM), ask(run, INDEX, NEITHER)]);
  expect(questions).toEqual(['acme: 2', 'acme: 1']);
  expect(second[0]).toEqual(first[0]);
});

test('a list is asked for again when a bundle of it is gone', async () => {
  await ask(source(), INDEX);
  const listed = ['of both', 'gone'].map((text) => ({ document: digestOf(bytesOf(text)) }));
  const fresh = { learnedAtMs: clock.nowMs(), freshUntilMs: clock.nowMs() + SECOND_MS };
  store.writeFact(listKey(INDEX), { value: JSON.stringify(listed), ...fresh });
  expect(await ask(source('offline'), INDEX)).toMatchObject([{ outcome: { error: { code: 'OFFLINE' } } }]);
  expect(await ask(source(), INDEX)).toMatchObject([{ outcome: { kind: 'found', value: kept.get(INDEX) } }]);
});

const listKey = (name: string) => ({ kind: 'attestations', scope: 'registry github.com/acme', name, audience: '' });

test.each(['', '{', '[]', '{}', 'null', '[null]', '[{"document":7}]', '[{"document":"sha256:0"}]'])(
  'a list that is not whole any more is asked for again: %s',
  async (value) => {
    store.writeFact(listKey(INDEX), { value, learnedAtMs: clock.nowMs(), freshUntilMs: clock.nowMs() + SECOND_MS });
    expect(await ask(source(), INDEX)).toMatchObject([{ outcome: { kind: 'found', value: kept.get(INDEX) } }]);
    expect(questions).toHaveLength(1);
  },
);

describe('a forge that leaves a digest out', () => {
  test('is not taken to have none', async () => {
    const silent = rememberingAttestations({
      source: { fetchAttestations: async () => [] },
      store,
      clock,
      audienceFor: async () => '',
      mode: 'normal',
    });
    expect(await ask(silent, INDEX)).toMatchObject([{ outcome: { kind: 'failed', error: { code: 'MALFORMED' } } }]);
    expect(store.describe()).toMatchObject({ facts: 0 });
  });
});
