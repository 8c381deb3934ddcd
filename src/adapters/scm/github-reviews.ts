import { ToolError } from '../../core/errors.ts';
import type { ForgeAccount, ReviewOpinion, ReviewRequest } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { accountOf, distinct, githubKind, instantOf, pageAt } from './account.ts';
import type { ActorAnswer, CommitAnswer, GitActorAnswer, PullRequestAnswer, ReviewAnswer } from './github-schema.ts';

/** GitHub's own account, as which the web page commits. */
const WEB_LOGIN = 'web-flow';
const WEB_EMAIL = 'noreply@github.com';

/**
 * The pull requests that brought the commit in; those still open only where none did.
 * @param refusalOf why a part of a pull request is missing
 */
export function reviewsOf(
  commit: CommitAnswer,
  refusalOf: (part: string) => ToolError | undefined,
): Outcome<readonly ReviewRequest[], 'noReviewRequest'> {
  const all = (commit.associatedPullRequests?.nodes ?? []).flatMap((request) => request ?? []);
  const requests = pertinent(
    all.map((answer) => requestOf(answer, refusalOf)),
    commit.oid,
  );
  return requests.length === 0 ? absent('noReviewRequest') : found(requests);
}

/** Merged before open ones, and before other merged ones the one whose merge made this very commit. */
export function pertinent(requests: readonly ReviewRequest[], commit: string): readonly ReviewRequest[] {
  const merged = requests.filter(({ state }) => state === 'merged');
  const made = merged.filter(({ mergeCommit }) => mergeCommit === commit);
  const chosen = [made, merged].find(({ length }) => length > 0);
  return chosen ?? requests.filter(({ state }) => state === 'open');
}

function requestOf(answer: PullRequestAnswer, refusalOf: (part: string) => ToolError | undefined): ReviewRequest {
  const author = actorOf(answer.author);
  const mergedBy = actorOf(answer.mergedBy);
  const mergedAt = instantOf(answer.mergedAt);
  return {
    label: `#${answer.number}`,
    url: pageAt(answer.url) ?? '',
    title: answer.title,
    state: stateOf(answer.state),
    ...(author === undefined ? {} : { author }),
    ...(mergedBy === undefined ? {} : { mergedBy }),
    ...(mergedAt === undefined ? {} : { mergedAt }),
    ...(answer.mergeCommit ? { mergeCommit: answer.mergeCommit.oid } : {}),
    headCommit: answer.headRefOid,
    baseBranch: answer.baseRefName,
    opinions: opinionsOf(answer, refusalOf('latestOpinionatedReviews')),
    ...contributorsOf(answer, author),
  };
}

function stateOf(state: string): ReviewRequest['state'] {
  if (state === 'MERGED') return 'merged';
  return state === 'OPEN' ? 'open' : 'closed';
}

function actorOf(actor: ActorAnswer): ForgeAccount | undefined {
  return accountOf({ login: actor?.login, kind: githubKind(actor?.type) });
}

const STATES: Readonly<Record<string, ReviewOpinion['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changesRequested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
  PENDING: 'pending',
};

/** As GitHub writes it; what it adds one day says nothing that counts. */
export function opinionState(state: string): ReviewOpinion['state'] {
  return STATES[state] ?? 'commented';
}

function opinionsOf(
  { number, latestOpinionatedReviews: answer }: PullRequestAnswer,
  refusal: ToolError | undefined,
): ReviewRequest['opinions'] {
  const what = `the reviews of #${number}`;
  if (!answer) return failed(refusal ?? new ToolError('MALFORMED', `${what} are missing from the answer`));
  const listed = (answer.nodes ?? []).flatMap((review) => review ?? []);
  if (listed.length < answer.totalCount)
    return failed(
      new ToolError('TOO_LARGE', `${what} are too many to be read`, {
        expected: `at most ${listed.length}`,
        got: `${answer.totalCount}`,
      }),
    );
  return found(listed.map(opinionOf));
}

function opinionOf(review: ReviewAnswer): ReviewOpinion {
  const by = actorOf(review.author);
  const at = instantOf(review.submittedAt);
  return {
    state: opinionState(review.state),
    ...(by === undefined ? {} : { by }),
    ...(review.commit ? { commit: review.commit.oid } : {}),
    ...(at === undefined ? {} : { at }),
    onBehalfOf: (review.onBehalfOf?.nodes ?? []).flatMap((team) => team?.combinedSlug ?? []),
    ...(typeof review.authorCanPushToRepository === 'boolean' ? { counts: review.authorCanPushToRepository } : {}),
  };
}

function contributorsOf(
  { commits }: PullRequestAnswer,
  author: ForgeAccount | undefined,
): Pick<ReviewRequest, 'contributors' | 'contributorsComplete'> {
  const listed = (commits?.nodes ?? []).flatMap((each) => each?.commit ?? []);
  const people = listed.flatMap(({ authors, committer }) => [...(authors?.nodes ?? []), committer]).filter(isSomebody);
  const accounts = people.map(({ user }) => accountOf({ login: user?.login, kind: 'person' }));
  return {
    contributors: distinct([author, ...accounts]),
    contributorsComplete:
      author !== undefined &&
      listed.length > 0 &&
      listed.length === commits?.totalCount &&
      listed.every(({ authors }) => (authors?.nodes ?? []).length > 0) &&
      accounts.every((account) => account !== undefined),
  };
}

function isSomebody(actor: GitActorAnswer | null | undefined): actor is GitActorAnswer {
  return Boolean(actor) && actor?.user?.login !== WEB_LOGIN && actor?.email !== WEB_EMAIL;
}
