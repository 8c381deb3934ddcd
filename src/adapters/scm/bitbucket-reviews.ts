import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import type { ReviewOpinion, ReviewRequest } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { ContributedCommit } from '../../core/review/request-contributors.ts';
import { requestContributors } from '../../core/review/request-contributors.ts';
import { instantOf, pageAt } from './account.ts';
import { bitbucketAccount, bitbucketAuthorship } from './bitbucket-account.ts';
import { readBitbucketList } from './bitbucket-lists.ts';
import type { BitbucketCommit, BitbucketPull } from './bitbucket-schema.ts';
import { PAGE_ITEMS_MAX, bitbucketCommit, bitbucketListedPull, bitbucketPull } from './bitbucket-schema.ts';
import type { ForgeClient } from './forge-client.ts';
import { LIVES_MS } from './lives.ts';

export type BitbucketCommitPlace = {
  /** Of the repository within the API: `repositories/acme/shop`. */
  readonly root: string;
  readonly path: string;
  readonly commit: BitbucketCommit;
};

/** A commit is in one or two; in more than these it is not looked for. */
const PULLS_MAX = 5;

/** Pull requests that the commit was reviewed in: those that were merged, those still open only where none was. */
export async function readBitbucketReviews(
  client: ForgeClient,
  place: BitbucketCommitPlace,
): Promise<Outcome<readonly ReviewRequest[], 'noReviewRequest'>> {
  const { root, path, commit } = place;
  const listed = await readBitbucketList(client, {
    path: `${root}/commit/${commit.hash}/pullrequests`,
    what: `the pull requests of commit ${commit.hash} of ${path}`,
    item: bitbucketListedPull,
    lifeMs: (pulls) => (pulls.some(({ state }) => state === 'MERGED') ? LIVES_MS.merged : LIVES_MS.open),
  });
  if (listed.kind === 'failed') return listed;
  if (listed.kind === 'absent') return failed(withoutLinks(client, place));
  const withState = (state: string): readonly number[] =>
    listed.value.filter((pull) => pull.state === state).map(({ id }) => id);
  const merged = withState('MERGED');
  const ids = merged.length > 0 ? merged : withState('OPEN');
  if (ids.length === 0) return absent('noReviewRequest', listed.asOf);
  if (ids.length > PULLS_MAX) {
    const detail = { expected: `at most ${PULLS_MAX}`, got: `${ids.length}` };
    return failed(new ToolError('TOO_LARGE', `commit ${commit.hash} is in too many pull requests`, detail));
  }
  const requests = await Promise.all(ids.map((id) => readRequest(client, place, id)));
  const refused = requests.find((request) => request.kind === 'failed');
  if (refused !== undefined) return refused;
  return found(
    requests.flatMap((request) => (request.kind === 'found' ? [request.value] : [])),
    listed.asOf,
  );
}

/** The commit is there, so what is not there is the link: Bitbucket makes them with an app that somebody has to install. */
function withoutLinks({ forge }: ForgeClient, { root, path, commit }: BitbucketCommitPlace): ToolError {
  const page = `https://${forge.host}/${root.replace(/^repositories\//, '')}/commits/${commit.hash}`;
  return new ToolError('UNSUPPORTED', `${forge.host} does not tell the pull requests of the commits of ${path}`, {
    expected: 'the app Pull Request Commit Links',
    got: 'status 404',
    hint: `choose "Go to pull request" once on ${page}: that installs it`,
  });
}

async function readRequest(
  client: ForgeClient,
  place: BitbucketCommitPlace,
  id: number,
): Promise<Outcome<ReviewRequest, never>> {
  const root = `${place.root}/pullrequests/${id}`;
  const what = `#${id} of ${place.path}`;
  const pull = await client.read({
    path: root,
    what,
    schema: bitbucketPull,
    lifeMs: lifeOf,
  });
  if (pull.kind === 'failed') return pull;
  if (pull.kind === 'absent')
    return failed(new ToolError('NOT_READABLE', `could not read ${what}: it is listed, and not there`));
  const commits = await readBitbucketList(client, {
    path: `${root}/commits?pagelen=${PAGE_ITEMS_MAX}`,
    what: `the commits of ${what}`,
    item: bitbucketCommit,
    lifeMs: () => lifeOf(pull.value),
  });
  return found(requestOf(pull.value, place.commit, commits.kind === 'found' ? commits.value : []), pull.asOf);
}

function lifeOf({ state }: BitbucketPull): number {
  return state === 'OPEN' ? LIVES_MS.open : LIVES_MS.merged;
}

const REQUEST_STATES: Readonly<Record<string, ReviewRequest['state']>> = { OPEN: 'open', MERGED: 'merged' };

/** @param commits all of the request, none where they were not heard. */
function requestOf(pull: BitbucketPull, commit: BitbucketCommit, commits: readonly BitbucketCommit[]): ReviewRequest {
  const known = [commit, ...commits].map(({ hash }) => hash);
  const message: ContributedCommit = { message: commit.message ?? '', people: [] };
  return withoutUndefined({
    label: `#${pull.id}`,
    url: pageAt(pull.links?.html?.href) ?? '',
    title: pull.title,
    state: REQUEST_STATES[pull.state] ?? 'closed',
    author: bitbucketAccount(pull.author),
    mergedBy: pull.state === 'MERGED' ? bitbucketAccount(pull.closed_by) : undefined,
    mergeCommit: wholeId(pull.merge_commit?.hash, known),
    headCommit: wholeId(pull.source?.commit?.hash, known),
    baseBranch: pull.destination?.branch?.name,
    opinions: found(pull.participants.flatMap(opinionOf)),
    ...requestContributors([...commits.map(contributed), message], commits.length > 0),
  });
}

/** Undefined where it is cut, and no known commit begins so. */
function wholeId(id: string | undefined, known: readonly string[]): string | undefined {
  return id === undefined || !/^[0-9a-f]{12,64}$/.test(id) ? undefined : known.find((each) => each.startsWith(id));
}

function contributed({ message, author }: BitbucketCommit): ContributedCommit {
  const person = bitbucketAuthorship(author) ?? { name: '', email: '' };
  return { message: message ?? '', people: [person] };
}

const OPINION_STATES: Readonly<Record<string, ReviewOpinion['state']>> = {
  approved: 'approved',
  changes_requested: 'changesRequested',
};

/** Bitbucket does not tell which commit was approved, nor whether the reviewer may write. */
function opinionOf(participant: BitbucketPull['participants'][number]): readonly ReviewOpinion[] {
  const state = OPINION_STATES[participant.state ?? (participant.approved ? 'approved' : '')];
  if (state === undefined) return [];
  const by = bitbucketAccount(participant.user);
  return [withoutUndefined({ state, by, at: instantOf(participant.participated_on), onBehalfOf: [] })];
}
