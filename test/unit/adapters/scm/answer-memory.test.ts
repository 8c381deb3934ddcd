import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiOptions } from '../../../support/forge-server-api.ts';
import { startApi } from '../../../support/forge-server-api.ts';
import type { TestServer } from '../../../support/http-server.ts';
import type { CodeForge } from '../../../../src/ports/code-forge.ts';
import { NOW, errorOf, forgeAt, openForges, startClock, valueOf } from './code-forge-world.ts';
import { opened } from './forge-world.ts';

const HOUR_MS = 3_600_000;
const LATER = '2026-11-21T13:00:00Z';
const TOKEN = { token: 'ghp_x', source: 'GH_TOKEN' };
const ada = { login: 'ada', type: 'User', name: 'Ada' };

async function startPeople(routes: ApiOptions['routes'] = { '/users/ada': { body: ada } }): Promise<TestServer> {
  return opened(await startApi({ routes, authorization: 'Bearer ghp_x' }));
}

/** Accounts stand for all answers: one question, and a life of an hour. */
function askFor(login: string, { forges, server }: { readonly forges: CodeForge; readonly server: TestServer }) {
  return forges.fetchAccount(forgeAt(server, 'github'), login);
}

beforeEach(startClock);

describe('an answer', () => {
  test('stands for its life without a request, in another run too', async () => {
    const server = await startPeople();
    const world = openForges();
    const first = await askFor('ada', { ...world, server });
    world.advance(HOUR_MS - 1000);
    const again = openForges({ store: world.store });
    expect(await askFor('ada', { ...again, server })).toEqual(first);
    expect(first).toMatchObject({ kind: 'found', asOf: NOW });
    expect(server.requests).toHaveLength(1);
  });

  test('is asked for after that by its entity tag, and stands anew where it did not change', async () => {
    const server = await startPeople();
    const world = openForges();
    await askFor('ada', { ...world, server });
    world.advance(HOUR_MS);
    expect(await askFor('ada', { ...world, server })).toMatchObject({
      kind: 'found',
      value: { name: 'Ada' },
      asOf: LATER,
    });
    expect(server.requests[1]!.headers['if-none-match']).toMatch(/^"[0-9a-f]{16}"$/);
    await askFor('ada', { ...world, server });
    expect(server.requests).toHaveLength(2);
  });

  test('that changed takes the place of the old one', async () => {
    const routes: ApiOptions['routes'] = { '/users/ada': { body: ada } };
    const server = await startPeople(routes);
    const world = openForges();
    await askFor('ada', { ...world, server });
    routes['/users/ada'] = { body: { ...ada, name: 'Ada King' } };
    world.advance(HOUR_MS);
    expect(valueOf(await askFor('ada', { ...world, server })).name).toBe('Ada King');
    expect(valueOf(await askFor('ada', { ...world, server })).name).toBe('Ada King');
  });

  test('is not shown to another credential, nor to none', async () => {
    const server = await startPeople({ '/users/ada': { body: ada, isPrivate: true } });
    const world = openForges({ token: TOKEN });
    expect(await askFor('ada', { ...world, server })).toMatchObject({ kind: 'found' });
    const anybody = openForges({ store: world.store });
    expect(await askFor('ada', { ...anybody, server })).toMatchObject({ kind: 'absent' });
    const other = openForges({ store: world.store, token: { ...TOKEN, token: 'ghp_other' }, mode: 'offline' });
    expect(errorOf(await askFor('ada', { ...other, server })).code).toBe('OFFLINE');
    expect(await askFor('ada', { ...world, server })).toMatchObject({ kind: 'found' });
    expect(server.requests).toHaveLength(2);
  });

  test('asked for twice at once is asked for once', async () => {
    const server = await startPeople();
    const world = openForges();
    await Promise.all([askFor('ada', { ...world, server }), askFor('ada', { ...world, server })]);
    expect(server.requests).toHaveLength(1);
  });

  test('from the future is asked for anew', async () => {
    const server = await startPeople();
    const world = openForges();
    await askFor('ada', { ...world, server });
    world.advance(-HOUR_MS);
    await askFor('ada', { ...world, server });
    expect(server.requests).toHaveLength(2);
  });
});

describe('an absence', () => {
  test('stands for five minutes', async () => {
    const server = await startPeople();
    const world = openForges();
    for (const ms of [0, 299_000, 1000]) {
      world.advance(ms);
      expect(await askFor('nobody', { ...world, server })).toMatchObject({ kind: 'absent', reason: 'noSuchAccount' });
    }
    expect(server.requests).toHaveLength(2);
  });
});

describe('a failure', () => {
  test.each([
    ['status 500', { status: 500 }],
    ['status 403', { status: 403 }],
    ['a page', { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['another shape', { body: [] }],
  ])('of %s is not kept', async (_, failure) => {
    const routes: ApiOptions['routes'] = { '/users/ada': failure };
    const server = await startPeople(routes);
    const world = openForges();
    expect(await askFor('ada', { ...world, server })).toMatchObject({ kind: 'failed' });
    routes['/users/ada'] = { body: ada };
    expect(await askFor('ada', { ...world, server })).toMatchObject({ kind: 'found' });
  });

  test('does not put a known answer in the place of a fresh one', async () => {
    const routes: ApiOptions['routes'] = { '/users/ada': { body: ada } };
    const server = await startPeople(routes);
    const world = openForges();
    await askFor('ada', { ...world, server });
    routes['/users/ada'] = { status: 500 };
    world.advance(HOUR_MS);
    expect(errorOf(await askFor('ada', { ...world, server })).code).toBe('SERVER_ERROR');
  });
});

describe('offline', () => {
  test('what is kept is served with its age, and nothing is asked', async () => {
    const server = await startPeople();
    const world = openForges();
    await askFor('ada', { ...world, server });
    world.advance(1000 * HOUR_MS);
    const offline = openForges({ store: world.store, mode: 'offline' });
    expect(await askFor('ada', { ...offline, server })).toMatchObject({ kind: 'found', asOf: NOW });
    expect(errorOf(await askFor('bob', { ...offline, server }))).toMatchObject({
      code: 'OFFLINE',
      message: 'not in the store: the account bob',
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('refreshing', () => {
  test('asks for what is fresh too, and once a run', async () => {
    const server = await startPeople();
    const world = openForges();
    await askFor('ada', { ...world, server });
    const refresh = openForges({ store: world.store, mode: 'refresh' });
    expect(await askFor('ada', { ...refresh, server })).toMatchObject({ kind: 'found', asOf: NOW });
    await askFor('ada', { ...refresh, server });
    expect(server.requests).toHaveLength(2);
  });
});

describe('what is in the store', () => {
  const keyAt = (server: TestServer) => ({
    kind: 'forge',
    scope: `forge http://${server.host}/`,
    name: `http://${server.host}/users/ada`,
    audience: '',
  });
  const learnedAtMs = Date.parse(NOW);

  test('cannot give itself a longer life', async () => {
    const server = await startPeople();
    const world = openForges();
    const value = JSON.stringify({ value: { ...ada, name: 'Mallory' } });
    world.store.writeFact(keyAt(server), { value, learnedAtMs, freshUntilMs: learnedAtMs + 1000 * HOUR_MS });
    expect(valueOf(await askFor('ada', { ...world, server })).name).toBe('Mallory');
    world.advance(HOUR_MS);
    expect(valueOf(await askFor('ada', { ...world, server })).name).toBe('Ada');
  });

  test('and is damaged is asked for anew', async () => {
    const server = await startPeople();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"value":${json}}`),
        ),
        async (value) => {
          const world = openForges();
          world.store.writeFact(keyAt(server), { value, learnedAtMs, freshUntilMs: learnedAtMs + HOUR_MS });
          expect(valueOf(await askFor('ada', { ...world, server })).login).toBe('ada');
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('arbitrary answers', () => {
  test('are an outcome, and never thrown', async () => {
    const routes: ApiOptions['routes'] = {};
    const server = await startPeople(routes);
    const forge = { ...forgeAt(server, 'github') };
    const commit = '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d';
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), fc.boolean(), async (body, hasToken) => {
        for (const path of ['/graphql', '/users/ada', '/repos/acme/shop']) routes[path] = { body };
        const { forges } = openForges({ token: hasToken ? TOKEN : undefined });
        const outcomes = await Promise.all([
          forges.fetchCommit({ forge, path: 'acme/shop', commit }),
          forges.fetchTeam(forge, 'acme/pay'),
          forges.fetchAccount(forge, 'ada'),
        ]);
        expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
      }),
      { numRuns: 40 },
    );
  });
});
