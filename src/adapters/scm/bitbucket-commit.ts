import * as v from 'valibot';
import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import type { ForgeCommit, ForgeRepository } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { CommitAbsence } from '../../ports/code-forge.ts';
import { pageAt } from './account.ts';
import { encodePath } from './api-address.ts';
import { bitbucketAuthorship } from './bitbucket-account.ts';
import type { BitbucketCommitPlace } from './bitbucket-reviews.ts';
import { readBitbucketReviews } from './bitbucket-reviews.ts';
import type { BitbucketRepository } from './bitbucket-schema.ts';
import { bitbucketCommit, bitbucketRepository, pageOf } from './bitbucket-schema.ts';
import type { ForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { heard, withoutDefaultBranch } from './heard.ts';
import { LIVES_MS } from './lives.ts';

type CommitQuestion = Parameters<ForgeApi['fetchCommit']>[0];

/** What Bitbucket Cloud answers of a commit. */
export async function readBitbucketCommit(
  client: ForgeClient,
  { path, commit }: CommitQuestion,
): Promise<Outcome<ForgeCommit, CommitAbsence>> {
  if (path.split('/').length !== 2) return absent('noSuchRepository');
  const root = `repositories/${encodePath(path)}`;
  const [repository, answer] = await Promise.all([
    client.read({
      path: root,
      what: `the repository ${path}`,
      schema: bitbucketRepository,
      lifeMs: LIVES_MS.repository,
    }),
    client.read({
      path: `${root}/commit/${commit}`,
      what: `commit ${commit} of ${path}`,
      schema: bitbucketCommit,
      lifeMs: LIVES_MS.commit,
    }),
  ]);
  if (repository.kind === 'absent') return absent('noSuchRepository', repository.asOf);
  if (repository.kind === 'failed') return repository;
  if (answer.kind === 'absent') return absent('noSuchCommit', answer.asOf);
  if (answer.kind === 'failed') return answer;
  if (answer.value.hash !== commit) {
    const detail = { expected: commit, got: answer.value.hash.slice(0, 100) };
    return failed(new ToolError('MALFORMED', `${client.forge.host} answered another commit`, detail));
  }
  return found(await commitOf(client, { root, path, commit: answer.value }, repository.value), answer.asOf);
}

async function commitOf(
  client: ForgeClient,
  place: BitbucketCommitPlace,
  repository: BitbucketRepository,
): Promise<ForgeCommit> {
  const { commit } = place;
  const { host } = client.forge;
  const [reviews, onDefaultBranch] = await Promise.all([
    readBitbucketReviews(client, place),
    readMembership(client, place, repository.mainbranch?.name),
  ]);
  const author = bitbucketAuthorship(commit.author);
  return withoutUndefined({
    commit: commit.hash,
    repository: repositoryOf(repository, host),
    url: pageAt(commit.links?.html?.href),
    author,
    authors: author?.account === undefined ? [] : [author.account],
    onDefaultBranch,
    signature: failed(new ToolError('UNSUPPORTED', `${host} does not tell whether commits are signed`)),
    reviews,
    branchRules: failed(new ToolError('UNSUPPORTED', `${host} tells the rules of branches to administrators alone`)),
    codeownersErrors: [],
  });
}

function repositoryOf(answer: BitbucketRepository, host: string): ForgeRepository {
  return withoutUndefined({
    path: answer.full_name,
    url: pageAt(answer.links?.html?.href) ?? `https://${host}/${answer.full_name}`,
    id: answer.uuid ?? undefined,
    visibility: answer.is_private ? 'private' : 'public',
    isFork: Boolean(answer.parent),
    defaultBranch: answer.mainbranch?.name,
  });
}

const SOME_COMMITS = pageOf(v.object({ hash: v.string() }));

/** A branch holds a commit that leads to none that the branch does not hold. */
async function readMembership(
  client: ForgeClient,
  { root, path, commit }: BitbucketCommitPlace,
  branch: string | undefined,
): Promise<ForgeCommit['onDefaultBranch']> {
  if (branch === undefined) return failed(withoutDefaultBranch(path));
  const what = `the commits of ${path} that branch ${branch} does not have`;
  const query = new URLSearchParams({ include: commit.hash, exclude: branch, pagelen: '1' }).toString();
  const missing = await client.read({
    path: `${root}/commits?${query}`,
    what,
    schema: SOME_COMMITS,
    lifeMs: ({ values }) => (values.length === 0 ? LIVES_MS.merged : LIVES_MS.open),
  });
  return heard(missing, what, ({ values }) => values.length === 0);
}
