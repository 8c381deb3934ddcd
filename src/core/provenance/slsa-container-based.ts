import { withoutUndefined } from '../defined.ts';
import type { Dependency } from './dependencies.ts';
import { readDependencies, readDependency, toInputs } from './dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import { joinGitHubRun } from './github-context.ts';
import type { Node } from './node.ts';
import { isAbsent, member } from './node.ts';
import type { DependencyRole } from './provenance.ts';
import { readRepositoryPath } from './run.ts';
import { asDefinition } from './select-source.ts';
import { readSlsaV1 } from './slsa-v1.ts';

/** slsa-github-generator's builder that runs a command in a container. */
export const slsaContainerBased: ProvenanceFormat = {
  id: 'slsa-container-based',
  matches: (statement) => buildTypeOf(statement, 'v1') === 'https://slsa.dev/container-based-build/v0.1?draft',
  read: readContainerBased,
};

function readContainerBased(statement: Node): ProvenanceReading {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const generic = readSlsaV1(statement);
  const reading = { ...generic, resolvedDependencies: readInputs(definition, generic) };
  const run = joinGitHubRun(reading, member(definition, 'internalParameters'));
  const pipelineFile = readRepositoryPath(member(definition, 'externalParameters', 'configPath'));
  // The command is in a file of the source; the workflow only starts it.
  return pipelineFile === undefined
    ? run
    : withoutUndefined({ ...run, definedIn: asDefinition(generic.sources[0]), pipelineFile });
}

/** The builder's own revision is among the inputs: a tool, with the digest of its binary and not of a commit. */
function readInputs(definition: Node, { sources }: ProvenanceReading): ProvenanceReading['resolvedDependencies'] {
  const builderImage = member(definition, 'externalParameters', 'builderImage');
  const sourceKeys = new Set(sources.map(({ key }) => key));
  const roleOf = ({ input, source }: Dependency): DependencyRole =>
    source !== undefined && sourceKeys.has(source.key) ? input.role : 'tool';
  const dependencies = readDependencies(member(definition, 'resolvedDependencies'), 'spdx');
  const image = isAbsent(builderImage.value) ? [] : [readDependency(builderImage, 'spdx')];
  return toInputs([...dependencies, ...image], roleOf);
}
