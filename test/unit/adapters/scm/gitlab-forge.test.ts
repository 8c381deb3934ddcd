import { beforeEach, describe, expect, test } from 'vitest';
import type { ForgeToken } from '../../../../src/adapters/scm/forge-tokens.ts';
import type { ForgeCommit } from '../../../../src/core/model/forge.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import type { ApiOptions } from '../../../support/forge-server-api.ts';
import { startApi } from '../../../support/forge-server-api.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { COMMIT, NOW, OTHER_COMMIT, errorOf, forgeAt, openForges, startClock, valueOf } from './code-forge-world.ts';
import { opened } from './forge-world.ts';

const TOKEN = { token: 'glpat-x', source: 'GITLAB_TOKEN' };
const HEAD = '1111111111111111111111111111111111111111';
const AT = '/api/v4/projects/7';
const PROJECT = '/api/v4/projects/group%2Fsub%2Fshop';
const ada = { id: 1, username: 'ada', name: 'Ada L' };
const bob = { id: 2, username: 'bob', name: 'Bob' };

const whole: ApiOptions['routes'] = {
  [PROJECT]: {
    body: {
      id: 7,
      path_with_namespace: 'group/sub/shop',
      web_url: 'https://gitlab.com/group/sub/shop',
      visibility: 'internal',
      archived: false,
      default_branch: 'main',
    },
  },
  [`${AT}/repository/commits/${COMMIT}`]: {
    body: {
      id: COMMIT,
      web_url: `https://gitlab.com/group/sub/shop/-/commit/${COMMIT}`,
      author_name: 'Ada L',
      author_email: 'ada@acme.example',
      committer_name: 'Ada L',
      committer_email: 'ada@acme.example',
    },
  },
  [`${AT}/repository/commits/${COMMIT}/refs`]: { body: [{ type: 'branch', name: 'main' }] },
  [`${AT}/repository/commits/${COMMIT}/signature`]: {
    body: { signature_type: 'SSH', verification_status: 'verified', key: { title: 'laptop', key: 'ssh-ed25519 AAAA' } },
  },
  [`${AT}/repository/commits/${COMMIT}/merge_requests`]: {
    body: [
      {
        iid: 12,
        web_url: 'https://gitlab.com/group/sub/shop/-/merge_requests/12',
        title: 'Add a basket',
        state: 'merged',
        author: ada,
        merge_user: bob,
        merged_at: '2026-11-20T11:00:00.000+01:00',
        merge_commit_sha: OTHER_COMMIT,
        squash_commit_sha: COMMIT,
        sha: HEAD,
        target_branch: 'main',
      },
    ],
  },
  [`${AT}/merge_requests/12/approvals`]: {
    body: { approvals_required: 1, approvals_left: 0, approved_by: [{ user: bob }] },
    isPrivate: true,
  },
  [`${AT}/protected_branches/main`]: {
    body: { name: 'main', allow_force_push: false, code_owner_approval_required: true },
    isPrivate: true,
  },
  '/api/v4/users/2': { body: { ...bob, bot: false, public_email: 'bob@acme.example' } },
};

async function startGitlab(routes: ApiOptions['routes'], authorization = 'Bearer glpat-x'): Promise<TestServer> {
  return opened(await startApi({ routes, authorization }));
}

const at = (server: TestServer) => ({ ...forgeAt(server, 'gitlab'), apiUrl: `http://${server.host}/api/v4` });

async function ask(
  routes: ApiOptions['routes'] = {},
  token: ForgeToken | undefined = TOKEN,
): Promise<Outcome<ForgeCommit, string>> {
  const server = await startGitlab({ ...whole, ...routes });
  return openForges({ token }).forges.fetchCommit({ forge: at(server), path: 'group/sub/shop', commit: COMMIT });
}

beforeEach(startClock);

describe('a commit', () => {
  test('is told with its merge request, approvals, signature and branch', async () => {
    const outcome = await ask();
    expect(outcome).toEqual({
      kind: 'found',
      asOf: NOW,
      value: {
        commit: COMMIT,
        url: `https://gitlab.com/group/sub/shop/-/commit/${COMMIT}`,
        repository: {
          path: 'group/sub/shop',
          url: 'https://gitlab.com/group/sub/shop',
          id: '7',
          visibility: 'internal',
          isArchived: false,
          isFork: false,
          defaultBranch: 'main',
        },
        author: { name: 'Ada L', email: 'ada@acme.example' },
        committer: { name: 'Ada L', email: 'ada@acme.example' },
        authors: [],
        onDefaultBranch: { kind: 'found', value: true, asOf: NOW },
        signature: {
          kind: 'found',
          asOf: NOW,
          value: { isValid: true, reason: 'verified', kind: 'ssh', key: 'ssh-ed25519 AAAA', isByForge: false },
        },
        reviews: {
          kind: 'found',
          asOf: NOW,
          value: [
            {
              label: '!12',
              url: 'https://gitlab.com/group/sub/shop/-/merge_requests/12',
              title: 'Add a basket',
              state: 'merged',
              author: { login: 'ada', kind: 'unknown', name: 'Ada L' },
              mergedBy: { login: 'bob', kind: 'unknown', name: 'Bob' },
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
                    by: { login: 'bob', kind: 'person', name: 'Bob', email: 'bob@acme.example' },
                    onBehalfOf: [],
                  },
                ],
              },
              contributors: [{ login: 'ada', kind: 'unknown', name: 'Ada L' }],
              contributorsComplete: false,
            },
          ],
        },
        branchRules: {
          kind: 'found',
          asOf: NOW,
          value: { branch: 'main', codeOwnersRequired: true, allowsForcePush: false },
        },
        codeownersErrors: [],
      },
    });
  });

  test('without a token lacks what GitLab tells nobody, and says so without asking', async () => {
    const server = await startGitlab(whole);
    const { forges } = openForges();
    const told = valueOf(await forges.fetchCommit({ forge: at(server), path: 'group/sub/shop', commit: COMMIT }));
    for (const part of [told.branchRules, valueOf(told.reviews)[0]!.opinions])
      expect(errorOf(part)).toMatchObject({ code: 'UNAUTHORISED', hint: expect.stringContaining('GITLAB_TOKEN') });
    expect(told.signature.kind).toBe('found');
    expect(server.requests.some(({ path }) => /approvals|protected/.test(path))).toBe(false);
  });

  test.each<[string, ApiOptions['routes'], string]>([
    ['of a project that is not there', { [PROJECT]: { status: 404 } }, 'noSuchRepository'],
    ['that is not there', { [`${AT}/repository/commits/${COMMIT}`]: { status: 404 } }, 'noSuchCommit'],
  ])('%s is absent', async (_, routes, reason) => {
    expect(await ask(routes)).toEqual({ kind: 'absent', reason, asOf: NOW });
  });

  test('that is unsigned, unreviewed, unprotected and on no default branch', async () => {
    const none = { status: 404 };
    const told = valueOf(
      await ask({
        [`${AT}/repository/commits/${COMMIT}/signature`]: none,
        [`${AT}/repository/commits/${COMMIT}/merge_requests`]: { body: [] },
        [`${AT}/repository/commits/${COMMIT}/refs`]: { body: [{ type: 'branch', name: 'next' }] },
        [`${AT}/protected_branches/main`]: none,
      }),
    );
    expect(told).toMatchObject({
      signature: { kind: 'absent', reason: 'unsigned' },
      reviews: { kind: 'absent', reason: 'noReviewRequest' },
      onDefaultBranch: { kind: 'found', value: false },
      branchRules: { kind: 'absent', reason: 'noRules' },
    });
  });

  test('is looked for on all pages of branches', async () => {
    const refs = `${AT}/repository/commits/${COMMIT}/refs?type=branch&per_page=100&page=`;
    const page = Array.from({ length: 100 }, (_, index) => ({ name: `b${index}` }));
    const onSecond = valueOf(await ask({ [`${refs}1`]: { body: page }, [`${refs}2`]: { body: [{ name: 'main' }] } }));
    expect(valueOf(onSecond.onDefaultBranch)).toBe(true);
    const tooMany = valueOf(await ask({ [`${AT}/repository/commits/${COMMIT}/refs`]: { body: page } }));
    expect(errorOf(tooMany.onDefaultBranch).code).toBe('TOO_LARGE');
  });

  test.each<[object, object]>([
    [
      {
        signature_type: 'PGP',
        verification_status: 'unknown_key',
        gpg_key_primary_keyid: '8254AAB3',
        gpg_key_user_name: 'Ada',
      },
      { isValid: false, reason: 'unknown_key', kind: 'openpgp', key: '8254AAB3', signer: 'Ada', isByForge: false },
    ],
    [
      {
        signature_type: 'X509',
        verification_status: 'unverified',
        x509_certificate: { subject: 'CN=ada', serial_number: '278969561018901340486471282831158785578' },
      },
      {
        isValid: false,
        reason: 'unverified',
        kind: 'x509',
        key: '278969561018901340486471282831158785578',
        signer: 'CN=ada',
        isByForge: false,
      },
    ],
    [
      { signature_type: 'SSH', verification_status: 'verified_system', key: null },
      { isValid: true, reason: 'verified_system', kind: 'ssh', isByForge: true },
    ],
  ])('with the signature %o', async (body, value) => {
    const told = valueOf(await ask({ [`${AT}/repository/commits/${COMMIT}/signature`]: { body } }));
    expect(valueOf(told.signature)).toEqual(value);
  });

  test.each([401, 403, 500])('whose approvals are answered with %i keeps the rest', async (status) => {
    const told = valueOf(await ask({ [`${AT}/merge_requests/12/approvals`]: { status } }));
    expect(valueOf(told.reviews)[0]!.opinions.kind).toBe('failed');
    expect(told.onDefaultBranch).toMatchObject({ kind: 'found', value: true });
  });

  test('approved by an account that tells nothing of itself: known by its name', async () => {
    const user = { id: 9, username: 'project_7_bot_ab12', name: 'ci' };
    const told = valueOf(await ask({ [`${AT}/merge_requests/12/approvals`]: { body: { approved_by: [{ user }] } } }));
    expect(valueOf(valueOf(told.reviews)[0]!.opinions)).toMatchObject([{ by: { kind: 'bot' } }]);
  });
});

describe('the token of a job', () => {
  const job = { token: 'job-secret', source: 'CI_JOB_TOKEN', username: 'gitlab-ci-token' };

  test('goes in a header of its own, and what refuses it is asked without', async () => {
    const routes: ApiOptions['routes'] = Object.fromEntries(
      Object.entries(whole).map(([path, answer]) => [
        path,
        (request) =>
          path !== PROJECT && request.headers['job-token'] !== undefined
            ? { status: 403 }
            : typeof answer === 'function'
              ? answer(request)
              : { ...answer, isPrivate: false },
      ]),
    );
    const server = await startGitlab(routes);
    const { forges } = openForges({ token: job });
    const outcome = await forges.fetchCommit({ forge: at(server), path: 'group/sub/shop', commit: COMMIT });
    expect(valueOf(outcome).signature.kind).toBe('found');
    expect(server.requests[0]!.headers['job-token']).toBe('job-secret');
    expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });
});

describe('people', () => {
  test('of a group are its direct members', async () => {
    const server = await startGitlab({
      '/api/v4/groups/acme%2Fpay': {
        body: { full_path: 'acme/pay', name: 'Pay', web_url: 'https://gitlab.com/groups/acme/pay' },
      },
      '/api/v4/groups/acme%2Fpay/members': { body: [ada, bob] },
    });
    const { forges } = openForges({ token: TOKEN });
    expect(await forges.fetchTeam(at(server), 'acme/pay')).toEqual({
      kind: 'found',
      asOf: NOW,
      value: {
        path: 'acme/pay',
        name: 'Pay',
        url: 'https://gitlab.com/groups/acme/pay',
        parent: 'acme',
        members: [
          { login: 'ada', kind: 'unknown', name: 'Ada L' },
          { login: 'bob', kind: 'unknown', name: 'Bob' },
        ],
        membersTotal: 2,
      },
    });
    expect(await forges.fetchTeam(at(server), 'acme/none')).toMatchObject({ kind: 'absent', reason: 'noSuchTeam' });
  });

  test('one by one, by a name in whichever case', async () => {
    const server = await startGitlab({
      '/api/v4/users?username=BOB': { body: [bob] },
      '/api/v4/users?username=nobody': { body: [] },
      '/api/v4/users/2': { body: { ...bob, bot: true } },
    });
    const { forges } = openForges({ token: TOKEN });
    expect(valueOf(await forges.fetchAccount(at(server), 'BOB'))).toEqual({ login: 'bob', kind: 'bot', name: 'Bob' });
    expect(await forges.fetchAccount(at(server), 'nobody')).toMatchObject({ reason: 'noSuchAccount' });
  });
});
