import { beforeEach, describe, expect, test } from 'vitest';
import type { ForgeCommit } from '../../../../src/core/model/forge.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import type { ApiOptions } from '../../../support/forge-server-api.ts';
import { startApi } from '../../../support/forge-server-api.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { TEST_NOW_MS } from '../../../support/http-world.ts';
import { COMMIT, NOW, OTHER_COMMIT, errorOf, forgeAt, openForges, startClock, valueOf } from './code-forge-world.ts';
import { opened } from './forge-world.ts';

const HEAD = '1111111111111111111111111111111111111111';
const ada = { login: 'ada', type: 'User' };
const bob = { login: 'bob', type: 'User' };
const web = { login: 'web-flow', type: 'User' };
const AT = '/repos/acme/shop';

const repository = {
  id: 77,
  full_name: 'acme/shop',
  html_url: 'https://github.com/acme/shop',
  visibility: 'public',
  archived: false,
  fork: false,
  default_branch: 'main',
};
const commit = {
  sha: COMMIT,
  html_url: `https://github.com/acme/shop/commit/${COMMIT}`,
  commit: {
    author: { name: 'Ada L', email: 'ada@acme.example' },
    committer: { name: 'GitHub', email: 'noreply@github.com' },
    message: 'Add a basket (#12)',
    verification: { verified: true, reason: 'valid', signature: '-----BEGIN PGP SIGNATURE-----\n', payload: 'tree' },
  },
  author: ada,
  committer: web,
};
const pull = {
  number: 12,
  html_url: 'https://github.com/acme/shop/pull/12',
  title: 'Add a basket',
  state: 'closed',
  merged_at: '2026-11-20T10:00:00Z',
  merge_commit_sha: COMMIT,
  user: ada,
  base: { ref: 'main' },
  head: { sha: HEAD },
};
const review = { user: bob, state: 'APPROVED', commit_id: HEAD, submitted_at: '2026-11-19T08:00:00Z' };
const pullCommit = {
  commit: { message: 'basket', committer: { email: 'ada@acme.example' } },
  author: ada,
  committer: ada,
};

const whole: ApiOptions['routes'] = {
  [AT]: { body: repository },
  [`${AT}/commits/${COMMIT}`]: { body: commit },
  [`${AT}/commits/${COMMIT}/pulls`]: { body: [pull] },
  [`${AT}/compare/main...${COMMIT}`]: { body: { status: 'behind' } },
  [`${AT}/pulls/12/reviews`]: { body: [review] },
  [`${AT}/pulls/12/commits`]: { body: [pullCommit] },
};

async function startGithub(routes: ApiOptions['routes'], limit?: ApiOptions['limit']): Promise<TestServer> {
  return opened(await startApi({ routes, ...(limit === undefined ? {} : { limit }) }));
}

async function ask(routes: ApiOptions['routes']): Promise<Outcome<ForgeCommit, string>> {
  const server = await startGithub({ ...whole, ...routes });
  return openForges().forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
}

beforeEach(startClock);

describe('a commit, without a token', () => {
  test('is told in six requests', async () => {
    const server = await startGithub(whole);
    const { forges } = openForges();
    const outcome = await forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
    const told = valueOf(outcome);
    expect(outcome).toMatchObject({ kind: 'found', asOf: NOW });
    expect(told).toMatchObject({
      commit: COMMIT,
      repository: { path: 'acme/shop', id: '77', visibility: 'public', defaultBranch: 'main' },
      author: { name: 'Ada L', account: { login: 'ada', kind: 'person' } },
      authors: [{ login: 'ada', kind: 'person' }],
      onDefaultBranch: { kind: 'found', value: true },
      signature: { kind: 'found', value: { isValid: true, reason: 'valid', kind: 'openpgp', isByForge: true } },
      codeownersErrors: [],
    });
    expect(valueOf(told.reviews)).toEqual([
      {
        label: '#12',
        url: 'https://github.com/acme/shop/pull/12',
        title: 'Add a basket',
        state: 'merged',
        author: { login: 'ada', kind: 'person' },
        mergedAt: '2026-11-20T10:00:00Z',
        mergeCommit: COMMIT,
        headCommit: HEAD,
        baseBranch: 'main',
        opinions: {
          kind: 'found',
          asOf: NOW,
          value: [
            {
              state: 'approved',
              by: { login: 'bob', kind: 'person' },
              commit: HEAD,
              at: '2026-11-19T08:00:00Z',
              onBehalfOf: [],
            },
          ],
        },
        contributors: [{ login: 'ada', kind: 'person' }],
        contributorsComplete: true,
      },
    ]);
    expect(errorOf(told.branchRules)).toMatchObject({
      code: 'UNAUTHORISED',
      hint: expect.stringContaining('GH_TOKEN'),
    });
    expect(server.requests).toHaveLength(6);
    expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test.each<[string, ApiOptions['routes'], string, number]>([
    ['of a repository that is not there', { [AT]: { status: 404 } }, 'noSuchRepository', 1],
    ['that is not there', { [`${AT}/commits/${COMMIT}`]: { status: 422 } }, 'noSuchCommit', 2],
    ['of an empty repository', { [`${AT}/commits/${COMMIT}`]: { status: 409 } }, 'noSuchCommit', 2],
  ])('%s is absent, and no more is asked', async (_, routes, reason, requests) => {
    const server = await startGithub({ ...whole, ...routes });
    const { forges } = openForges();
    const outcome = await forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
    expect(outcome).toEqual({ kind: 'absent', reason, asOf: NOW });
    expect(server.requests).toHaveLength(requests);
  });

  test.each(['acme/..', '../../users', 'acme', 'a/b/c', 'acme/', 'acme/sh op', 'acme\\shop/x'])(
    'is not asked for in what is no repository: %j',
    async (path) => {
      const server = await startGithub(whole);
      const { forges } = openForges();
      const outcome = await forges.fetchCommit({ forge: forgeAt(server, 'github'), path, commit: COMMIT });
      expect(outcome).toEqual({ kind: 'absent', reason: 'noSuchRepository' });
      expect(server.requests).toEqual([]);
    },
  );

  test('of a repository that was renamed is asked for by its new name', async () => {
    const moved = { status: 301, headers: { location: '/repositories/77' } };
    const renamed = Object.fromEntries(
      Object.entries(whole).map(([path, answer]) => [path.replace(AT, '/repos/acme/store'), answer]),
    );
    const body = { ...repository, full_name: 'acme/store' };
    const server = await startGithub({ ...renamed, [AT]: moved, '/repositories/77': { body } });
    const { forges } = openForges();
    const question = { forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT };
    expect(valueOf(await forges.fetchCommit(question)).repository.path).toBe('acme/store');
    expect(server.requests).toHaveLength(7);
  });

  test('is not asked for at another host that the forge names', async () => {
    const elsewhere = await startGithub({ '/': { body: repository } });
    const error = errorOf(await ask({ [AT]: { status: 301, headers: { location: `http://${elsewhere.host}/` } } }));
    expect(error).toMatchObject({ code: 'MALFORMED', got: `http://${elsewhere.host}/` });
    expect(elsewhere.requests).toEqual([]);
  });

  test('is not asked for in a circle', async () => {
    expect(errorOf(await ask({ [AT]: { status: 301, headers: { location: AT } } })).code).toBe('MALFORMED');
  });

  test.each<[number, string, string]>([
    [401, 'UNAUTHORISED', 'GH_TOKEN'],
    [403, 'FORBIDDEN', 'GH_TOKEN'],
    [429, 'RATE_LIMITED', '5,000'],
    [500, 'SERVER_ERROR', 'later'],
  ])('with an answer of %i is a failure that says what to do', async (status, code, hint) => {
    const error = errorOf(await ask({ [AT]: { status, body: { message: 'no' } } }));
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) });
  });

  test('with a page in place of an answer is a failure', async () => {
    const html = { body: '<html>Log in</html>', headers: { 'content-type': 'text/html' } };
    const error = errorOf(await ask({ [AT]: html }));
    expect(error).toMatchObject({ code: 'MALFORMED', hint: expect.stringContaining('apiUrl') });
  });

  test.each(['[]', 'null', '{', '{"id":"x"}', '{"sha":5}'])(
    'with an answer that is none is a failure: %s',
    async (body) => {
      expect(errorOf(await ask({ [`${AT}/commits/${COMMIT}`]: { body } })).code).toBe('MALFORMED');
    },
  );

  test('that is another than the one asked for is no answer', async () => {
    const error = errorOf(await ask({ [`${AT}/commits/${COMMIT}`]: { body: { ...commit, sha: OTHER_COMMIT } } }));
    expect(error).toMatchObject({ code: 'MALFORMED', got: OTHER_COMMIT });
  });

  test('keeps the rest where a part fails', async () => {
    const told = valueOf(
      await ask({ [`${AT}/compare/main...${COMMIT}`]: { status: 500 }, [`${AT}/pulls/12/reviews`]: { status: 403 } }),
    );
    expect(errorOf(told.onDefaultBranch).code).toBe('SERVER_ERROR');
    expect(errorOf(valueOf(told.reviews)[0]!.opinions).code).toBe('FORBIDDEN');
    expect(told.signature.kind).toBe('found');
  });

  test('with a co-author, or a list of commits that is not there, does not claim to know all contributors', async () => {
    const message = 'basket\n\nCo-authored-by: Bob <bob@acme.example>';
    const route = `${AT}/pulls/12/commits`;
    for (const answer of [
      { body: [{ ...pullCommit, commit: { ...pullCommit.commit, message } }] },
      { body: [{ ...pullCommit, author: null }] },
      { status: 404 },
    ]) {
      const told = valueOf(await ask({ [route]: answer }));
      expect(valueOf(told.reviews)[0]!.contributorsComplete).toBe(false);
    }
  });

  test('keeps of each reviewer what was said last; a comment takes no approval back', async () => {
    const reviews = [
      { ...review, state: 'CHANGES_REQUESTED' },
      { ...review, user: ada, state: 'COMMENTED' },
      review,
      { ...review, state: 'COMMENTED' },
    ];
    const told = valueOf(await ask({ [`${AT}/pulls/12/reviews`]: { body: reviews } }));
    const opinions = valueOf(valueOf(told.reviews)[0]!.opinions);
    expect(opinions.map(({ by, state }) => `${by?.login} ${state}`)).toEqual(['ada commented', 'bob approved']);
  });
});

describe('the limit of requests', () => {
  const resetSeconds = TEST_NOW_MS / 1000 + 1800;

  test('is told once when few are left, with what a token would change', async () => {
    const server = await startGithub(whole, { of: 60, left: 12, resetSeconds });
    const { forges, notices } = openForges();
    await forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
    expect(notices).toEqual([
      'github.com: 10 of 60 requests left until 2026-11-21T12:30:00Z; a token raises the limit to 5,000 requests an hour: ' +
        'set GH_TOKEN, or log in: gh auth login --hostname github.com',
    ]);
  });

  test('is not told while there are many', async () => {
    const server = await startGithub(whole, { of: 60, left: 58, resetSeconds });
    const { forges, notices } = openForges();
    await forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
    expect(notices).toEqual([]);
  });

  test('ends the questions until it is over', async () => {
    const server = await startGithub(whole, { of: 60, left: 0, resetSeconds });
    const { forges, advance } = openForges();
    const question = { forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT };
    expect(errorOf(await forges.fetchCommit(question))).toMatchObject({
      code: 'RATE_LIMITED',
      got: '0 of 60 requests left',
      hint: expect.stringContaining('5,000'),
    });
    await forges.fetchCommit(question);
    expect(server.requests).toHaveLength(1);
    advance(1_800_000);
    await forges.fetchCommit(question);
    expect(server.requests).toHaveLength(2);
  });
});
