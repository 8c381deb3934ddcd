import { beforeEach, describe, expect, test } from 'vitest';
import { COMMIT, errorOf, forgeAt, openForges, OTHER_COMMIT, valueOf, startClock } from './code-forge-world.ts';
import {
  approval,
  ask,
  askFor,
  bob,
  branch,
  byAda,
  commit,
  pull,
  refuse,
  repository,
  requestsFor,
  startGithub,
  TOKEN,
  web,
} from './github-world.ts';

beforeEach(startClock);

describe('pull requests', () => {
  const open = { ...pull, number: 13, state: 'OPEN', mergedAt: null, mergedBy: null, mergeCommit: null };
  const closed = { ...open, number: 14, state: 'CLOSED' };
  const elsewhere = { ...pull, number: 15, mergeCommit: { oid: OTHER_COMMIT } };

  test.each([
    ['the merged before the open', [open, elsewhere], ['#15']],
    ['the one whose merge made the commit before others', [elsewhere, pull], ['#12']],
    ['all that are open where none was merged', [open, closed, { ...open, number: 16 }], ['#13', '#16']],
  ])('%s', async (_, pulls, labels) => {
    expect(valueOf(await requestsFor(...pulls)).map(({ label }) => label)).toEqual(labels);
  });

  test('that were only closed are none', async () => {
    expect(await requestsFor(closed)).toEqual({ kind: 'absent', reason: 'noReviewRequest' });
  });

  test('keep the opinion of an account that is gone, without a name', async () => {
    const reviews = { totalCount: 1, nodes: [{ ...approval, author: null, commit: { oid: OTHER_COMMIT } }] };
    const [request] = valueOf(await requestsFor({ ...pull, latestOpinionatedReviews: reviews }));
    expect(valueOf(request!.opinions)).toMatchObject([{ state: 'approved', commit: OTHER_COMMIT }]);
    expect(valueOf(request!.opinions)[0]).not.toHaveProperty('by');
  });

  test('tell machines from people', async () => {
    const bot = { __typename: 'Bot', login: 'renovate' };
    const [request] = valueOf(await requestsFor({ ...pull, author: bot, mergedBy: { ...bot, login: 'mergify' } }));
    expect(request).toMatchObject({
      author: { login: 'renovate', kind: 'bot' },
      mergedBy: { login: 'mergify', kind: 'bot' },
    });
  });

  test('with more reviewers than are listed have failed opinions: the missing one may have objected', async () => {
    const [request] = valueOf(
      await requestsFor({ ...pull, latestOpinionatedReviews: { totalCount: 51, nodes: [approval] } }),
    );
    expect(errorOf(request!.opinions)).toMatchObject({ code: 'TOO_LARGE', got: '51' });
  });

  test.each([
    ['there are more commits than are listed', { totalCount: 101, nodes: pull.commits.nodes }],
    [
      'an author has no account',
      {
        totalCount: 1,
        nodes: [{ commit: { authors: { nodes: [{ ...byAda, user: null }] }, committer: web } }],
      },
    ],
    ['none is listed', { totalCount: 0, nodes: [] }],
    ['one names no author', { totalCount: 1, nodes: [{ commit: { authors: { nodes: [] }, committer: web } }] }],
  ])('do not say that all contributors are known where %s', async (_, commits) => {
    const [request] = valueOf(await requestsFor({ ...pull, commits }));
    expect(request!.contributorsComplete).toBe(false);
  });

  test('count who wrote with another, and who committed', async () => {
    const carol = { login: 'carol' };
    const commits = {
      totalCount: 1,
      nodes: [
        {
          commit: {
            authors: { nodes: [byAda, { email: 'b@x.example', user: bob }] },
            committer: { email: 'c@x.example', user: carol },
          },
        },
      ],
    };
    const [request] = valueOf(await requestsFor({ ...pull, commits }));
    expect(request!.contributors.map(({ login }) => login)).toEqual(['ada', 'bob', 'carol']);
    expect(request!.contributorsComplete).toBe(true);
  });

  test('whose author has a login that is none are without author', async () => {
    const [request] = valueOf(await requestsFor({ ...pull, author: { __typename: 'User', login: 'a\u001b[31mb' } }));
    expect(request).not.toHaveProperty('author');
    expect(request!.contributorsComplete).toBe(false);
  });
});

describe('what is refused', () => {
  test('in a part costs that part alone, and is asked for again', async () => {
    const server = await startGithub({
      repository: {
        ...repository,
        defaultBranchRef: { ...branch, rules: refuse('FORBIDDEN') },
        object: { ...commit, signature: refuse('FORBIDDEN') },
      },
    });
    const { forges } = openForges({ token: TOKEN });
    const question = { forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT };
    const told = valueOf(await forges.fetchCommit(question));
    expect(errorOf(told.branchRules)).toMatchObject({
      code: 'FORBIDDEN',
      got: 'Resource not accessible by personal access token',
      hint: 'the token needs the permissions contents: read and pull requests: read',
    });
    expect(errorOf(told.signature).code).toBe('FORBIDDEN');
    expect(told.onDefaultBranch).toEqual({ kind: 'found', value: true });
    expect(valueOf(told.reviews)).toHaveLength(1);
    await forges.fetchCommit(question);
    expect(server.requests).toHaveLength(2);
  });

  test('above a part costs what is below it', async () => {
    const told = valueOf(await ask({ ...repository, defaultBranchRef: refuse('FORBIDDEN') }));
    expect(errorOf(told.branchRules).code).toBe('FORBIDDEN');
    expect(errorOf(told.onDefaultBranch).code).toBe('FORBIDDEN');
  });

  test.each([
    ['reviews', { associatedPullRequests: refuse('FORBIDDEN') }],
    ['opinions', { associatedPullRequests: { nodes: [{ ...pull, latestOpinionatedReviews: refuse('FORBIDDEN') }] } }],
  ])('of the %s is not read as there being none', async (_, part) => {
    const { reviews } = await askFor(part);
    const error = reviews.kind === 'found' ? errorOf(reviews.value[0]!.opinions) : errorOf(reviews);
    expect(error.code).toBe('FORBIDDEN');
  });

  test.each([
    ['FORBIDDEN', 'Resource protected by organization SAML enforcement.', 'FORBIDDEN', /single sign-on/],
    ['RATE_LIMITED', 'API rate limit exceeded', 'RATE_LIMITED', /hour/],
    ['FORBIDDEN', 'Although you appear to have the correct authorization', 'FORBIDDEN', /contents: read/],
    ['INTERNAL', 'Something went wrong while executing your query', 'SERVER_ERROR', /later/],
  ])('of all: %s %s', async (type, message, code, hint) => {
    const error = errorOf(await ask(refuse(type, message)));
    expect(error).toMatchObject({ code, got: message, hint: expect.stringMatching(hint) });
  });

  test('by a server that does not know a field is asked by REST', async () => {
    const old = {
      body: { errors: [{ message: "Field 'rules' doesn't exist", extensions: { code: 'undefinedField' } }] },
    };
    expect(await ask(repository, { '/graphql': old })).toMatchObject({ kind: 'absent', reason: 'noSuchRepository' });
  });
});
