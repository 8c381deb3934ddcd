/**
 * What a run's environment says of the change that it was for, as each CI system puts it into its provenance (reference/provenance.md 6). It is
 * the words of the job, and so no evidence; what it admits against itself is worth a warning.
 */
import { isRecord, parseJson } from '../json.ts';
import type { Node } from '../provenance/node.ts';
import { flag, isAbsent, items, member, text } from '../provenance/node.ts';
import type { Read } from '../provenance/provenance.ts';

/** Where a proposed change comes from, and whose it would become; `fork`: the forge itself calls the first a fork. */
export type Proposal = { readonly head: Read<string>; readonly base: Read<string>; readonly fork: boolean };

/** Payloads have about 30 KB. */
const PAYLOAD_LENGTH_MAX = 1024 * 1024;
const PIPELINES_AS_CODE = 'pipelinesascode.tekton.dev';

export function proposedChange(statement: Node): Proposal | undefined {
  return (
    gitHubProposal(statement) ??
    gitLabProposal(statement) ??
    pipelinesAsCodeProposal(statement) ??
    cloudBuildProposal(statement)
  );
}

export function defaultBranch(statement: Node): Read<string> | undefined {
  const branches = [
    member(gitHubPayload(statement), 'repository', 'default_branch'),
    member(gitLabVariables(statement), 'CI_DEFAULT_BRANCH'),
  ];
  return branches.map(text).find((branch) => branch !== undefined);
}

export function isUnprotected(statement: Node): boolean {
  const names = ['github_ref_protected', 'GITHUB_REF_PROTECTED'];
  const flags = [
    ...environments(statement).flatMap((environment) => names.map((name) => member(environment, name))),
    member(gitLabVariables(statement), 'CI_COMMIT_REF_PROTECTED'),
  ];
  return flags.some((node) => flag(node)?.value === false);
}

function gitHubProposal(statement: Node): Proposal | undefined {
  const change = member(gitHubPayload(statement), 'pull_request');
  const repository = (side: 'head' | 'base'): Read<string> | undefined =>
    text(member(change, side, 'repo', 'full_name'));
  const fork = flag(member(change, 'head', 'repo', 'fork'))?.value === true;
  return proposal(repository('head'), repository('base'), fork);
}

function gitLabProposal(statement: Node): Proposal | undefined {
  const variable = (name: string): Read<string> | undefined => text(member(gitLabVariables(statement), name));
  return proposal(variable('CI_MERGE_REQUEST_SOURCE_PROJECT_URL'), variable('CI_PROJECT_URL'));
}

function pipelinesAsCodeProposal(statement: Node): Proposal | undefined {
  const tasks = items(member(statement, 'predicate', 'buildConfig', 'tasks')).map((task) =>
    member(task, 'invocation', 'environment'),
  );
  const places = [...tasks, ...environments(statement)].flatMap((place) => [
    member(place, 'annotations'),
    member(place, 'labels'),
  ]);
  const key = (name: string): Read<string> | undefined =>
    places.map((place) => text(member(place, `${PIPELINES_AS_CODE}/${name}`))).find((read) => read !== undefined);
  return proposal(key('source-repo-url'), key('repo-url'));
}

function cloudBuildProposal(statement: Node): Proposal | undefined {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const external = member(definition, 'externalParameters');
  const substitutions = [
    member(external, 'substitutions'),
    member(definition, 'internalParameters', 'systemSubstitutions'),
    member(statement, 'predicate', 'recipe', 'arguments', 'substitutions'),
  ];
  const [head] = substitutions.flatMap((map) => text(member(map, '_HEAD_REPO_URL')) ?? []);
  const sources = [
    member(external, 'sourceToBuild', 'repository'),
    member(external, 'buildConfigSource', 'repository'),
  ];
  return proposal(
    head,
    sources.map(text).find((source) => source !== undefined),
  );
}

function proposal(head: Read<string> | undefined, base: Read<string> | undefined, fork = false): Proposal | undefined {
  return head === undefined || base === undefined ? undefined : { head, base, fork };
}

/** Where builders put what CI systems tell a job: v0.2, v1. */
function environments(statement: Node): readonly Node[] {
  return [
    member(statement, 'predicate', 'invocation', 'environment'),
    member(statement, 'predicate', 'buildDefinition', 'internalParameters'),
  ];
}

/** As an object, or as a text of JSON. */
function gitHubPayload(statement: Node): Node {
  const nodes = environments(statement).flatMap((environment) =>
    ['github_event_payload', 'GITHUB_EVENT_PAYLOAD'].map((name) => member(environment, name)),
  );
  const found = nodes.find(({ value }) => !isAbsent(value)) ?? member(statement, 'predicate', 'github_event_payload');
  return typeof found.value === 'string' ? { ...found, value: parsedPayload(found.value) } : found;
}

function parsedPayload(written: string): unknown {
  if (written.length > PAYLOAD_LENGTH_MAX) return undefined;
  try {
    const parsed = parseJson(new TextEncoder().encode(written), 'the event');
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    // A text that is no JSON says nothing of a change.
    return undefined;
  }
}

function gitLabVariables(statement: Node): Node {
  return member(statement, 'predicate', 'buildDefinition', 'externalParameters', 'variables');
}
