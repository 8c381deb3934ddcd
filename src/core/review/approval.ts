import type { ForgeAccount, ReviewOpinion, ReviewRequest } from '../model/forge.ts';
import type { Authors } from './authors.ts';
import { isGone, isSameAccount } from './authors.ts';

/** What an approval is worth. */
export type ApprovalStanding =
  | 'counts'
  /** Does not count. */
  | 'dismissed'
  | 'stale'
  | 'own'
  | 'bot'
  | 'withoutWriteAccess'
  /** May count. */
  | 'accountGone'
  | 'commitUnknown'
  | 'personUnknown'
  | 'mergeUnknown';
export type JudgedApproval = { readonly opinion: ReviewOpinion; readonly standing: ApprovalStanding };

const UNCERTAIN: ReadonlySet<ApprovalStanding> = new Set([
  'accountGone',
  'commitUnknown',
  'personUnknown',
  'mergeUnknown',
]);

const PHRASES: Readonly<Record<ApprovalStanding, (who: string) => string>> = {
  counts: (who) => `approved by ${who}`,
  dismissed: (who) => `the review by ${who} was dismissed`,
  stale: (who) => `the approval by ${who} is of an older commit`,
  own: (who) => `the approval by ${who} is of their own work`,
  bot: (who) => `the approval by ${who} is that of a bot`,
  withoutWriteAccess: (who) => `the approval by ${who} does not count there`,
  accountGone: () => 'an approval is of an account that is gone',
  commitUnknown: (who) => `it is not known which commit ${who} approved`,
  personUnknown: (who) => `it is not known whether ${who}, who approved, is a person`,
  mergeUnknown: (who) => `${who} approved and wrote the merge commit, and what that changed is not known`,
};

/** The opinions that approve, or did until they were dismissed; in the order of the forge. */
export function judgeApprovals(
  opinions: readonly ReviewOpinion[],
  { request, authors }: { readonly request: ReviewRequest; readonly authors: Authors },
): readonly JudgedApproval[] {
  return opinions
    .filter(({ state }) => state === 'approved' || state === 'dismissed')
    .map((opinion) => ({ opinion, standing: standingOf(opinion, request, authors) }));
}

/** True where it is not known whether the approval counts. */
export function isUncertain({ standing }: JudgedApproval): boolean {
  return UNCERTAIN.has(standing);
}

export function describeApproval({ opinion, standing }: JudgedApproval): string {
  return PHRASES[standing](opinion.by?.login ?? 'an account that is gone');
}

/** What rules an approval out comes before what is not known of it. */
function standingOf(opinion: ReviewOpinion, request: ReviewRequest, authors: Authors): ApprovalStanding {
  const { state, by, counts } = opinion;
  const isCurrent = looksAtHead(opinion, request);
  if (state === 'dismissed') return 'dismissed';
  if (isCurrent === false) return 'stale';
  if (counts === false) return 'withoutWriteAccess';
  if (by === undefined || isGone(by)) return 'accountGone';
  if (by.kind === 'bot') return 'bot';
  if (authors.accounts.some((author) => isSameAccount(author, by))) return 'own';
  if (isCurrent === undefined) return 'commitUnknown';
  return standingOfReviewer(by, authors);
}

function standingOfReviewer(by: ForgeAccount, { mergeAuthor }: Authors): ApprovalStanding {
  if (by.kind !== 'person') return 'personUnknown';
  return isSameAccount(by, mergeAuthor) ? 'mergeUnknown' : 'counts';
}

/** The forge's own word goes first: it sees that a rebase changed nothing. */
function looksAtHead({ isStale, commit }: ReviewOpinion, { headCommit }: ReviewRequest): boolean | undefined {
  if (isStale !== undefined) return !isStale;
  return commit === undefined || headCommit === undefined ? undefined : commit === headCommit;
}
