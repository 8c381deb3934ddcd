import { ToolError } from '../../core/errors.ts';
import type { ForgeAuthorship, ForgeCommit, ForgeRepository, ForgeSignature } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { CommitAbsence } from '../../ports/code-forge.ts';
import { distinct, instantOf, pageAt } from './account.ts';
import { encodePath } from './api-address.ts';
import type { ForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { tokenAdvice } from './forge-kinds.ts';
import { accountIn, askReviews } from './github-rest-reviews.ts';
import type { CommitAnswer, RepositoryAnswer } from './github-rest-schema.ts';
import { commitSchema, comparisonSchema, repositorySchema } from './github-rest-schema.ts';
import { LIVES_MS } from './lives.ts';

type CommitQuestion = Parameters<ForgeApi['fetchCommit']>[0];

/**
 * What GitHub tells of a commit without a token, in six requests of the sixty of an hour where one pull request brought it in, and in four where none did
 * (ownership.md 4.2). One after the other where the one may make the next needless.
 */
export async function readGithubCommit(
  client: ForgeClient,
  { path, commit }: CommitQuestion,
): Promise<Outcome<ForgeCommit, CommitAbsence>> {
  const repository = await client.read({
    path: `repos/${encodePath(path)}`,
    what: `the repository ${path}`,
    schema: repositorySchema,
    lifeMs: LIVES_MS.repository,
  });
  if (repository.kind === 'absent') return { ...repository, reason: 'noSuchRepository' };
  if (repository.kind === 'failed') return repository;
  // It may have been renamed; each further question to the old name would cost two requests.
  const place = { client, path: repository.value.full_name, commit };
  const answer = await client.read({
    // The list of changed files is as long as a page.
    path: `repos/${encodePath(place.path)}/commits/${commit}?per_page=1`,
    what: `commit ${commit} of ${path}`,
    schema: commitSchema,
    lifeMs: LIVES_MS.commit,
  });
  if (answer.kind === 'absent') return { ...answer, reason: 'noSuchCommit' };
  if (answer.kind === 'failed') return answer;
  if (answer.value.sha !== commit) {
    const detail = { expected: commit, got: answer.value.sha.slice(0, 100) };
    return failed(new ToolError('MALFORMED', `${client.forge.host} answered another commit`, detail));
  }
  const [onDefaultBranch, reviews] = await Promise.all([
    readContained(place, repository.value.default_branch),
    askReviews(place),
  ]);
  const told = { ...commitOf(answer.value), onDefaultBranch, reviews, branchRules: failed(rulesNeedToken(client)) };
  const value = { ...told, repository: repositoryOf(repository.value, client.forge.host), codeownersErrors: [] };
  return answer.asOf === undefined ? found(value) : found(value, answer.asOf);
}

export type CommitPlace = { readonly client: ForgeClient; readonly path: string; readonly commit: string };

async function readContained(
  { client, path, commit }: CommitPlace,
  branch: string,
): Promise<ForgeCommit['onDefaultBranch']> {
  const what = `whether ${branch} of ${path} holds ${commit}`;
  const outcome = await client.read({
    path: `repos/${encodePath(path)}/compare/${encodeURIComponent(branch)}...${commit}?per_page=1`,
    what,
    schema: comparisonSchema,
    lifeMs: ({ status }) => (isContained(status) ? LIVES_MS.merged : LIVES_MS.open),
  });
  if (outcome.kind === 'found') return { ...outcome, value: isContained(outcome.value.status) };
  if (outcome.kind === 'failed') return outcome;
  return failed(
    new ToolError('NOT_READABLE', `${client.forge.host} does not say ${what}`, { got: `status ${outcome.reason}` }),
  );
}

/** Of the branch, seen from which the commit is behind, or its head. */
function isContained(status: string): boolean {
  return status === 'behind' || status === 'identical';
}

function rulesNeedToken({ forge }: ForgeClient): ToolError {
  return new ToolError('UNAUTHORISED', `${forge.host} tells the rules of a branch only to who has a token`, {
    hint: tokenAdvice(forge),
  });
}

type Told = Pick<ForgeCommit, 'commit' | 'url' | 'author' | 'committer' | 'authors' | 'signature'>;

function commitOf(answer: CommitAnswer): Told {
  const url = pageAt(answer.html_url);
  const author = authorshipOf(answer, 'author');
  const committer = authorshipOf(answer, 'committer');
  return {
    commit: answer.sha,
    ...(url === undefined ? {} : { url }),
    ...(author === undefined ? {} : { author }),
    ...(committer === undefined ? {} : { committer }),
    authors: distinct([author?.account]),
    signature: signatureOf(answer),
  };
}

function authorshipOf(answer: CommitAnswer, part: 'author' | 'committer'): ForgeAuthorship | undefined {
  const written = answer.commit[part];
  if (!written) return undefined;
  const account = accountIn(answer[part]);
  return { name: written.name ?? '', email: written.email ?? '', ...(account === undefined ? {} : { account }) };
}

const ARMOUR: readonly (readonly [beginning: string, kind: ForgeSignature['kind']])[] = [
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

function signatureOf({ commit, committer }: CommitAnswer): ForgeCommit['signature'] {
  const { verification } = commit;
  if (verification === undefined || verification.reason === 'unsigned') return absent('unsigned');
  const verifiedAt = instantOf(verification.verified_at);
  return found({
    isValid: verification.verified,
    reason: verification.reason,
    kind: ARMOUR.find(([beginning]) => verification.signature?.startsWith(beginning))?.[1] ?? 'unknown',
    isByForge: verification.verified && committer?.login === 'web-flow',
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
  });
}

function repositoryOf(answer: RepositoryAnswer, host: string): ForgeRepository {
  const { visibility, archived, fork } = answer;
  return {
    path: answer.full_name,
    url: pageAt(answer.html_url) ?? `https://${host}/${answer.full_name}`,
    id: String(answer.id),
    ...(visibility === 'public' || visibility === 'internal' || visibility === 'private' ? { visibility } : {}),
    ...(archived === undefined ? {} : { isArchived: archived }),
    ...(fork === undefined ? {} : { isFork: fork }),
    defaultBranch: answer.default_branch,
  };
}
