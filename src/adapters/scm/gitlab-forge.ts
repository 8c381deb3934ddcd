import { ToolError } from '../../core/errors.ts';
import type { ForgeCommit, ForgeRepository } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failed, found } from '../../core/model/outcome.ts';
import type { CommitAbsence } from '../../ports/code-forge.ts';
import { pageAt } from './account.ts';
import type { ForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { readContained, readProtection, readSignature } from './gitlab-commit-parts.ts';
import { fetchAccount, fetchGroup } from './gitlab-people.ts';
import { readMergeRequests } from './gitlab-reviews.ts';
import type { CommitAnswer, ProjectAnswer } from './gitlab-schema.ts';
import { commitSchema, projectSchema } from './gitlab-schema.ts';
import { LIVES_MS } from './lives.ts';

/** GitLab's REST API (ownership.md 4.4), with a token or, for less, without. */
export function gitlabForge(client: ForgeClient): ForgeApi {
  return {
    fetchCommit: (question) => fetchCommit(client, question),
    fetchTeam: (handle) => fetchGroup(client, handle),
    fetchAccount: (login) => fetchAccount(client, login),
  };
}

/** A project as GitLab numbers it, which a new name does not change. */
export type ProjectPlace = {
  readonly client: ForgeClient;
  /** `projects/7`. */
  readonly at: string;
  /** As messages name it. */
  readonly path: string;
  readonly commit: string;
};

async function fetchCommit(
  client: ForgeClient,
  { path, commit }: Parameters<ForgeApi['fetchCommit']>[0],
): Promise<Outcome<ForgeCommit, CommitAbsence>> {
  const project = await client.read({
    path: `projects/${encodeURIComponent(path)}`,
    what: `the project ${path}`,
    schema: projectSchema,
    lifeMs: LIVES_MS.repository,
  });
  if (project.kind === 'absent') return { ...project, reason: 'noSuchRepository' };
  if (project.kind === 'failed') return project;
  const place = { client, at: `projects/${project.value.id}`, path, commit };
  const answer = await client.read({
    path: `${place.at}/repository/commits/${commit}`,
    what: `commit ${commit} of ${path}`,
    schema: commitSchema,
    lifeMs: LIVES_MS.commit,
  });
  if (answer.kind === 'absent') return { ...answer, reason: 'noSuchCommit' };
  if (answer.kind === 'failed') return answer;
  if (answer.value.id !== commit) {
    const detail = { expected: commit, got: answer.value.id.slice(0, 100) };
    return failed(new ToolError('MALFORMED', `${client.forge.host} answered another commit`, detail));
  }
  const { default_branch: branch } = project.value;
  const [onDefaultBranch, signature, reviews, branchRules] = await Promise.all([
    readContained(place, branch),
    readSignature(place),
    readMergeRequests(place),
    readProtection(place, branch),
  ]);
  const told = { ...commitOf(answer.value), onDefaultBranch, signature, reviews, branchRules, codeownersErrors: [] };
  return found({ ...told, repository: repositoryOf(project.value, client.forge.host) }, answer.asOf);
}

/** GitLab ties e-mail addresses to accounts, and does not tell how. */
function commitOf(answer: CommitAnswer): Pick<ForgeCommit, 'commit' | 'url' | 'author' | 'committer' | 'authors'> {
  const url = pageAt(answer.web_url);
  return {
    commit: answer.id,
    ...(url === undefined ? {} : { url }),
    author: { name: answer.author_name, email: answer.author_email },
    committer: { name: answer.committer_name, email: answer.committer_email },
    authors: [],
  };
}

function repositoryOf(answer: ProjectAnswer, host: string): ForgeRepository {
  const { visibility, archived, default_branch: defaultBranch, path_with_namespace: path } = answer;
  return {
    path,
    url: pageAt(answer.web_url) ?? `https://${host}/${path}`,
    id: String(answer.id),
    ...(visibility === 'public' || visibility === 'internal' || visibility === 'private' ? { visibility } : {}),
    ...(archived === undefined ? {} : { isArchived: archived }),
    isFork: Boolean(answer.forked_from_project),
    ...(defaultBranch ? { defaultBranch } : {}),
  };
}
