import { withoutUndefined } from '../defined.ts';
import type { ForgeAccount, ForgeCommit, ReviewRequest } from '../model/forge.ts';
import type { JudgedApproval } from './approval.ts';
import { describeApproval, isUncertain, judgeApprovals } from './approval.ts';
import type { Authors } from './authors.ts';
import { authorsOf, isGone, isSameAccount } from './authors.ts';
import type { ChosenRequest } from './choose-request.ts';
import { chooseRequest } from './choose-request.ts';

/** Whether a second person approved the change, by what a forge answered (reference/ownership.md 4.1), with all that it rests on. */
export type ReviewVerdict = {
  /** `yes`: a person who is not among the authors approved what was merged. `unknown` is no pass. */
  readonly twoPerson: 'yes' | 'no' | 'unknown';
  /** Phrases that explain `twoPerson`, the request first. Names in them are strangers' words. */
  readonly reasons: readonly string[];
  /** Missing where no request was heard of. */
  readonly chosen?: ChosenRequest;
  readonly authors: Authors;
  readonly approvals: readonly JudgedApproval[];
  /** Set where it is known that nobody's approval counts, and somebody other than an author merged. */
  readonly mergedByAnother?: ForgeAccount;
};

export function judgeReview(commit: ForgeCommit): ReviewVerdict {
  const { reviews, repository } = commit;
  if (reviews.kind === 'failed')
    return withoutRequest(commit, 'unknown', `who reviewed it was not heard: ${reviews.error.message}`);
  if (reviews.kind === 'absent' || reviews.value.length === 0)
    return withoutRequest(commit, 'no', 'no pull or merge request brought it into the repository');
  const chosen = chooseRequest(reviews.value, { commit: commit.commit, defaultBranch: repository.defaultBranch });
  if (chosen === undefined) return withoutRequest(commit, 'no', `${labels(reviews.value)} closed without a merge`);
  return judgeRequest(commit, chosen);
}

function judgeRequest(commit: ForgeCommit, chosen: ChosenRequest): ReviewVerdict {
  const { request } = chosen;
  const authors = authorsOf(commit, chosen);
  const approvals =
    request.opinions.kind === 'found' ? judgeApprovals(request.opinions.value, { request, authors }) : [];
  const isRuledOut = request.opinions.kind === 'found' && !approvals.some(mayCount);
  const mergedByAnother = isRuledOut ? anotherMerger(request, authors) : undefined;
  const twoPerson = decide({ chosen, authors, approvals });
  const reasons = [
    request.state === 'open' ? `${request.label} is still open` : `${request.label} was merged`,
    ...approvals.map(describeApproval),
    ...(request.opinions.kind === 'failed'
      ? [`the reviews of ${request.label} were not heard: ${request.opinions.error.message}`]
      : []),
    ...(approvals.length === 0 && request.opinions.kind === 'found' ? ['nobody approved it'] : []),
    ...(mergedByAnother === undefined ? [] : [`merged by ${mergedByAnother.login}, who did not write it`]),
    ...authors.doubts,
    ...(authors.accounts.some(({ kind }) => kind === 'bot') ? ['a bot is among its authors'] : []),
  ];
  return withoutUndefined({ twoPerson, reasons, chosen, authors, approvals, mergedByAnother });
}

type Judged = {
  readonly chosen: ChosenRequest;
  readonly authors: Authors;
  readonly approvals: readonly JudgedApproval[];
};

function decide({ chosen: { request }, authors, approvals }: Judged): ReviewVerdict['twoPerson'] {
  // What is still open can change until it is merged: nobody has approved that yet.
  if (request.state === 'open') return 'no';
  if (approvals.some(({ standing }) => standing === 'counts')) return authors.doubts.length === 0 ? 'yes' : 'unknown';
  return request.opinions.kind === 'failed' || approvals.some(isUncertain) ? 'unknown' : 'no';
}

function mayCount(approval: JudgedApproval): boolean {
  return approval.standing === 'counts' || isUncertain(approval);
}

function anotherMerger({ state, mergedBy }: ReviewRequest, { accounts }: Authors): ForgeAccount | undefined {
  if (state !== 'merged' || isGone(mergedBy)) return undefined;
  return accounts.some((author) => isSameAccount(author, mergedBy)) ? undefined : mergedBy;
}

function withoutRequest(commit: ForgeCommit, twoPerson: 'no' | 'unknown', reason: string): ReviewVerdict {
  return { twoPerson, reasons: [reason], authors: authorsOf(commit, undefined), approvals: [] };
}

function labels(requests: readonly ReviewRequest[]): string {
  const [first, ...more] = requests.map(({ label }) => label).toSorted();
  return more.length === 0 ? `${first ?? ''} was` : `${[first, ...more].join(', ')} were`;
}
