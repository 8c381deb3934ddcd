import { ToolError } from '../../core/errors.ts';
import type { ForgeAccount, ForgeCommit, ReviewOpinion, ReviewRequest } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { AbsentStatus } from './answer-memory.ts';
import { accountOf, distinct, githubKind, instantOf, pageAt } from './account.ts';
import { encodePath } from './api-address.ts';
import type { AccountAnswer, PullAnswer, PullCommitAnswer, ReviewAnswer } from './github-rest-schema.ts';
import { PAGE_ENTRIES, pullCommitsSchema, pullsSchema, reviewsSchema } from './github-rest-schema.ts';
import type { CommitPlace } from './github-rest.ts';
import { opinionState, pertinent } from './github-reviews.ts';
import { LIVES_MS } from './lives.ts';

/** Each costs two requests more. */
const REQUESTS_MAX = 3;

/** The pull requests of a commit, each with its reviews and who made its commits. */
export async function askReviews(place: CommitPlace): Promise<ForgeCommit['reviews']> {
  const { client, path, commit } = place;
  const outcome = await client.read({
    path: `repos/${encodePath(path)}/commits/${commit}/pulls?per_page=30`,
    what: `the pull requests of ${commit} of ${path}`,
    schema: pullsSchema,
    lifeMs: (pulls) => (pulls.length > 0 && pulls.every(({ merged_at: at }) => at) ? LIVES_MS.merged : LIVES_MS.open),
  });
  if (outcome.kind === 'failed') return outcome;
  const pulls = outcome.kind === 'found' ? outcome.value : [];
  const requests = pertinent(pulls.map(requestOf), commit).slice(0, REQUESTS_MAX);
  if (requests.length === 0) return absent('noReviewRequest', outcome.asOf);
  const value = await Promise.all(requests.map((request) => withReviewers(place, request)));
  return outcome.asOf === undefined ? found(value) : found(value, outcome.asOf);
}

function requestOf(pull: PullAnswer): ReviewRequest {
  const author = accountIn(pull.user);
  const mergedAt = instantOf(pull.merged_at);
  return {
    label: `#${pull.number}`,
    url: pageAt(pull.html_url) ?? '',
    title: pull.title,
    state: stateOf(pull),
    ...(author === undefined ? {} : { author }),
    ...(mergedAt === undefined ? {} : { mergedAt }),
    // Of one that is still open it is a trial, which nobody keeps.
    ...(mergedAt !== undefined && pull.merge_commit_sha ? { mergeCommit: pull.merge_commit_sha } : {}),
    headCommit: pull.head.sha,
    baseBranch: pull.base.ref,
    opinions: found([]),
    contributors: [],
    contributorsComplete: false,
  };
}

function stateOf(pull: PullAnswer): ReviewRequest['state'] {
  if (pull.merged_at) return 'merged';
  return pull.state === 'open' ? 'open' : 'closed';
}

async function withReviewers({ client, path }: CommitPlace, request: ReviewRequest): Promise<ReviewRequest> {
  const at = `repos/${encodePath(path)}/pulls/${request.label.slice(1)}`;
  const what = `${request.label} of ${path}`;
  const lifeMs = request.state === 'merged' ? LIVES_MS.merged : LIVES_MS.open;
  const [reviews, commits] = await Promise.all([
    client.read({
      path: `${at}/reviews?per_page=${PAGE_ENTRIES}`,
      what: `the reviews of ${what}`,
      schema: reviewsSchema,
      lifeMs,
    }),
    client.read({
      path: `${at}/commits?per_page=${PAGE_ENTRIES}`,
      what: `the commits of ${what}`,
      schema: pullCommitsSchema,
      lifeMs,
    }),
  ]);
  const listed = commits.kind === 'found' ? commits.value : [];
  return { ...request, opinions: opinionsOf(reviews, what), ...contributorsOf(listed, request.author) };
}

function opinionsOf(outcome: Outcome<readonly ReviewAnswer[], AbsentStatus>, what: string): ReviewRequest['opinions'] {
  if (outcome.kind === 'failed') return outcome;
  if (outcome.kind === 'absent')
    return failed(
      new ToolError('NOT_READABLE', `the reviews of ${what} are not there`, { got: `status ${outcome.reason}` }),
    );
  // The newest come last, on pages that are not read.
  if (outcome.value.length === PAGE_ENTRIES)
    return failed(
      new ToolError('TOO_LARGE', `the reviews of ${what} are too many to be read`, {
        expected: `fewer than ${PAGE_ENTRIES}`,
        hint: 'with a token, the last opinion of each reviewer is asked for',
      }),
    );
  return { ...outcome, value: latest(outcome.value.map(opinionOf)) };
}

/** What each said last; a comment does not take an approval back. Those of accounts that are gone stay side by side. */
function latest(opinions: readonly ReviewOpinion[]): readonly ReviewOpinion[] {
  const byLogin = new Map<string, ReviewOpinion>();
  for (const opinion of opinions) {
    const login = opinion.by?.login ?? '';
    if (opinion.state !== 'commented' || !byLogin.has(login)) byLogin.set(login, opinion);
  }
  return opinions.filter((opinion) => opinion.by === undefined || byLogin.get(opinion.by.login) === opinion);
}

function opinionOf({ user, state, commit_id: commit, submitted_at: submittedAt }: ReviewAnswer): ReviewOpinion {
  const by = accountIn(user);
  const at = instantOf(submittedAt);
  return {
    state: opinionState(state),
    ...(by === undefined ? {} : { by }),
    ...(commit ? { commit } : {}),
    ...(at === undefined ? {} : { at }),
    onBehalfOf: [],
  };
}

function contributorsOf(
  commits: readonly PullCommitAnswer[],
  author: ForgeAccount | undefined,
): Pick<ReviewRequest, 'contributors' | 'contributorsComplete'> {
  const accounts = commits.flatMap(({ author: wrote, committer, commit }) => [
    accountIn(wrote),
    // The web page commits for whoever uses it.
    ...(commit.committer?.email === 'noreply@github.com' ? [] : [accountIn(committer)]),
  ]);
  return {
    contributors: distinct([author, ...accounts]),
    contributorsComplete:
      author !== undefined &&
      commits.length > 0 &&
      commits.length < PAGE_ENTRIES &&
      accounts.every((account) => account !== undefined) &&
      // GitHub ties these to accounts, and tells it to tokens alone.
      !commits.some(({ commit }) => /^co-authored-by:/im.test(commit.message)),
  };
}

export function accountIn(answer: AccountAnswer): ForgeAccount | undefined {
  return accountOf({ login: answer?.login, kind: githubKind(answer?.type) });
}
