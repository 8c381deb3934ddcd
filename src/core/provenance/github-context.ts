/**
 * What GitHub Actions tells a job about its run. Several builders copy it into their provenance, under names of their own spelling:
 * `github_run_id`, `GITHUB_RUN_ID`.
 */
import { withoutUndefined } from '../defined.ts';
import { parseSourceUrl } from '../source-url.ts';
import { fullCommit } from '../source-url/pointer.ts';
import type { ProvenanceReading } from './format.ts';
import type { Node } from './node.ts';
import { complain, flag, member, text } from './node.ts';
import type { Read, SourceReading } from './provenance.ts';
import { asPage, readRepositoryPath } from './run.ts';
import { refOf } from './select-source.ts';
import { readSource } from './sources.ts';

export type GitHubRun = Pick<
  ProvenanceReading,
  | 'defaultBranch'
  | 'definedIn'
  | 'headRepository'
  | 'ownerId'
  | 'pipelineFile'
  | 'ref'
  | 'refProtected'
  | 'repositoryId'
  | 'runUrl'
  | 'runner'
  | 'trigger'
>;
/** Claims of GitHub's identity tokens have no prefix. */
export type GitHubNames = 'github_' | 'GITHUB_' | '';

const DEFAULT_SERVER = 'https://github.com';
/** `owner/repo` */
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

/** `repositoryUrl` is used for the run's page where the environment does not name the repository. */
export function readGitHubRun(environment: Node, names: GitHubNames, repositoryUrl?: string): GitHubRun {
  const variable = (name: string): Node =>
    member(environment, names === 'GITHUB_' ? `GITHUB_${name.toUpperCase()}` : `${names}${name}`);
  const server = serverOf(variable('server_url'));
  return withoutUndefined({
    trigger: text(variable('event_name')),
    ref: text(variable('ref')),
    refProtected: flag(variable('ref_protected')),
    defaultBranch: text(member(variable('event_payload'), 'repository', 'default_branch')),
    repositoryId: text(variable('repository_id')),
    ownerId: text(variable('repository_owner_id')),
    runner: text(variable('runner_environment')),
    runUrl: runPage(repositoryAddress(server, variable('repository')) ?? repositoryUrl, variable),
    headRepository: headRepository(server, variable('event_payload')),
    ...readWorkflow(server, variable('workflow_ref'), variable('workflow_sha')),
  });
}

/** The repository that the run belongs to, as the job's environment names it. */
export function readGitHubRepository(environment: Node, names: GitHubNames): SourceReading | undefined {
  const upper = names === 'GITHUB_';
  const server = serverOf(member(environment, upper ? 'GITHUB_SERVER_URL' : 'github_server_url'));
  const repository = member(environment, upper ? 'GITHUB_REPOSITORY' : 'github_repository');
  const address = repositoryAddress(server, repository);
  if (address === undefined) return undefined;
  const ref = member(environment, upper ? 'GITHUB_REF' : 'github_ref');
  return readSource({ uri: { ...repository, value: address }, ref, grammar: 'web', role: 'config' });
}

function serverOf(node: Node): string {
  return asPage(text(node))?.value.replace(/\/+$/, '') ?? DEFAULT_SERVER;
}

function repositoryAddress(server: string, node: Node): string | undefined {
  const repository = text(node)?.value;
  if (repository === undefined) return undefined;
  if (REPOSITORY.test(repository)) return `${server}/${repository}`;
  complain(node, 'MALFORMED_ITEM', 'not owner/repository');
  return undefined;
}

function runPage(repository: string | undefined, variable: (name: string) => Node): Read<string> | undefined {
  const run = text(variable('run_id'));
  if (repository === undefined || run === undefined || !/^\d+$/.test(run.value)) return undefined;
  const attempt = text(variable('run_attempt'))?.value ?? '';
  const attempts = /^\d+$/.test(attempt) ? `/attempts/${attempt}` : '';
  return { value: `${repository}/actions/runs/${run.value}${attempts}`, at: run.at };
}

/** `owner/repo/.github/workflows/ci.yml@refs/heads/main`. Path and ref may hold `@`; every ref begins with `refs/`. */
function readWorkflow(server: string, workflow: Node, commit: Node): Pick<GitHubRun, 'definedIn' | 'pipelineFile'> {
  const written = text(workflow)?.value;
  if (written === undefined) return {};
  const [, repository, path, ref] = /^([^/]+\/[^/]+)\/(.+?)@(refs\/.+|[^@]+)$/.exec(written) ?? [];
  if (repository === undefined || path === undefined) {
    complain(workflow, 'MALFORMED_ITEM', 'not owner/repository/path@ref');
    return {};
  }
  const uri = { ...workflow, value: `git+${server}/${repository}@${ref}` };
  const source = readSource({ uri, grammar: 'spdx', role: 'config' });
  const sha = fullCommit(text(commit)?.value);
  return withoutUndefined({
    definedIn: source && sha !== undefined ? { ...source, commit: sha, commitAt: commit.at } : source,
    pipelineFile: readRepositoryPath({ ...workflow, value: path }),
  });
}

/** From the event's payload: for a pull request, where the change comes from. */
function headRepository(server: string, payload: Node): Read<string> | undefined {
  const name = member(payload, 'pull_request', 'head', 'repo', 'full_name');
  const address = repositoryAddress(server, name);
  const result = address === undefined ? undefined : parseSourceUrl(address, 'web');
  return result?.kind === 'repository' ? { value: result.source.url, at: name.at } : undefined;
}

/** A reading with what the job's environment says of the run; where both say it, what the builder itself wrote. */
export function joinGitHubRun(reading: ProvenanceReading, environment: Node): ProvenanceReading {
  const run = readGitHubRun(environment, 'GITHUB_');
  return withoutUndefined({
    ...reading,
    ...run,
    runUrl: reading.runUrl ?? run.runUrl,
    ref: refOf(reading.sources) ?? run.ref,
  });
}
