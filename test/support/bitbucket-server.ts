import type { CannedAnswers } from './canned-server.ts';
import { startCanned } from './canned-server.ts';
import type { TestServer } from './http-server.ts';

// Shapes as in the documentation of Bitbucket Cloud's REST API 2.0, without most of what provtrace does not use.

export const MERGED = 'c0'.repeat(20);
export const HEAD = 'd1'.repeat(20);
const ROOT = '/2.0/repositories/acme/shop';

export function user(nickname: string, more: Record<string, unknown> = {}) {
  return {
    type: 'user',
    uuid: `{${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}}`,
    account_id: '5b10a2844c20165700ede21g',
    nickname,
    display_name: nickname.toUpperCase(),
    ...more,
  };
}

export const ada = user('ada');
export const bob = user('bob');

export function bitbucketCommitBody(hash: string, author: unknown, message = 'Sell more') {
  return {
    type: 'commit',
    hash,
    date: '2026-11-01T10:00:00+00:00',
    message,
    links: { html: { href: `https://bitbucket.org/acme/shop/commits/${hash}` } },
    author: { type: 'author', raw: 'Ada Lovelace <ada@acme.example>', user: author },
  };
}

export const PATHS = {
  repository: ROOT,
  commit: `${ROOT}/commit/${MERGED}`,
  pulls: `${ROOT}/commit/${MERGED}/pullrequests`,
  pull: `${ROOT}/pullrequests/12`,
  commits: `${ROOT}/pullrequests/12/commits?pagelen=100`,
  membership: `${ROOT}/commits?include=${MERGED}&exclude=main&pagelen=1`,
} as const;

export const REPOSITORY = {
  type: 'repository',
  uuid: '{11111111-0000-0000-0000-000000000000}',
  full_name: 'acme/shop',
  is_private: true,
  links: { html: { href: 'https://bitbucket.org/acme/shop' } },
  parent: null,
  mainbranch: { type: 'branch', name: 'main' },
};

export const APPROVAL = {
  type: 'participant',
  user: bob,
  role: 'REVIEWER',
  approved: true,
  state: 'approved',
  participated_on: '2026-11-01T09:00:00.123456+00:00',
};

export const PULL = {
  type: 'pullrequest',
  id: 12,
  title: 'Sell more',
  state: 'MERGED',
  links: { html: { href: 'https://bitbucket.org/acme/shop/pull-requests/12' } },
  author: ada,
  closed_by: bob,
  merge_commit: { type: 'commit', hash: MERGED.slice(0, 12) },
  source: { branch: { name: 'topic' }, commit: { hash: HEAD.slice(0, 12) } },
  destination: { branch: { name: 'main' } },
  participants: [APPROVAL],
};

/** ada's pull request, merged by bob, who approved it. */
export const ANSWERS: CannedAnswers = {
  [PATHS.repository]: { body: REPOSITORY },
  [PATHS.commit]: { body: bitbucketCommitBody(MERGED, ada) },
  [PATHS.pulls]: { body: { pagelen: 30, values: [{ type: 'pullrequest', id: 12, state: 'MERGED' }] } },
  [PATHS.pull]: { body: PULL },
  [PATHS.commits]: { body: { pagelen: 100, values: [bitbucketCommitBody(HEAD, ada)] } },
  [PATHS.membership]: { body: { pagelen: 1, values: [] } },
  '/2.0/users/557058%3A11111111-0000-0000-0000-000000000000': { body: ada },
};

/** That world, with other answers at some addresses. */
export async function startBitbucket(others: CannedAnswers = {}): Promise<TestServer> {
  return startCanned({ ...ANSWERS, ...others });
}
