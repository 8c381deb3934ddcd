import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitbucketForge } from '../../../../src/adapters/scm/bitbucket-forge.ts';
import type { ForgeApi } from '../../../../src/adapters/scm/forge-api.ts';
import type { ForgeCommit, ForgeKind, ReviewRequest } from '../../../../src/core/model/forge.ts';
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
import {
  ANSWERS,
  APPROVAL,
  HEAD,
  MERGED,
  PATHS,
  PULL,
  REPOSITORY,
  ada,
  bitbucketCommitBody,
  bob,
  startBitbucket,
  user,
} from '../../../support/bitbucket-server.ts';
import type { CannedAnswer, CannedAnswers } from '../../../support/canned-server.ts';
import { CUT_SHORT, HTML } from '../../../support/canned-server.ts';
import type { TestServer } from '../../../support/http-server.ts';

type World = { readonly api: ForgeApi; readonly server: TestServer };

async function world(others: CannedAnswers = {}, kind: ForgeKind = 'bitbucketCloud'): Promise<World> {
  const server = closedAfterTest(await startBitbucket(others));
  return { api: bitbucketForge(await clientFor({ kind, host: 'bitbucket.org', api: '2.0', server })), server };
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

async function pullWith(more: object): Promise<ReviewRequest> {
  return requestWith({ [PATHS.pull]: { body: { ...PULL, ...more } } });
}

const adaAccount = { login: 'ada', kind: 'person', name: 'ADA' };
const bobAccount = { login: 'bob', kind: 'person', name: 'BOB' };

describe('a commit that a pull request brought in', () => {
  test('all that the forge answers', async () => {
    const { api, server } = await world();
    const commit = valueOf(await api.fetchCommit({ path: 'acme/shop', commit: MERGED }));
    expect(commit).toMatchObject({
      commit: MERGED,
      repository: {
        path: 'acme/shop',
        url: 'https://bitbucket.org/acme/shop',
        id: '{11111111-0000-0000-0000-000000000000}',
        visibility: 'private',
        isFork: false,
        defaultBranch: 'main',
      },
      url: `https://bitbucket.org/acme/shop/commits/${MERGED}`,
      author: { name: 'Ada Lovelace', email: 'ada@acme.example', account: adaAccount },
      authors: [adaAccount],
      onDefaultBranch: { kind: 'found', value: true },
      codeownersErrors: [],
    });
    expect([gist(commit.signature), gist(commit.branchRules)]).toEqual(['UNSUPPORTED', 'UNSUPPORTED']);
    expect(valueOf(commit.reviews)).toEqual([
      {
        label: '#12',
        url: 'https://bitbucket.org/acme/shop/pull-requests/12',
        title: 'Sell more',
        state: 'merged',
        author: adaAccount,
        mergedBy: bobAccount,
        mergeCommit: MERGED,
        headCommit: HEAD,
        baseBranch: 'main',
        opinions: {
          kind: 'found',
          value: [{ state: 'approved', by: bobAccount, at: '2026-11-01T09:00:00Z', onBehalfOf: [] }],
        },
        contributors: [adaAccount],
        contributorsComplete: true,
      },
    ]);
    expect(server.requests).toHaveLength(6);
  });

  test('which commit was approved is not told, and so no pass', async () => {
    const verdict = judgeReview(await commitWith({}));
    expect(verdict.twoPerson).toBe('unknown');
    expect(verdict.reasons).toEqual(['#12 was merged', 'it is not known which commit bob approved']);
  });
});

describe('what is not there', () => {
  test.each<[string, CannedAnswers, string]>([
    ['the repository', { [PATHS.repository]: { status: 404, body: {} } }, 'noSuchRepository'],
    ['the commit', { [PATHS.commit]: { status: 404, body: {} } }, 'noSuchCommit'],
  ])('%s', async (_what, others, reason) => {
    expect(gist(await ask(others))).toBe(reason);
  });

  test('a path that is not of two names is no repository, and is not asked for', async () => {
    const { api, server } = await world();
    expect(gist(await api.fetchCommit({ path: 'acme', commit: MERGED }))).toBe('noSuchRepository');
    expect(server.requests).toEqual([]);
  });

  test('a pull request', async () => {
    expect(gist((await commitWith({ [PATHS.pulls]: { body: { values: [] } } })).reviews)).toBe('noReviewRequest');
    const declined = { body: { values: [{ id: 12, state: 'DECLINED' }] } };
    expect(gist((await commitWith({ [PATHS.pulls]: declined })).reviews)).toBe('noReviewRequest');
  });

  test('the commit on the default branch', async () => {
    const commit = await commitWith({ [PATHS.membership]: { body: { values: [{ hash: MERGED }], next: 'x' } } });
    expect(commit.onDefaultBranch).toMatchObject({ kind: 'found', value: false });
  });

  test('the links between commits and pull requests: not heard, with what installs them', async () => {
    const error = errorOf((await commitWith({ [PATHS.pulls]: { status: 404, body: {} } })).reviews);
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.hint).toContain(`https://bitbucket.org/acme/shop/commits/${MERGED}`);
  });

  test('those links yet: not heard', async () => {
    const { reviews } = await commitWith({ [PATHS.pulls]: { status: 202, body: {} } });
    expect(errorOf(reviews).got).toContain('status 202');
  });
});

const REFUSALS: readonly (readonly [string, CannedAnswer, string])[] = [
  ['401', { status: 401, body: { type: 'error' } }, 'UNAUTHORISED'],
  ['403', { status: 403, body: { type: 'error' } }, 'FORBIDDEN'],
  ['429', { status: 429, text: 'Rate limit for this resource has been exceeded' }, 'RATE_LIMITED'],
  ['500', { status: 500, body: {} }, 'SERVER_ERROR'],
  ['502', { status: 502, text: 'bad gateway' }, 'SERVER_ERROR'],
  ['a page for people', HTML, 'MALFORMED'],
  ['JSON cut short', CUT_SHORT, 'MALFORMED'],
  ['another shape', { body: [[]] }, 'MALFORMED'],
];

describe.each(REFUSALS)('%s', (_name, answer, code) => {
  test.each([PATHS.repository, PATHS.commit])('at %s: the whole is not heard', async (path) => {
    expect(gist(await ask({ [path]: answer }))).toBe(code);
  });

  const parts: readonly (readonly [string, string, (commit: ForgeCommit) => Outcome<unknown, string>])[] = [
    ['the list of pull requests', PATHS.pulls, ({ reviews }) => reviews],
    ['the pull request', PATHS.pull, ({ reviews }) => reviews],
    ['the membership', PATHS.membership, ({ onDefaultBranch }) => onDefaultBranch],
  ];
  test.each(parts)('at %s: that part is not heard, and the rest stands', async (_part, path, partOf) => {
    const commit = await commitWith({ [path]: answer });
    expect(gist(partOf(commit))).toBe(code);
    expect(commit.author?.email).toBe('ada@acme.example');
  });

  test('at the commits: not all contributors are known', async () => {
    const request = await requestWith({ [PATHS.commits]: answer });
    expect([request.contributors, request.contributorsComplete]).toEqual([[], false]);
  });
});

test.each([
  ['pull request', PATHS.pull, ({ reviews }: ForgeCommit) => reviews],
  ['membership', PATHS.membership, ({ onDefaultBranch }: ForgeCommit) => onDefaultBranch],
] as const)('404 for the %s of what is there: not heard', async (_name, path, partOf) => {
  expect(gist(partOf(await commitWith({ [path]: { status: 404, body: {} } })))).toBe('NOT_READABLE');
});

test('another commit than the one asked for is refused', async () => {
  const error = errorOf(await ask({ [PATHS.commit]: { body: bitbucketCommitBody(HEAD, ada) } }));
  expect([error.code, error.expected, error.got]).toEqual(['MALFORMED', MERGED, HEAD]);
});

test('a repository without a main branch, which is a fork', async () => {
  const body = { ...REPOSITORY, mainbranch: null, parent: { full_name: 'eve/shop' }, is_private: false };
  const commit = await commitWith({ [PATHS.repository]: { body } });
  expect(gist(commit.onDefaultBranch)).toBe('NOT_READABLE');
  expect([commit.repository.isFork, commit.repository.visibility]).toEqual([true, 'public']);
});

describe('pull requests', () => {
  const listed = (...states: readonly string[]): CannedAnswers => ({
    [PATHS.pulls]: { body: { values: states.map((state, index) => ({ id: 12 - index, state })) } },
  });

  test('those that were merged, and no open ones', async () => {
    const { reviews } = await commitWith(listed('MERGED', 'OPEN'));
    expect(valueOf(reviews).map(({ label }) => label)).toEqual(['#12']);
  });

  test('open ones where none was merged', async () => {
    const open = { [PATHS.pull]: { body: { ...PULL, state: 'OPEN', merge_commit: null } } };
    const [request] = valueOf((await commitWith({ ...listed('OPEN', 'DECLINED'), ...open })).reviews);
    expect([request?.state, request?.mergedBy, request?.mergeCommit]).toEqual(['open', undefined, undefined]);
  });

  test('in too many', async () => {
    const { reviews } = await commitWith(listed(...Array.from({ length: 6 }, () => 'MERGED')));
    expect(gist(reviews)).toBe('TOO_LARGE');
  });

  test('ids that are cut are told whole where the commit is known, and otherwise not at all', async () => {
    const request = await pullWith({ merge_commit: { hash: 'ab'.repeat(6) }, source: { commit: { hash: '' } } });
    expect([request.mergeCommit, request.headCommit]).toEqual([undefined, undefined]);
  });

  test('opinions', async () => {
    const { opinions } = await pullWith({
      participants: [
        { ...APPROVAL, state: 'changes_requested', approved: false },
        { ...APPROVAL, state: null, approved: true, user: ada },
        { ...APPROVAL, state: null, approved: false },
        { ...APPROVAL, user: null },
      ],
    });
    expect(valueOf(opinions).map(({ by, state }) => [by?.login, state])).toEqual([
      ['bob', 'changesRequested'],
      ['ada', 'approved'],
      [undefined, 'approved'],
    ]);
  });

  test.each([
    ['user', 'person'],
    ['app_user', 'bot'],
    ['team', 'unknown'],
  ])('an account of the type %s is a %s', async (type, kind) => {
    expect((await pullWith({ author: { ...ada, type } })).author?.kind).toBe(kind);
  });

  test.each<[string, unknown[]]>([
    ['an author without an account', [bitbucketCommitBody(HEAD, null)]],
    ['no commits', []],
    ['a co-author', [bitbucketCommitBody(HEAD, ada, 'Sell\n\nCo-authored-by: Eve <eve@acme.example>')]],
  ])('%s: not all contributors are known', async (_name, values) => {
    expect((await requestWith({ [PATHS.commits]: { body: { values } } })).contributorsComplete).toBe(false);
  });
});

describe('lists', () => {
  const page = (number: number): string => `${PATHS.commits}&page=${number}`;
  const answer = (author: unknown, next?: string): CannedAnswer => ({
    body: { values: [bitbucketCommitBody(HEAD, author)], ...(next === undefined ? {} : { next: `{origin}${next}` }) },
  });

  test('go on to the next page', async () => {
    const request = await requestWith({ [PATHS.commits]: answer(ada, page(2)), [page(2)]: answer(bob) });
    expect(request.contributors.map(({ login }) => login)).toEqual(['ada', 'bob']);
    expect(request.contributorsComplete).toBe(true);
  });

  test.each<[string, CannedAnswers]>([
    ['whose next page is not there', { [PATHS.commits]: answer(ada, page(2)) }],
    ['that go in a circle', { [PATHS.commits]: answer(ada, page(2)), [page(2)]: answer(ada, page(2)) }],
    ['whose next page is outside of the API', { [PATHS.commits]: answer(ada, '/other'), '/other': answer(ada) }],
    ['whose next page climbs out of the API', { [PATHS.commits]: answer(ada, '/2.0/../other'), '/other': answer(ada) }],
    [
      'that have more pages than are read',
      Object.fromEntries(
        Array.from({ length: 11 }, (_, index) => [
          index === 0 ? PATHS.commits : page(index + 1),
          answer(ada, index === 10 ? undefined : page(index + 2)),
        ]),
      ),
    ],
  ])('%s are not taken for whole', async (_name, others) => {
    const { api, server } = await world(others);
    const { reviews } = valueOf(await api.fetchCommit({ path: 'acme/shop', commit: MERGED }));
    expect(valueOf(reviews)[0]?.contributorsComplete).toBe(false);
    expect(server.requests.filter(({ path }) => path === '/other')).toEqual([]);
  });

  test('whose next page is on another host are not followed there', async () => {
    const elsewhere = closedAfterTest(await startBitbucket({ [page(2)]: answer(ada) }));
    const next = { values: [bitbucketCommitBody(HEAD, ada)], next: `http://${elsewhere.host}${page(2)}` };
    const request = await requestWith({ [PATHS.commits]: { body: next }, [page(2)]: answer(ada) });
    expect(request.contributorsComplete).toBe(false);
    expect(elsewhere.requests).toEqual([]);
  });

  test('of ten pages are whole', async () => {
    const pages = Array.from({ length: 10 }, (_, index) => [
      index === 0 ? PATHS.commits : page(index + 1),
      answer(ada, index === 9 ? undefined : page(index + 2)),
    ]);
    expect((await requestWith(Object.fromEntries(pages) as CannedAnswers)).contributorsComplete).toBe(true);
  });
});

describe('groups and accounts', () => {
  test('groups are not told', async () => {
    const { api, server } = await world();
    expect(gist(await api.fetchTeam('acme/payments'))).toBe('UNSUPPORTED');
    expect(server.requests).toEqual([]);
  });

  test('an account is found by its id', async () => {
    const { api } = await world();
    expect(valueOf(await api.fetchAccount('557058:11111111-0000-0000-0000-000000000000'))).toEqual(adaAccount);
    expect(gist(await api.fetchAccount('0'.repeat(24)))).toBe('noSuchAccount');
  });

  test('an account is not found by a name, which is not that there is none', async () => {
    const { api, server } = await world();
    expect(gist(await api.fetchAccount('ada'))).toBe('UNSUPPORTED');
    expect(server.requests).toEqual([]);
  });
});

test('Data Center is refused by name, and not asked', async () => {
  const { api, server } = await world({}, 'bitbucketDataCenter');
  const outcomes = [
    await api.fetchCommit({ path: 'acme/shop', commit: MERGED }),
    await api.fetchTeam('acme/payments'),
    await api.fetchAccount('ada'),
  ];
  expect(outcomes.map(gist)).toEqual(['UNSUPPORTED', 'UNSUPPORTED', 'UNSUPPORTED']);
  expect(errorOf(outcomes[0]!).message).toContain('Bitbucket Data Center');
  expect(server.requests).toEqual([]);
});

describe('a second time', () => {
  const HOUR_MS = 3_600_000;
  async function asked(others: CannedAnswers, laterMs: number): Promise<readonly string[]> {
    const server = closedAfterTest(await startBitbucket(others));
    const forge = { kind: 'bitbucketCloud', host: 'bitbucket.org', api: '2.0', server } as const;
    const { client, advance } = await rememberingClientFor(forge);
    const api = bitbucketForge(client);
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
    expect((await asked({}, 23 * HOUR_MS)).toSorted()).toEqual([PATHS.repository].toSorted());
  });

  test('what is not merged is asked for again', async () => {
    const open = {
      [PATHS.pulls]: { body: { values: [{ id: 12, state: 'OPEN' }] } },
      [PATHS.pull]: { body: { ...PULL, state: 'OPEN' } },
    };
    expect((await asked(open, 120_000)).toSorted()).toEqual([PATHS.commits, PATHS.pull, PATHS.pulls].toSorted());
  });
});

describe('hostile answers', () => {
  test.each([
    [{ nickname: '\u001b[31mada', account_id: 'ada-1' }, 'ada-1'],
    [{ nickname: '', account_id: null, uuid: '{1}' }, '{1}'],
    [{ nickname: 'a'.repeat(256), account_id: 'ada-1' }, 'ada-1'],
    [{ nickname: null, account_id: null, uuid: null }, undefined],
  ])('an account with %j is %s', async (names, login) => {
    expect((await pullWith({ author: user('ada', names) })).author?.login).toBe(login);
  });

  test('addresses that are none are left out', async () => {
    const links = { html: { href: 'javascript:alert(1)' } };
    const commit = await commitWith({
      [PATHS.repository]: { body: { ...REPOSITORY, links } },
      [PATHS.commit]: { body: { ...bitbucketCommitBody(MERGED, ada), links } },
      [PATHS.pull]: { body: { ...PULL, links } },
    });
    expect([commit.repository.url, commit.url]).toEqual(['https://bitbucket.org/acme/shop', undefined]);
    expect(valueOf(commit.reviews)[0]?.url).toBe('');
  });

  test('whatever stands in an answer, there is an outcome', async () => {
    const paths = [PATHS.repository, PATHS.commit, PATHS.pull];
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, '', '\u0000', [], {}));
    const altered = fc.constantFrom(...paths).chain((path) => {
      const body = ANSWERS[path]?.body as object;
      return fc
        .tuple(fc.constantFrom(...Object.keys(body)), values)
        .map(([key, value]) => ({ [path]: { body: { ...body, [key]: value } } }));
    });
    await fc.assert(
      fc.asyncProperty(altered, async (others) => {
        expect(['found', 'MALFORMED']).toContain(gist(await ask(others)));
      }),
      { numRuns: 60 },
    );
  });
});
