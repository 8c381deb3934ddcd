import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import { readGitHubRepository, readGitHubRun } from './github-context.ts';
import type { Dependency } from './dependencies.ts';
import { readDependencies, readDependency, toInputs } from './dependencies.ts';
import type { Node } from './node.ts';
import { member } from './node.ts';
import type { DependencyRole, SourceReading } from './provenance.ts';
import { readRepositoryPath } from './run.ts';
import { asDefinition, refOf } from './select-source.ts';
import { readSlsaV02 } from './slsa-v0.2.ts';
import { readSlsaV1 } from './slsa-v1.ts';

/** slsa-github-generator's container, generic and Go generators (`…/container@v1`), and the Go builder's first name. */
export const slsaGitHubGenerator: ProvenanceFormat = {
  id: 'slsa-github-generator',
  matches: (statement) =>
    /^https:\/\/github\.com\/slsa-framework\/slsa-github-generator(?:\/|-go@)/.test(
      buildTypeOf(statement, 'v0.2') ?? '',
    ),
  read: readGenerator,
};

/** Its framework for builders of others' making ("bring your own builder"). */
export const slsaGitHubDelegator: ProvenanceFormat = {
  id: 'slsa-github-delegator',
  matches: (statement) =>
    /^https:\/\/github\.com\/slsa-framework\/slsa-github-generator\/delegator-[\w-]+@v\d+$/.test(
      buildTypeOf(statement, 'v1') ?? '',
    ),
  read: readDelegator,
};

/** Its builder that runs a command in a container. */
export const slsaContainerBased: ProvenanceFormat = {
  id: 'slsa-container-based',
  matches: (statement) => buildTypeOf(statement, 'v1') === 'https://slsa.dev/container-based-build/v0.1?draft',
  read: readContainerBased,
};

function readGenerator(statement: Node): ProvenanceReading {
  const generic = readSlsaV02(statement);
  const environment = member(statement, 'predicate', 'invocation', 'environment');
  const { ref, ...run } = readGitHubRun(environment, 'github_', generic.sources[0]?.url);
  const sources = generic.sources.map(withoutGitSuffix);
  const definedIn = generic.definedIn && withoutGitSuffix(generic.definedIn);
  return withoutUndefined({ ...generic, ...run, sources, definedIn, ref: refOf(sources) ?? ref });
}

/** The container generator's documents also have `…@refs/heads/main.git`. */
function withoutGitSuffix(source: SourceReading): SourceReading {
  return source.ref === undefined ? source : { ...source, ref: source.ref.replace(/\.git$/, '') };
}

function readDelegator(statement: Node): ProvenanceReading {
  const environment = member(statement, 'predicate', 'buildDefinition', 'internalParameters');
  return joinRun(readSlsaV1(statement, readGitHubRepository(environment, 'GITHUB_')), environment);
}

/** The builder's own revision is among the inputs: a tool, with the digest of its binary and not of a commit. */
function readContainerBased(statement: Node): ProvenanceReading {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const external = member(definition, 'externalParameters');
  const generic = readSlsaV1(statement);
  const sourceKeys = new Set(generic.sources.map(({ key }) => key));
  const roleOf = ({ input, source }: Dependency): DependencyRole =>
    source !== undefined && sourceKeys.has(source.key) ? input.role : 'tool';
  const dependencies = [
    ...readDependencies(member(definition, 'resolvedDependencies'), 'spdx'),
    readDependency(member(external, 'builderImage'), 'spdx'),
  ];
  const pipelineFile = readRepositoryPath(member(external, 'configPath'));
  const reading = { ...generic, resolvedDependencies: toInputs(dependencies, roleOf) };
  const run = joinRun(reading, member(definition, 'internalParameters'));
  // The command is in a file of the source; the workflow only starts it.
  return withoutUndefined({
    ...run,
    definedIn: asDefinition(generic.sources[0]),
    pipelineFile: pipelineFile ?? run.pipelineFile,
  });
}

function joinRun(reading: ProvenanceReading, environment: Node): ProvenanceReading {
  const run = readGitHubRun(environment, 'GITHUB_');
  return withoutUndefined({
    ...reading,
    ...run,
    runUrl: reading.runUrl ?? run.runUrl,
    ref: refOf(reading.sources) ?? run.ref,
  });
}
