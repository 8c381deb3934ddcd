import { ToolError } from '../../core/errors.ts';
import { withoutUndefined } from '../../core/defined.ts';
import type { BranchRules, ForgeCommit, ForgeRepository, ForgeSignature } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { CommitAbsence } from '../../ports/code-forge.ts';
import { distinct, pageAt } from './account.ts';
import { encodePath } from './api-address.ts';
import type { ForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { giteaAccount, giteaAuthorship } from './gitea-account.ts';
import { heard, withoutDefaultBranch } from './heard.ts';
import type { GiteaCommitPlace } from './gitea-reviews.ts';
import { readGiteaReviews } from './gitea-reviews.ts';
import type { GiteaCommit, GiteaRepository } from './gitea-schema.ts';
import { giteaBranch, giteaCommit, giteaComparison, giteaRepository } from './gitea-schema.ts';
import { LIVES_MS } from './lives.ts';

type CommitQuestion = Parameters<ForgeApi['fetchCommit']>[0];

/** What Gitea or Forgejo answers of a commit, in eight requests at most as long as the lists are short. */
export async function readGiteaCommit(
  client: ForgeClient,
  { path, commit }: CommitQuestion,
): Promise<Outcome<ForgeCommit, CommitAbsence>> {
  if (path.split('/').length !== 2) return absent('noSuchRepository');
  const root = `repos/${encodePath(path)}`;
  const [repository, answer] = await Promise.all([
    client.read({ path: root, what: `the repository ${path}`, schema: giteaRepository, lifeMs: LIVES_MS.repository }),
    client.read({
      path: `${root}/git/commits/${commit}?stat=false&files=false`,
      what: `commit ${commit} of ${path}`,
      schema: giteaCommit,
      lifeMs: LIVES_MS.commit,
    }),
  ]);
  if (repository.kind === 'absent') return absent('noSuchRepository', repository.asOf);
  if (repository.kind === 'failed') return repository;
  if (answer.kind === 'absent') return absent('noSuchCommit', answer.asOf);
  if (answer.kind === 'failed') return answer;
  if (answer.value.sha !== commit) {
    const detail = { expected: commit, got: answer.value.sha.slice(0, 100) };
    return failed(new ToolError('MALFORMED', `${client.forge.host} answered another commit`, detail));
  }
  const place = { root, path, commit: answer.value };
  return found(await commitOf(client, place, repository.value), answer.asOf);
}

async function commitOf(
  client: ForgeClient,
  place: GiteaCommitPlace,
  repository: GiteaRepository,
): Promise<ForgeCommit> {
  const { commit } = place;
  const branch = defaultBranchOf(repository) ?? '';
  const [reviews, onDefaultBranch, branchRules] = await Promise.all([
    readGiteaReviews(client, place),
    readMembership(client, place, branch),
    readRules(client, place, branch),
  ]);
  return withoutUndefined({
    commit: commit.sha,
    repository: repositoryOf(repository, client.forge.host),
    url: pageAt(commit.html_url),
    author: giteaAuthorship(commit.commit.author, commit.author),
    committer: giteaAuthorship(commit.commit.committer, commit.committer),
    authors: distinct([giteaAccount(commit.author)]),
    onDefaultBranch,
    signature: signatureOf(commit),
    reviews,
    branchRules,
    codeownersErrors: [],
  });
}

function repositoryOf(answer: GiteaRepository, host: string): ForgeRepository {
  const shown = answer.internal === true ? 'internal' : 'public';
  return withoutUndefined({
    path: answer.full_name,
    url: pageAt(answer.html_url) ?? `https://${host}/${answer.full_name}`,
    id: String(answer.id),
    visibility: answer.private ? 'private' : shown,
    isArchived: answer.archived,
    isFork: answer.fork,
    defaultBranch: defaultBranchOf(answer),
  });
}

/** It becomes part of an address: git allows no branch whose name would lead elsewhere. */
function defaultBranchOf({ default_branch: name }: GiteaRepository): string | undefined {
  return name && name.split('/').every((segment) => /^(?!\.)\P{C}+$/u.test(segment)) ? name : undefined;
}

/** A branch holds a commit that has nothing that the branch has not. */
async function readMembership(
  client: ForgeClient,
  { root, path, commit }: GiteaCommitPlace,
  branch: string,
): Promise<ForgeCommit['onDefaultBranch']> {
  if (branch === '') return failed(withoutDefaultBranch(path));
  const what = `the comparison of ${branch} with commit ${commit.sha} of ${path}`;
  const comparison = await client.read({
    path: `${root}/compare/${encodePath(branch)}...${commit.sha}`,
    what,
    schema: giteaComparison,
    lifeMs: ({ total_commits: missing }) => (missing === 0 ? LIVES_MS.merged : LIVES_MS.open),
  });
  return heard(comparison, what, ({ total_commits: missing }) => missing === 0);
}

/** The rules of a protected branch as anybody may see them; the rest is for administrators. */
async function readRules(
  client: ForgeClient,
  { root, path }: GiteaCommitPlace,
  branch: string,
): Promise<Outcome<BranchRules, 'noRules'>> {
  if (branch === '') return failed(withoutDefaultBranch(path));
  const what = `the rules of branch ${branch} of ${path}`;
  const answer = await client.read({
    path: `${root}/branches/${encodePath(branch)}`,
    what,
    schema: giteaBranch,
    lifeMs: LIVES_MS.repository,
  });
  const rules = heard(answer, what, (value) => value);
  if (rules.kind !== 'found') return rules;
  const { protected: isProtected, required_approvals: approvalsRequired } = rules.value;
  return isProtected ? found({ branch, approvalsRequired }, rules.asOf) : absent('noRules', rules.asOf);
}

const ARMOURS: readonly (readonly [beginning: string, kind: ForgeSignature['kind']])[] = [
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

/** Gitea does not tell its own key, by which it may sign merges, from those of people. */
function signatureOf({ sha, commit: { verification } }: GiteaCommit): ForgeCommit['signature'] {
  if (!verification)
    return failed(new ToolError('NOT_READABLE', `the forge does not tell whether commit ${sha} is signed`));
  const { signature, verified, reason, signer } = verification;
  if (signature.trim() === '') return absent('unsigned');
  return found(
    withoutUndefined({
      isValid: verified,
      reason,
      kind: ARMOURS.find(([beginning]) => signature.trimStart().startsWith(beginning))?.[1] ?? 'unknown',
      signer: (signer?.username || signer?.name) ?? undefined,
      isByForge: false,
    }),
  );
}
