import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { giteaForge } from '../../../../src/adapters/scm/gitea-forge.ts';
import type { ForgeApi } from '../../../../src/adapters/scm/forge-api.ts';
import type { ForgeCommit, ReviewOpinion, ReviewRequest } from '../../../../src/core/model/forge.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import { judgeReview } from '../../../../src/core/review/judge-review.ts';
import {
  clientFor,
  closedAfterTest,
  errorOf,
  gist,
  rememberingClientFor,
  valueOf,
} from '../../../support/asked-forge.ts';
import type { CannedAnswer, CannedAnswers } from '../../../support/canned-server.ts';
import { CUT_SHORT, HTML } from '../../../support/canned-server.ts';
import {
  ANSWERS,
  HEAD,
  MERGED,
  PATHS,
  PULL,
  REPOSITORY,
  ada,
  bob,
  firstPage,
  ghost,
  giteaCommitBody,
  pageAt,
  reviewBody,
  startGitea,
  user,
} from '../../../support/gitea-server.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { everythingIn } from '../../../support/http-world.ts';

type World = { readonly api: ForgeApi; readonly server: TestServer };

async function world(others: CannedAnswers = {}, token?: string): Promise<World> {
  const server = closedAfterTest(await startGitea(others));
  const client = await clientFor({
    kind: 'forgejo',
    host: 'git.acme.example',
    api: 'api/v1',
    server,
    ...(token === undefined ? {} : { token }),
  });
  return { api: giteaForge(client), server };
}

async function ask(others: CannedAnswers = {}): Promise<Outcome<ForgeCommit, string>> {
  const { api } = await world(others);
  return api.fetchCommit({ path: 'acme/shop', commit: MERGED });
}

async function commitWith(others: CannedAnswers): Promise<ForgeCommit> {
  return valueOf(await ask(others));
}

async function requestWith(others: CannedAnswers): Promise<ReviewRequest> {
  const { reviews } = await commitWith(others);
  return valueOf(reviews)[0]!;
}

async function opinionsOf(reviews: readonly unknown[]): Promise<readonly ReviewOpinion[]> {
  return valueOf((await requestWith(pageAt(PATHS.reviews, reviews))).opinions);
}

const adaAccount = { login: 'ada', kind: 'unknown', name: 'ADA', email: 'ada@acme.example' };
const bobAccount = { login: 'bob', kind: 'unknown', name: 'BOB', email: 'bob@acme.example' };

describe('a commit that a pull request brought in', () => {
  test('all that the forge answers', async () => {
    const { api, server } = await world();
    const outcome = await api.fetchCommit({ path: 'acme/shop', commit: MERGED });
    expect(outcome).toMatchObject({ kind: 'found', asOf: '2026-11-21T12:00:00Z' });
    const commit = valueOf(outcome);
    expect(commit).toMatchObject({
      commit: MERGED,
      repository: {
        path: 'acme/shop',
        url: 'https://git.acme.example/acme/shop',
        id: '42',
        visibility: 'public',
        isArchived: false,
        isFork: false,
        defaultBranch: 'main',
      },
      url: `https://git.acme.example/acme/shop/commit/${MERGED}`,
      author: { name: 'ada', email: 'ada@acme.example', account: adaAccount },
      authors: [adaAccount],
      onDefaultBranch: { kind: 'found', value: true },
      signature: { kind: 'absent', reason: 'unsigned' },
      branchRules: { kind: 'found', value: { branch: 'main', approvalsRequired: 1 } },
      codeownersErrors: [],
    });
    const [request, ...more] = valueOf(commit.reviews);
    expect(more).toEqual([]);
    expect(request).toEqual({
      label: '#12',
      url: 'https://git.acme.example/acme/shop/pulls/12',
      title: 'Sell more',
      state: 'merged',
      author: adaAccount,
      mergedBy: bobAccount,
      mergedAt: '2026-11-01T10:00:00Z',
      mergeCommit: MERGED,
      headCommit: HEAD,
      baseBranch: 'main',
      opinions: {
        kind: 'found',
        asOf: '2026-11-21T12:00:00Z',
        value: [
          {
            state: 'approved',
            by: bobAccount,
            commit: HEAD,
            isStale: false,
            at: '2026-11-01T09:00:00Z',
            onBehalfOf: [],
            counts: true,
          },
        ],
      },
      contributors: [adaAccount],
      contributorsComplete: true,
    });
    expect(server.requests).toHaveLength(8);
  });

  test('whether the approval is of a person is not known, and so no pass', async () => {
    const verdict = judgeReview(await commitWith({}));
    expect(verdict.twoPerson).toBe('unknown');
    expect(verdict.reasons).toEqual(['#12 was merged', 'it is not known whether bob, who approved, is a person']);
  });

  test('a token goes along as Gitea wants it', async () => {
    const { api, server } = await world({}, 'the-secret');
    await api.fetchCommit({ path: 'acme/shop', commit: MERGED });
    expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['token the-secret']));
  });
});

describe('what is not there', () => {
  test.each<[string, CannedAnswers, string]>([
    ['the repository', { [PATHS.repository]: { status: 404, body: {} } }, 'noSuchRepository'],
    ['the commit', { [PATHS.commit]: { status: 404, body: {} } }, 'noSuchCommit'],
    ['the commit, in words of validation', { [PATHS.commit]: { status: 422, body: {} } }, 'noSuchCommit'],
    ['any commit: the repository is empty', { [PATHS.commit]: { status: 409, body: {} } }, 'noSuchCommit'],
  ])('%s', async (_what, others, reason) => {
    expect(gist(await ask(others))).toBe(reason);
  });

  test('a path that is not of two names is no repository, and is not asked for', async () => {
    const { api, server } = await world();
    expect(gist(await api.fetchCommit({ path: 'acme/shop/branches', commit: MERGED }))).toBe('noSuchRepository');
    expect(server.requests).toEqual([]);
  });

  test('a pull request', async () => {
    const { reviews } = await commitWith({ [PATHS.pull]: { status: 404, body: {} } });
    expect(gist(reviews)).toBe('noReviewRequest');
  });

  test('rules', async () => {
    const answer = { body: { name: 'main', protected: false, required_approvals: 0 } };
    expect(gist((await commitWith({ [PATHS.branch]: answer })).branchRules)).toBe('noRules');
  });

  test('the commit on the default branch', async () => {
    const { onDefaultBranch } = await commitWith({ [PATHS.comparison]: { body: { total_commits: 3 } } });
    expect(onDefaultBranch).toMatchObject({ kind: 'found', value: false });
  });
});

const REFUSALS: readonly (readonly [string, CannedAnswer, string])[] = [
  ['401', { status: 401, body: { message: 'token is required' } }, 'UNAUTHORISED'],
  ['403', { status: 403, body: { message: 'no' } }, 'FORBIDDEN'],
  ['429', { status: 429, body: { message: 'slow down' } }, 'RATE_LIMITED'],
  ['500', { status: 500, body: { message: '' } }, 'SERVER_ERROR'],
  ['503', { status: 503, text: 'maintenance' }, 'SERVER_ERROR'],
  ['a page for people', HTML, 'MALFORMED'],
  ['JSON cut short', CUT_SHORT, 'MALFORMED'],
  ['another shape', { body: [[]] }, 'MALFORMED'],
];

describe.each(REFUSALS)('%s', (_name, answer, code) => {
  test.each([PATHS.repository, PATHS.commit])('at %s: the whole is not heard', async (path) => {
    expect(gist(await ask({ [path]: answer }))).toBe(code);
  });

  const parts: readonly (readonly [string, string, (commit: ForgeCommit) => Outcome<unknown, string>])[] = [
    ['the pull request', PATHS.pull, ({ reviews }) => reviews],
    ['the comparison', PATHS.comparison, ({ onDefaultBranch }) => onDefaultBranch],
    ['the branch', PATHS.branch, ({ branchRules }) => branchRules],
  ];
  test.each(parts)('at %s: that part is not heard, and the rest stands', async (_part, path, partOf) => {
    const commit = await commitWith({ [path]: answer });
    expect(gist(partOf(commit))).toBe(code);
    expect(commit.author?.email).toBe('ada@acme.example');
  });

  test('at the reviews: opinions are not heard, and that is not "nobody approved"', async () => {
    const commit = await commitWith(firstPage(PATHS.reviews, answer));
    expect(gist(valueOf(commit.reviews)[0]!.opinions)).toBe(code);
    expect(judgeReview(commit).twoPerson).toBe('unknown');
  });

  test('at the commits: not all contributors are known', async () => {
    const request = await requestWith(firstPage(PATHS.commits, answer));
    expect([request.contributors, request.contributorsComplete]).toEqual([[], false]);
  });

  test('at the settings: neither list is whole', async () => {
    const request = await requestWith({ [PATHS.settings]: answer });
    expect([gist(request.opinions), request.contributorsComplete]).toEqual([code, false]);
  });
});

test.each([
  ['reviews', PATHS.reviews],
  ['comparison', PATHS.comparison],
  ['branch', PATHS.branch],
])('404 for the %s of what is there: not heard', async (_name, path) => {
  const answer = { status: 404, body: {} };
  const commit = await commitWith({ [path]: answer, ...firstPage(path, answer) });
  const parts = [commit.onDefaultBranch, commit.branchRules, valueOf(commit.reviews)[0]!.opinions];
  expect(parts.map(gist).toSorted()).toEqual(['NOT_READABLE', 'found', 'found']);
});

test('another commit than the one asked for is refused', async () => {
  const error = errorOf(await ask({ [PATHS.commit]: { body: giteaCommitBody(HEAD, ada) } }));
  expect([error.code, error.expected, error.got]).toEqual(['MALFORMED', MERGED, HEAD]);
});

test('a repository without a default branch: neither membership nor rules', async () => {
  const commit = await commitWith({ [PATHS.repository]: { body: { ...REPOSITORY, default_branch: '' } } });
  expect([gist(commit.onDefaultBranch), gist(commit.branchRules)]).toEqual(['NOT_READABLE', 'NOT_READABLE']);
  expect(commit.repository.defaultBranch).toBeUndefined();
});

test.each([
  [{ private: true }, 'private'],
  [{ internal: true }, 'internal'],
])('%j is %s', async (more, visibility) => {
  const commit = await commitWith({ [PATHS.repository]: { body: { ...REPOSITORY, ...more } } });
  expect(commit.repository.visibility).toBe(visibility);
});

test.each([
  ['-----BEGIN PGP SIGNATURE-----\n\nabc', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----\nabc', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----\nabc', 'x509'],
  ['what?', 'unknown'],
])('%j is a signature of the kind %s', async (signature, kind) => {
  const verification = {
    verified: true,
    reason: 'ada / 0123',
    signature,
    signer: { name: 'ada', email: 'x', username: '' },
  };
  const commit = await commitWith({
    [PATHS.commit]: { body: giteaCommitBody(MERGED, ada, { commit: { verification } }) },
  });
  expect(commit.signature).toMatchObject({
    value: { isValid: true, reason: 'ada / 0123', kind, signer: 'ada', isByForge: false },
  });
});

test('a commit of which no signature is told: not heard, and not unsigned', async () => {
  const commit = await commitWith({
    [PATHS.commit]: { body: giteaCommitBody(MERGED, ada, { commit: { verification: null } }) },
  });
  expect(gist(commit.signature)).toBe('NOT_READABLE');
});

describe('opinions', () => {
  test.each([
    ['APPROVED', {}, 'approved'],
    ['REQUEST_CHANGES', {}, 'changesRequested'],
    ['COMMENT', {}, 'commented'],
    ['PENDING', {}, 'pending'],
    ['APPROVED', { dismissed: true }, 'dismissed'],
  ])('%s with %j is %s', async (state, more, expected) => {
    expect((await opinionsOf([reviewBody(bob, state, more)])).map((opinion) => opinion.state)).toEqual([expected]);
  });

  test('stale, and not official', async () => {
    const [opinion] = await opinionsOf([reviewBody(bob, 'APPROVED', { stale: true, official: false, commit_id: '' })]);
    expect([opinion?.isStale, opinion?.counts, opinion?.commit]).toEqual([true, false, undefined]);
  });

  test('that somebody was asked for one is none', async () => {
    expect(await opinionsOf([reviewBody(bob, 'REQUEST_REVIEW'), reviewBody(null, 'REQUEST_REVIEW')])).toEqual([]);
  });

  test('what each said last; a comment takes nothing back', async () => {
    const eve = user(3, 'eve');
    const opinions = await opinionsOf([
      reviewBody(bob, 'APPROVED'),
      reviewBody(eve, 'COMMENT'),
      reviewBody(bob, 'REQUEST_CHANGES'),
      reviewBody(bob, 'COMMENT'),
      reviewBody(eve, 'APPROVED'),
    ]);
    expect(opinions.map(({ by, state }) => [by?.login, state])).toEqual([
      ['bob', 'changesRequested'],
      ['eve', 'approved'],
    ]);
  });

  test('accounts that are gone are nobody, each on its own', async () => {
    const opinions = await opinionsOf([reviewBody(ghost, 'APPROVED'), reviewBody(ghost, 'REQUEST_CHANGES')]);
    expect(opinions.map(({ by, state }) => [by, state])).toEqual([
      [undefined, 'approved'],
      [undefined, 'changesRequested'],
    ]);
  });

  test('bots are told by their names', async () => {
    const opinions = await opinionsOf([
      reviewBody(user(9, 'renovate[bot]'), 'APPROVED'),
      reviewBody(user(-2, 'gitea-actions'), 'APPROVED'),
    ]);
    expect(opinions.map(({ by }) => by?.kind)).toEqual(['bot', 'bot']);
  });
});

describe('contributors', () => {
  const listed = (...commits: readonly unknown[]): CannedAnswers => pageAt(PATHS.commits, commits);

  test('authors and committers, each once', async () => {
    const request = await requestWith(
      listed(giteaCommitBody(HEAD, ada, { committer: bob }), giteaCommitBody('ee'.repeat(20), ada)),
    );
    expect(request.contributors.map(({ login }) => login)).toEqual(['ada', 'bob']);
    expect(request.contributorsComplete).toBe(true);
  });

  test.each<[string, CannedAnswers]>([
    ['an author without an account', listed(giteaCommitBody(HEAD, null))],
    ['an author whose account is gone', listed(giteaCommitBody(HEAD, ghost))],
    ['no commits', listed()],
    [
      'a co-author in a commit, who is nobody known',
      listed(giteaCommitBody(HEAD, ada, { commit: { message: 'Sell\n\nCo-authored-by: Eve <eve@acme.example>' } })),
    ],
    [
      'a co-author in the merged commit',
      {
        [PATHS.commit]: {
          body: giteaCommitBody(MERGED, ada, { commit: { message: 'Sell\n\nCo-authored-by: Eve <eve@acme.example>' } }),
        },
      },
    ],
  ])('%s: not all are known', async (_name, others) => {
    expect((await requestWith(others)).contributorsComplete).toBe(false);
  });

  test('a co-author who wrote another commit of the request is known', async () => {
    const message = 'Sell\n\nCo-authored-by: Bob <Bob@acme.example>';
    const request = await requestWith(
      listed(giteaCommitBody(HEAD, ada, { commit: { message } }), giteaCommitBody('ee'.repeat(20), bob)),
    );
    expect(request.contributorsComplete).toBe(true);
  });

  test('who merged is no contributor by the commit that the merge made', async () => {
    const request = await requestWith({ [PATHS.commit]: { body: giteaCommitBody(MERGED, bob) } });
    expect(request.contributors.map(({ login }) => login)).toEqual(['ada']);
  });
});

describe('lists', () => {
  const many = (count: number): readonly unknown[] =>
    Array.from({ length: count }, (_, index) => reviewBody(user(index + 10, `r${index}`), 'APPROVED'));

  test('go on until a page is not full, by the measure of the server', async () => {
    const settings = { [PATHS.settings]: { body: { max_response_items: 2 } } };
    const pages = {
      ...pageAt(PATHS.commits, [giteaCommitBody(HEAD, ada)], 1, 2),
      ...pageAt(PATHS.reviews, many(2), 1, 2),
      ...pageAt(PATHS.reviews, [reviewBody(bob, 'APPROVED')], 2, 2),
    };
    const opinions = valueOf((await requestWith({ ...settings, ...pages })).opinions);
    expect(opinions.map(({ by }) => by?.login)).toEqual(['r0', 'r1', 'bob']);
  });

  test('whose later page is not there are not heard', async () => {
    const request = await requestWith(pageAt(PATHS.reviews, many(50)));
    expect(gist(request.opinions)).toBe('MALFORMED');
  });

  test('that are longer than is read are refused, and not cut', async () => {
    const pages = Array.from({ length: 11 }, (_, index) => pageAt(PATHS.reviews, many(50), index + 1));
    const { server, api } = await world(Object.assign({}, ...pages) as CannedAnswers);
    const commit = valueOf(await api.fetchCommit({ path: 'acme/shop', commit: MERGED }));
    expect(gist(valueOf(commit.reviews)[0]!.opinions)).toBe('TOO_LARGE');
    expect(server.requests.filter(({ path }) => path.startsWith(PATHS.reviews))).toHaveLength(10);
  });

  test('with more on a page than was asked for are no answer', async () => {
    const request = await requestWith({ ...pageAt(PATHS.reviews, many(51)), ...pageAt(PATHS.reviews, [], 2) });
    expect(gist(request.opinions)).toBe('MALFORMED');
  });

  test('of a server that does not tell its measure are not heard', async () => {
    const request = await requestWith({ [PATHS.settings]: { status: 404, body: {} } });
    expect([gist(request.opinions), request.contributorsComplete]).toEqual(['UNSUPPORTED', false]);
  });
});

describe('teams and accounts', () => {
  test('a team, in whatever case', async () => {
    const { api } = await world({}, 'secret');
    expect(valueOf(await api.fetchTeam('acme/Payments'))).toEqual({
      path: 'acme/payments',
      name: 'payments',
      members: [adaAccount, bobAccount],
      membersTotal: 2,
    });
  });

  test.each<[string, CannedAnswers]>([
    ['acme/sales', {}],
    ['acme', {}],
    ['acme/shop/payments', {}],
    ['acme/payments', firstPage(PATHS.teams, { status: 404, body: {} })],
  ])('%s is no team', async (handle, others) => {
    const { api } = await world(others);
    expect(gist(await api.fetchTeam(handle))).toBe('noSuchTeam');
  });

  test.each(REFUSALS)('%s for the teams or the members: not heard', async (_name, answer, code) => {
    for (const path of [PATHS.teams, PATHS.members]) {
      const { api } = await world(firstPage(path, answer));
      expect(gist(await api.fetchTeam('acme/payments'))).toBe(code);
    }
  });

  test('what a token would need is said', async () => {
    const { api } = await world(firstPage(PATHS.teams, { status: 403, body: {} }), 'the-secret');
    const error = errorOf(await api.fetchTeam('acme/payments'));
    expect(error.hint).toBe('it needs the scope read:organization, of a member of the organisation');
    expect(everythingIn(error)).not.toContain('the-secret');
  });

  test('an account', async () => {
    const { api } = await world();
    expect(valueOf(await api.fetchAccount('ada'))).toEqual(adaAccount);
    expect(gist(await api.fetchAccount('nobody'))).toBe('noSuchAccount');
  });

  test('an account that is gone', async () => {
    const { api } = await world({ '/api/v1/users/Ghost': { body: ghost } });
    expect(gist(await api.fetchAccount('Ghost'))).toBe('noSuchAccount');
  });

  test('an account that is not heard', async () => {
    const { api } = await world({ [PATHS.account]: HTML });
    expect(gist(await api.fetchAccount('ada'))).toBe('MALFORMED');
  });
});

describe('a second time', () => {
  const HOUR_MS = 3_600_000;
  async function asked(others: CannedAnswers, laterMs: number): Promise<readonly string[]> {
    const server = closedAfterTest(await startGitea(others));
    const forge = { kind: 'gitea', host: 'git.acme.example', api: 'api/v1', server } as const;
    const { client, advance } = await rememberingClientFor(forge);
    const api = giteaForge(client);
    const first = await api.fetchCommit({ path: 'acme/shop', commit: MERGED });
    const before = server.requests.length;
    advance(laterMs);
    const second = await api.fetchCommit({ path: 'acme/shop', commit: MERGED });
    if (laterMs === 0) expect(second).toEqual(first);
    return server.requests.slice(before).map(({ path }) => path);
  }

  test('at once: nothing is asked', async () => {
    expect(await asked({}, 0)).toEqual([]);
  });

  test('within a day: only what changes of itself', async () => {
    expect((await asked({}, 23 * HOUR_MS)).toSorted()).toEqual(
      [PATHS.branch, PATHS.repository, PATHS.settings].toSorted(),
    );
  });

  test('what is not merged is asked for again', async () => {
    const off = { [PATHS.comparison]: { body: { total_commits: 1 } } };
    expect(await asked(off, 120_000)).toEqual([PATHS.comparison]);
  });
});

describe('hostile answers', () => {
  test('addresses that are none are left out, and names that are none are nobody', async () => {
    const commit = await commitWith({
      [PATHS.repository]: { body: { ...REPOSITORY, html_url: 'javascript:alert(1)' } },
      [PATHS.commit]: {
        body: giteaCommitBody(MERGED, user(1, 'ada\u001b[31m'), { html_url: 'http://evil.example/' }),
      },
      [PATHS.pull]: { body: { ...PULL, html_url: 'file:///etc/passwd', merged_at: 'soon' } },
    });
    const [request] = valueOf(commit.reviews);
    expect(commit.repository.url).toBe('https://git.acme.example/acme/shop');
    expect([commit.url, commit.author?.account, commit.authors]).toEqual([undefined, undefined, []]);
    expect([request?.url, request?.mergedAt]).toEqual(['', undefined]);
  });

  test('the branch that a repository names does not lead elsewhere in the API', async () => {
    const { api, server } = await world({
      [PATHS.repository]: { body: { ...REPOSITORY, default_branch: 'a b?x=1#y' } },
    });
    await api.fetchCommit({ path: 'acme/shop', commit: MERGED });
    expect(server.requests.map(({ path }) => path)).toContain('/api/v1/repos/acme/shop/branches/a%20b%3Fx%3D1%23y');
  });

  test.each(['../../../admin/users', '..', 'a/./b', 'a//b', 'a\u0000b'])('a branch called %j is none', async (name) => {
    const { api, server } = await world({ [PATHS.repository]: { body: { ...REPOSITORY, default_branch: name } } });
    const commit = valueOf(await api.fetchCommit({ path: 'acme/shop', commit: MERGED }));
    expect([gist(commit.onDefaultBranch), commit.repository.defaultBranch]).toEqual(['NOT_READABLE', undefined]);
    expect(server.requests.filter(({ path }) => /branches|compare|admin/.test(path))).toEqual([]);
  });

  test('whatever stands in an answer, there is an outcome', async () => {
    const bodies: Record<string, unknown> = Object.fromEntries(
      [PATHS.repository, PATHS.commit, PATHS.pull, PATHS.branch].map((path) => [path, ANSWERS[path]?.body]),
    );
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, '', '\u0000', [], {}));
    const altered = fc
      .constantFrom(...Object.keys(bodies))
      .chain((path) =>
        fc
          .tuple(fc.constantFrom(...Object.keys(bodies[path] as object)), values)
          .map(([key, value]) => ({ [path]: { body: { ...(bodies[path] as object), [key]: value } } })),
      );
    await fc.assert(
      fc.asyncProperty(altered, async (others) => {
        const outcome = await ask(others);
        expect(['found', 'MALFORMED']).toContain(gist(outcome));
      }),
      { numRuns: 60 },
    );
  });
});
