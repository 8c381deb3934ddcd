import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import type { Node } from './node.ts';
import { member, text } from './node.ts';
import type { Read } from './provenance.ts';
import { readSlsaV1 } from './slsa-v1.ts';

const BUILD_TYPES: ReadonlySet<string | undefined> = new Set([
  'https://actions.github.io/buildtypes/workflow/v1',
  // Before June 2024.
  'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
]);

/** GitHub's actions/attest and those who write its build type (actions/buildtypes, workflow/v1). */
export const githubActions: ProvenanceFormat = {
  id: 'github-actions',
  matches: (statement) => BUILD_TYPES.has(buildTypeOf(statement, 'v1')),
  read: readGitHubActions,
};

function readGitHubActions(statement: Node): ProvenanceReading {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const github = member(definition, 'internalParameters', 'github');
  const generic = readSlsaV1(statement);
  return withoutUndefined({
    ...generic,
    ref: text(member(definition, 'externalParameters', 'workflow', 'ref')) ?? generic.ref,
    trigger: text(member(github, 'event_name')),
    repositoryId: text(member(github, 'repository_id')),
    ownerId: text(member(github, 'repository_owner_id')),
    runner: text(member(github, 'runner_environment')) ?? runnerOf(generic.builderId),
  });
}

/** Before June 2024 the builder's id was the class of the runner. */
function runnerOf(builderId: Read<string> | undefined): Read<string> | undefined {
  const runner = /^https:\/\/github\.com\/actions\/runner\/((?:github|self)-hosted)$/.exec(builderId?.value ?? '')?.[1];
  return runner === undefined || builderId === undefined ? undefined : { value: runner, at: builderId.at };
}
