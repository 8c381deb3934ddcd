import type { Node } from '../node.ts';
import { anyMember, member } from '../node.ts';

/**
 * Where BuildKit keeps its parts in a predicate (moby/buildkit, docs/attestations/slsa-definitions.md). What it writes is the same in v0.2 and
 * v1; only the places differ.
 */
export type Layout = {
  readonly builderId: Node;
  readonly buildType: Node;
  readonly configSource: Node;
  /** Under which name the config source has the Dockerfile's name. */
  readonly fileName: 'entryPoint' | 'path';
  readonly request: Node;
  readonly environment: Node;
  readonly builderPlatform: Node;
  readonly dependencies: Node;
  /** BuildKit's own extension: `vcs`, `source`, `layers`. */
  readonly extension: Node;
  readonly invocationId: Node;
  readonly startedOn: Node;
  readonly finishedOn: Node;
  readonly completeParameters: Node;
  readonly completeEnvironment: Node;
  readonly completeMaterials: Node;
  readonly hermetic: Node;
  readonly reproducible: Node;
};

const V02_EXTENSION = 'https://mobyproject.org/buildkit@v1';

export function layoutV02(statement: Node): Layout {
  const predicate = member(statement, 'predicate');
  const invocation = member(predicate, 'invocation');
  const environment = member(invocation, 'environment');
  const metadata = member(predicate, 'metadata');
  const completeness = member(metadata, 'completeness');
  return {
    builderId: member(predicate, 'builder', 'id'),
    buildType: member(predicate, 'buildType'),
    configSource: member(invocation, 'configSource'),
    fileName: 'entryPoint',
    request: member(invocation, 'parameters'),
    environment,
    builderPlatform: member(environment, 'platform'),
    dependencies: member(predicate, 'materials'),
    extension: member(metadata, `${V02_EXTENSION}#metadata`),
    invocationId: anyMember(metadata, 'buildInvocationId', 'buildInvocationID'),
    startedOn: member(metadata, 'buildStartedOn'),
    finishedOn: member(metadata, 'buildFinishedOn'),
    completeParameters: member(completeness, 'parameters'),
    completeEnvironment: member(completeness, 'environment'),
    completeMaterials: member(completeness, 'materials'),
    hermetic: member(metadata, `${V02_EXTENSION}#hermetic`),
    reproducible: member(metadata, 'reproducible'),
  };
}

export function layoutV1(statement: Node): Layout {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const external = member(definition, 'externalParameters');
  const environment = member(definition, 'internalParameters');
  const details = member(statement, 'predicate', 'runDetails');
  const metadata = member(details, 'metadata');
  const completeness = member(metadata, 'buildkit_completeness');
  return {
    builderId: member(details, 'builder', 'id'),
    buildType: member(definition, 'buildType'),
    configSource: member(external, 'configSource'),
    fileName: 'path',
    request: member(external, 'request'),
    environment,
    builderPlatform: member(environment, 'builderPlatform'),
    dependencies: member(definition, 'resolvedDependencies'),
    extension: member(metadata, 'buildkit_metadata'),
    // BuildKit before 0.28 wrote `ID`.
    invocationId: anyMember(metadata, 'invocationId', 'invocationID'),
    startedOn: member(metadata, 'startedOn'),
    finishedOn: member(metadata, 'finishedOn'),
    completeParameters: member(completeness, 'request'),
    completeEnvironment: member(completeness, 'environment'),
    completeMaterials: member(completeness, 'resolvedDependencies'),
    hermetic: member(metadata, 'buildkit_hermetic'),
    reproducible: member(metadata, 'buildkit_reproducible'),
  };
}
