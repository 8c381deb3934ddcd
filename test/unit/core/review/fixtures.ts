import { found } from '../../../../src/core/model/outcome.ts';
import type { ForgeAccount, ForgeCommit, ReviewOpinion, ReviewRequest } from '../../../../src/core/model/forge.ts';
import { absent } from '../../../../src/core/model/outcome.ts';

export const COMMIT = 'c0'.repeat(20);
export const HEAD = 'd1'.repeat(20);
export const OLDER = 'e2'.repeat(20);

export function person(login: string): ForgeAccount {
  return { login, kind: 'person' };
}

export const ada = person('ada');
export const bob = person('bob');

/** An approval of the head by somebody who may write. */
export function approval(by: ForgeAccount | undefined, more: Partial<ReviewOpinion> = {}): ReviewOpinion {
  return {
    state: 'approved',
    ...(by === undefined ? {} : { by }),
    commit: HEAD,
    onBehalfOf: [],
    counts: true,
    ...more,
  };
}

/** Written by ada, merged by her as `COMMIT`; nobody has said anything. */
export function requestOf(more: Partial<ReviewRequest> = {}): ReviewRequest {
  return {
    label: '#12',
    url: 'https://forge.example/acme/shop/pull/12',
    title: 'Sell more',
    state: 'merged',
    author: ada,
    mergedBy: ada,
    mergedAt: '2026-11-01T10:00:00Z',
    mergeCommit: COMMIT,
    headCommit: HEAD,
    baseBranch: 'main',
    opinions: found([]),
    contributors: [ada],
    contributorsComplete: true,
    ...more,
  };
}

/** A squashed change by ada, with no signature. */
export function commitOf(requests: readonly ReviewRequest[], more: Partial<ForgeCommit> = {}): ForgeCommit {
  return {
    commit: COMMIT,
    repository: { path: 'acme/shop', url: 'https://forge.example/acme/shop', defaultBranch: 'main' },
    author: { name: 'Ada', email: 'ada@acme.example', account: ada },
    authors: [ada],
    onDefaultBranch: found(true),
    signature: absent('unsigned'),
    reviews: requests.length === 0 ? absent('noReviewRequest') : found(requests),
    branchRules: absent('noRules'),
    codeownersErrors: [],
    ...more,
  };
}
