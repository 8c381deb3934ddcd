import { parse, validate } from 'graphql';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMIT_QUERY, TEAM_QUERY } from '../../../../src/adapters/scm/github-query.ts';
import { githubSchema } from '../../../support/forge-server-graphql.ts';
import { COMMIT, errorOf, forgeAt, NOW, openForges, OTHER_COMMIT, valueOf, startClock } from './code-forge-world.ts';
import { ask, askFor, branch, commit, HEAD, refuse, repository, startGithub, TOKEN } from './github-world.ts';

beforeEach(startClock);

describe('a commit, with a token', () => {
  test.each([
    ['commits', COMMIT_QUERY],
    ['teams', TEAM_QUERY],
  ])('the query about %s is one of GitHub’s published schema', (_, query) => {
    expect(validate(githubSchema(), parse(query)).map(String)).toEqual([]);
  });

  test('is told in one question', async () => {
    const server = await startGithub({
      repository: ({ owner, name }: { owner: string; name: string }) =>
        owner === 'acme' && name === 'shop' ? repository : null,
    });
    const { forges } = openForges({ token: TOKEN });
    const outcome = await forges.fetchCommit({ forge: forgeAt(server, 'github'), path: 'acme/shop', commit: COMMIT });
    const person = { login: 'ada', kind: 'person' };
    expect(outcome).toEqual({
      kind: 'found',
      asOf: NOW,
      value: {
        commit: COMMIT,
        url: `https://github.com/acme/shop/commit/${COMMIT}`,
        repository: {
          path: 'acme/shop',
          url: 'https://github.com/acme/shop',
          id: '77',
          visibility: 'public',
          isArchived: false,
          isFork: false,
          defaultBranch: 'main',
        },
        author: { name: 'Ada L', email: 'ada@acme.example', account: { ...person, name: 'Ada L' } },
        committer: { name: 'GitHub', email: 'noreply@github.com', account: { login: 'web-flow', kind: 'person' } },
        authors: [
          { ...person, name: 'Ada L' },
          { login: 'bob', kind: 'person', name: 'Bob' },
        ],
        onDefaultBranch: { kind: 'found', value: true },
        signature: {
          kind: 'found',
          value: {
            isValid: true,
            reason: 'valid',
            kind: 'openpgp',
            key: 'B5690EEEBB952194',
            signer: 'web-flow',
            isByForge: true,
            verifiedAt: '2026-11-20T10:00:05Z',
          },
        },
        reviews: {
          kind: 'found',
          value: [
            {
              label: '#12',
              url: 'https://github.com/acme/shop/pull/12',
              title: 'Add a basket',
              state: 'merged',
              author: person,
              mergedBy: { login: 'bob', kind: 'person' },
              mergedAt: '2026-11-20T10:00:00Z',
              mergeCommit: COMMIT,
              headCommit: HEAD,
              baseBranch: 'main',
              opinions: {
                kind: 'found',
                value: [
                  {
                    state: 'approved',
                    by: { login: 'bob', kind: 'person' },
                    commit: HEAD,
                    at: '2026-11-19T08:00:00Z',
                    onBehalfOf: ['acme/payments'],
                    counts: true,
                  },
                ],
              },
              contributors: [person],
              contributorsComplete: true,
            },
          ],
        },
        branchRules: {
          kind: 'found',
          value: {
            branch: 'main',
            approvalsRequired: 2,
            codeOwnersRequired: true,
            signaturesRequired: false,
            dismissesStale: true,
            allowsForcePush: false,
          },
        },
        codeownersErrors: [{ line: 3, kind: 'Unknown owner', message: 'Unknown owner on line 3', path: 'CODEOWNERS' }],
      },
    });
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /graphql']);
  });

  test('of a repository that was renamed names it as it is called now', async () => {
    const told = valueOf(await ask({ ...repository, nameWithOwner: 'acme/store' }));
    expect(told.repository.path).toBe('acme/store');
  });

  test.each([
    ['of a repository that is not there, or may not be seen', null, 'noSuchRepository'],
    ['that is not there', { ...repository, object: null }, 'noSuchCommit'],
    ['that is a tree', { ...repository, object: { __typename: 'Tree' } }, 'noSuchCommit'],
    ['of an empty repository', { ...repository, defaultBranchRef: null, object: null }, 'noSuchCommit'],
  ])('%s is absent', async (_, answer, reason) => {
    expect(await ask(answer)).toEqual({ kind: 'absent', reason, asOf: NOW });
  });

  test('of a repository that GitHub says it does not know is absent', async () => {
    const answer = refuse('NOT_FOUND', "Could not resolve to a Repository with the name 'acme/shop'.");
    expect(await ask(answer)).toMatchObject({ kind: 'absent', reason: 'noSuchRepository' });
  });

  test('that is another than the one asked for is no answer', async () => {
    const error = errorOf(await ask({ ...repository, object: { ...commit, oid: OTHER_COMMIT } }));
    expect(error).toMatchObject({ code: 'MALFORMED', expected: COMMIT, got: OTHER_COMMIT });
  });

  test.each([
    ['BEHIND', true],
    ['IDENTICAL', true],
    ['AHEAD', false],
    ['DIVERGED', false],
  ])('seen from which the default branch is %s', async (status, value) => {
    const told = valueOf(await ask({ ...repository, defaultBranchRef: { ...branch, compare: { status } } }));
    expect(told.onDefaultBranch).toEqual({ kind: 'found', value });
  });

  test('that cannot be compared is not said to be elsewhere', async () => {
    const told = valueOf(await ask({ ...repository, defaultBranchRef: { ...branch, compare: null } }));
    expect(errorOf(told.onDefaultBranch).code).toBe('NOT_READABLE');
  });

  test.each([
    ['SshSignature', { keyFingerprint: 'SHA256:abc' }, { kind: 'ssh', key: 'SHA256:abc' }],
    ['SmimeSignature', {}, { kind: 'x509' }],
    ['UnknownSignature', {}, { kind: 'unknown' }],
  ])('with a %s', async (type, key, expected) => {
    const bad = { isValid: false, state: 'UNVERIFIED_EMAIL', wasSignedByGitHub: false, verifiedAt: null, signer: null };
    const { signature } = await askFor({ signature: { __typename: type, ...bad, ...key } });
    expect(valueOf(signature)).toEqual({ isValid: false, reason: 'unverified_email', isByForge: false, ...expected });
  });

  test('without a signature, pull request or rules has none', async () => {
    const told = valueOf(
      await ask({
        ...repository,
        defaultBranchRef: { ...branch, refUpdateRule: null, rules: { nodes: [] } },
        codeowners: null,
        object: { ...commit, signature: null, associatedPullRequests: { nodes: [] } },
      }),
    );
    expect(told.signature).toEqual({ kind: 'absent', reason: 'unsigned' });
    expect(told.reviews).toEqual({ kind: 'absent', reason: 'noReviewRequest' });
    expect(told.branchRules).toEqual({ kind: 'absent', reason: 'noRules' });
    expect(told.codeownersErrors).toEqual([]);
  });
});
