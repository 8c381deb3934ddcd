import type { CannedAnswer, CannedAnswers } from './canned-server.ts';
import { startCanned } from './canned-server.ts';
import type { TestServer } from './http-server.ts';

// Shapes as in Gitea's API documentation (1.22), with what provtrace does not use left in where it is short.

export const MERGED = 'c0'.repeat(20);
export const HEAD = 'd1'.repeat(20);
const ROOT = '/api/v1/repos/acme/shop';

export function user(id: number, login: string, email = `${login}@acme.example`) {
  return { id, login, login_name: '', full_name: login.toUpperCase(), email, is_admin: false, username: login };
}

export const ada = user(1, 'ada');
export const bob = user(2, 'bob');
export const ghost = user(-1, 'Ghost');

type GiteaTestUser = ReturnType<typeof user>;

export function giteaCommitBody(sha: string, author: GiteaTestUser | null, more: Record<string, unknown> = {}) {
  const identity = { name: author?.login ?? 'Somebody', email: author?.email ?? 'some@home.example' };
  const { commit, ...rest } = more;
  return {
    url: `https://git.acme.example${ROOT}/git/commits/${sha}`,
    sha,
    created: '2026-11-01T10:00:00Z',
    html_url: `https://git.acme.example/acme/shop/commit/${sha}`,
    commit: {
      message: 'Sell more (#12)',
      author: { ...identity, date: '2026-11-01T10:00:00Z' },
      committer: { ...identity, date: '2026-11-01T10:00:00Z' },
      verification: {
        verified: false,
        reason: 'gpg.error.not_signed_commit',
        signature: '',
        signer: null,
        payload: '',
      },
      ...(commit as object | undefined),
    },
    author,
    committer: author,
    parents: [],
    ...rest,
  };
}

export function reviewBody(by: GiteaTestUser | null, state: string, more: Record<string, unknown> = {}) {
  return {
    id: 7,
    user: by,
    team: null,
    state,
    body: '',
    commit_id: HEAD,
    stale: false,
    official: true,
    dismissed: false,
    submitted_at: '2026-11-01T11:00:00+02:00',
    ...more,
  };
}

/** One page of a list, and what was asked for it. */
export function pageAt(path: string, body: unknown, page = 1, limit = 50): CannedAnswers {
  return { [`${path}${path.includes('?') ? '&' : '?'}page=${page}&limit=${limit}`]: { body } };
}

export const PATHS = {
  repository: ROOT,
  commit: `${ROOT}/git/commits/${MERGED}?stat=false&files=false`,
  pull: `${ROOT}/commits/${MERGED}/pull`,
  reviews: `${ROOT}/pulls/12/reviews`,
  commits: `${ROOT}/pulls/12/commits?stat=false&verification=false&files=false`,
  comparison: `${ROOT}/compare/main...${MERGED}`,
  branch: `${ROOT}/branches/main`,
  settings: '/api/v1/settings/api',
  teams: '/api/v1/orgs/acme/teams',
  members: '/api/v1/teams/5/members',
  account: '/api/v1/users/ada',
} as const;

export const REPOSITORY = {
  id: 42,
  owner: ada,
  name: 'shop',
  full_name: 'acme/shop',
  html_url: 'https://git.acme.example/acme/shop',
  private: false,
  internal: false,
  archived: false,
  fork: false,
  default_branch: 'main',
};

export const PULL = {
  id: 99,
  number: 12,
  html_url: 'https://git.acme.example/acme/shop/pulls/12',
  title: 'Sell more',
  state: 'closed',
  user: ada,
  merged: true,
  merged_at: '2026-11-01T12:00:00+02:00',
  merge_commit_sha: MERGED,
  merged_by: bob,
  base: { label: 'main', ref: 'main', sha: 'aa'.repeat(20) },
  head: { label: 'topic', ref: 'topic', sha: HEAD },
};

/** ada's pull request, squashed by bob, who approved it. */
export const ANSWERS: CannedAnswers = {
  [PATHS.repository]: { body: REPOSITORY },
  [PATHS.commit]: { body: giteaCommitBody(MERGED, ada) },
  [PATHS.pull]: { body: PULL },
  [PATHS.comparison]: { body: { total_commits: 0, commits: [] } },
  [PATHS.branch]: { body: { name: 'main', protected: true, required_approvals: 1, user_can_push: false } },
  [PATHS.settings]: { body: { max_response_items: 50, default_paging_num: 30 } },
  ...pageAt(PATHS.reviews, [reviewBody(bob, 'APPROVED')]),
  ...pageAt(PATHS.commits, [giteaCommitBody(HEAD, ada)]),
  ...pageAt(PATHS.teams, [{ id: 5, name: 'payments', permission: 'write' }]),
  ...pageAt(PATHS.members, [ada, bob]),
  [PATHS.account]: { body: ada },
};

/** That world, with other answers at some addresses. */
export async function startGitea(others: CannedAnswers = {}): Promise<TestServer> {
  return startCanned({ ...ANSWERS, ...others });
}

/** The first page of a list with another answer. */
export function firstPage(path: string, answer: CannedAnswer): CannedAnswers {
  return { [Object.keys(pageAt(path, []))[0] ?? '']: answer };
}
