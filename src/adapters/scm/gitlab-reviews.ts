import { ToolError } from '../../core/errors.ts';
import type { ForgeCommit, ReviewOpinion, ReviewRequest } from '../../core/model/forge.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { distinct, instantOf, pageAt } from './account.ts';
import { pertinent } from './github-reviews.ts';
import { tokenNeeded } from './gitlab-commit-parts.ts';
import type { ProjectPlace } from './gitlab-forge.ts';
import { listedAccount, readAccount } from './gitlab-people.ts';
import type { ApprovalsAnswer, MergeRequestAnswer } from './gitlab-schema.ts';
import { approvalsSchema, mergeRequestsSchema } from './gitlab-schema.ts';
import { LIVES_MS } from './lives.ts';

/** Each costs a request more. */
const REQUESTS_MAX = 3;
/** Of one merge request, each of whom costs a request more. */
const APPROVERS_MAX = 20;

/** The merge requests of a commit, each with who approved it. */
export async function readMergeRequests(place: ProjectPlace): Promise<ForgeCommit['reviews']> {
  const { client, at, path, commit } = place;
  const outcome = await client.read({
    path: `${at}/repository/commits/${commit}/merge_requests?per_page=20`,
    what: `the merge requests of ${commit} of ${path}`,
    schema: mergeRequestsSchema,
    lifeMs: (all) => (all.length > 0 && all.every(({ state }) => state === 'merged') ? LIVES_MS.merged : LIVES_MS.open),
  });
  if (outcome.kind === 'failed') return outcome;
  const answers = outcome.kind === 'found' ? outcome.value : [];
  const all = answers.map((answer) => requestOf(answer, commit));
  const requests = pertinent(all, commit).slice(0, REQUESTS_MAX);
  if (requests.length === 0) return absent('noReviewRequest', outcome.asOf);
  const told = await Promise.all(
    requests.map(async (request) => ({ ...request, opinions: await readApprovals(place, request) })),
  );
  return found(told, outcome.asOf);
}

/** Who wrote its commits GitLab tells by e-mail addresses alone: whoever opened it is all that is known. */
function requestOf(answer: MergeRequestAnswer, commit: string): ReviewRequest {
  const author = listedAccount(answer.author);
  const mergedBy = listedAccount(answer.merge_user ?? answer.merged_by);
  const mergedAt = instantOf(answer.merged_at);
  const { squash_commit_sha: squashed, merge_commit_sha: merged } = answer;
  const mergeCommit = squashed === commit ? squashed : (merged ?? squashed);
  return {
    label: `!${answer.iid}`,
    url: pageAt(answer.web_url) ?? '',
    title: answer.title,
    state: stateOf(answer.state),
    ...(author === undefined ? {} : { author }),
    ...(mergedBy === undefined ? {} : { mergedBy }),
    ...(mergedAt === undefined ? {} : { mergedAt }),
    ...(mergeCommit ? { mergeCommit } : {}),
    ...(answer.sha ? { headCommit: answer.sha } : {}),
    baseBranch: answer.target_branch,
    opinions: found([]),
    contributors: distinct([author]),
    contributorsComplete: false,
  };
}

function stateOf(state: string): ReviewRequest['state'] {
  if (state === 'merged') return 'merged';
  // `locked` while it is being merged.
  return state === 'opened' || state === 'locked' ? 'open' : 'closed';
}

async function readApprovals(
  { client, at, path }: ProjectPlace,
  { label, state }: ReviewRequest,
): Promise<ReviewRequest['opinions']> {
  const what = `the approvals of ${label} of ${path}`;
  if (!client.hasToken) return failed(tokenNeeded({ client, what }));
  const outcome = await client.read({
    path: `${at}/merge_requests/${label.slice(1)}/approvals`,
    what,
    schema: approvalsSchema,
    lifeMs: state === 'merged' ? LIVES_MS.merged : LIVES_MS.open,
  });
  if (outcome.kind === 'failed') return outcome;
  if (outcome.kind === 'absent')
    return failed(new ToolError('NOT_READABLE', `${what} are not there`, { got: `status ${outcome.reason}` }));
  const { approved_by: approvals } = outcome.value;
  if (approvals.length > APPROVERS_MAX)
    return failed(
      new ToolError('TOO_LARGE', `${what} are too many to be read`, {
        expected: `at most ${APPROVERS_MAX}`,
        got: `${approvals.length}`,
      }),
    );
  return { ...outcome, value: await Promise.all(approvals.map((approval) => opinionOf(client, approval))) };
}

/** An approval names no commit: whether it was for the last one is not told, nor whether the approver may write. */
async function opinionOf(
  client: ProjectPlace['client'],
  { user, approved_at: approvedAt }: ApprovalsAnswer['approved_by'][number],
): Promise<ReviewOpinion> {
  const by = await readAccount(client, user);
  const at = instantOf(approvedAt);
  return {
    state: 'approved',
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at }),
    onBehalfOf: [],
  };
}
