import { withoutUndefined } from '../../core/defined.ts';
import type { ReviewOpinion, ReviewRequest } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found } from '../../core/model/outcome.ts';
import type { ContributedCommit } from '../../core/review/request-contributors.ts';
import { requestContributors } from '../../core/review/request-contributors.ts';
import { instantOf, pageAt } from './account.ts';
import type { ForgeClient } from './forge-client.ts';
import { giteaAccount, giteaAuthorship } from './gitea-account.ts';
import { giteaLists } from './gitea-lists.ts';
import { heard } from './heard.ts';
import type { GiteaCommit, GiteaPull, GiteaReview } from './gitea-schema.ts';
import { giteaCommit, giteaPull, giteaReview } from './gitea-schema.ts';
import { LIVES_MS } from './lives.ts';

export type GiteaCommitPlace = {
  /** Of the repository within the API: `repos/acme/shop`. */
  readonly root: string;
  readonly path: string;
  readonly commit: GiteaCommit;
};

/** The pull request whose merge made the commit: Gitea and Forgejo tell no others (`GET …/commits/{sha}/pull`). */
export async function readGiteaReviews(
  client: ForgeClient,
  place: GiteaCommitPlace,
): Promise<Outcome<readonly ReviewRequest[], 'noReviewRequest'>> {
  const { root, path, commit } = place;
  const pull = await client.read({
    path: `${root}/commits/${commit.sha}/pull`,
    what: `the pull request of commit ${commit.sha} of ${path}`,
    schema: giteaPull,
    lifeMs: ({ merged }) => (merged ? LIVES_MS.merged : LIVES_MS.open),
  });
  if (pull.kind === 'absent') return absent('noReviewRequest', pull.asOf);
  if (pull.kind === 'failed') return pull;
  return found([await readRequest(client, place, pull.value)], pull.asOf);
}

async function readRequest(client: ForgeClient, place: GiteaCommitPlace, pull: GiteaPull): Promise<ReviewRequest> {
  const label = `#${pull.number}`;
  const root = `${place.root}/pulls/${pull.number}`;
  const lifeMs = pull.merged ? LIVES_MS.merged : LIVES_MS.open;
  const of = `of ${label} of ${place.path}`;
  const readList = giteaLists(client);
  const [reviews, commits] = await Promise.all([
    readList({ path: `${root}/reviews`, what: `the reviews ${of}`, item: giteaReview, lifeMs }),
    readList({
      path: `${root}/commits?stat=false&verification=false&files=false`,
      what: `the commits ${of}`,
      item: giteaCommit,
      lifeMs,
    }),
  ]);
  const listed = commits.kind === 'found' ? commits.value : [];
  return withoutUndefined({
    label,
    url: pageAt(pull.html_url) ?? '',
    title: pull.title,
    state: stateOf(pull),
    author: giteaAccount(pull.user),
    mergedBy: giteaAccount(pull.merged_by),
    mergedAt: instantOf(pull.merged_at),
    mergeCommit: pull.merge_commit_sha ?? undefined,
    headCommit: pull.head?.sha,
    baseBranch: pull.base?.ref,
    opinions: heard(reviews, `the reviews ${of}`, lastOpinions),
    ...requestContributors(
      [...listed.map(contributed), messageOf(place.commit)],
      commits.kind === 'found' && listed.length > 0,
    ),
  });
}

function stateOf({ merged, state }: GiteaPull): ReviewRequest['state'] {
  if (merged) return 'merged';
  return state === 'open' ? 'open' : 'closed';
}

const STATES: Readonly<Record<string, ReviewOpinion['state']>> = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'changesRequested',
  COMMENT: 'commented',
  PENDING: 'pending',
};

/**
 * What each reviewer said last; a comment takes nothing back. Reviews come in the order in which they were begun.
 * A request for a review (`REQUEST_REVIEW`) is no opinion.
 */
function lastOpinions(reviews: readonly GiteaReview[]): readonly ReviewOpinion[] {
  const last = new Map<string, ReviewOpinion>();
  for (const [index, review] of reviews.entries()) {
    const opinion = opinionOf(review);
    if (opinion === undefined) continue;
    // Accounts that are gone cannot be told apart: each of their reviews stands for itself.
    const who = opinion.by?.login ?? `gone ${index}`;
    const known = last.get(who);
    if (known === undefined || isDecision(opinion) || !isDecision(known)) last.set(who, opinion);
  }
  return [...last.values()];
}

function isDecision({ state }: ReviewOpinion): boolean {
  return state !== 'commented' && state !== 'pending';
}

function opinionOf(review: GiteaReview): ReviewOpinion | undefined {
  const state = STATES[review.state];
  if (state === undefined) return undefined;
  return withoutUndefined({
    state: review.dismissed ? 'dismissed' : state,
    by: giteaAccount(review.user),
    commit: review.commit_id === '' ? undefined : review.commit_id,
    isStale: review.stale,
    at: instantOf(review.submitted_at),
    onBehalfOf: [],
    counts: review.official,
  });
}

/** Its author is who pressed the button, or who opened the request; its message may name more. */
function messageOf({ commit: { message } }: GiteaCommit): ContributedCommit {
  return { message, people: [] };
}

function contributed({ commit, author, committer }: GiteaCommit): ContributedCommit {
  const people = [giteaAuthorship(commit.author, author), giteaAuthorship(commit.committer, committer)];
  return { message: commit.message, people: people.flatMap((person) => person ?? []) };
}
