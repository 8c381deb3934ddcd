import { withoutUndefined } from '../../defined.ts';
import type { Dependency } from '../dependencies.ts';
import { readDependencies, toInputs } from '../dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from '../format.ts';
import { buildTypeOf } from '../format.ts';
import type { Node } from '../node.ts';
import { complain, isAbsent, items, member, text } from '../node.ts';
import { readParameters } from '../parameters.ts';
import type { ResolvedDependency, SourceReading } from '../provenance.ts';
import { readEntryPointFile, readOldMetadata, readRepositoryPath } from '../run.ts';
import { asDefinition, refOf, selectSources } from '../select-source.ts';
import { readRunDetails } from '../slsa-v1.ts';
import { readSource } from '../sources.ts';
import type { Values } from './parameters.ts';
import {
  annotationsIn,
  declaredSource,
  readAnnotations,
  readPaths,
  valuesOfList,
  valuesOfObject,
} from './parameters.ts';

/** `tekton.dev/v1/PipelineRun`; `https://tekton.dev/attestations/chains/pipelinerun@v2`, as it was called first. */
const BUILD_TYPE_V02 =
  /^(?:tekton\.dev\/v1(?:beta1)?\/(?:Pipeline|Task)Run|https:\/\/tekton\.dev\/attestations\/chains(?:\/pipelinerun)?@v2)$/;
const BUILD_TYPE_V1 = /^https:\/\/tekton\.dev\/chains\/v2\/slsa(?:-tekton)?$/;

/** Tekton Chains' `slsa/v1` (also `in-toto`), which Konflux has. */
export const tektonV02: ProvenanceFormat = {
  id: 'tekton-v0.2',
  matches: (statement) => BUILD_TYPE_V02.test(buildTypeOf(statement, 'v0.2') ?? ''),
  read: readV02,
};

/** Tekton Chains' `slsa/v2alpha3` and `slsa/v2alpha4`. */
export const tektonV1: ProvenanceFormat = {
  id: 'tekton-v1',
  matches: (statement) => BUILD_TYPE_V1.test(buildTypeOf(statement, 'v1') ?? ''),
  read: readV1,
};

/** Here `configSource` is where the pipeline is defined: of a central pipeline it is not what was built. */
function readV02(statement: Node): ProvenanceReading {
  const predicate = member(statement, 'predicate');
  const invocation = member(predicate, 'invocation');
  const configSource = member(invocation, 'configSource');
  const materials = member(predicate, 'materials');
  const places = contextsOf(predicate);
  const definition = readSource({
    uri: member(configSource, 'uri'),
    digest: member(configSource, 'digest'),
    grammar: 'spdx',
    role: 'config',
  });
  const said: Said = {
    list: materials,
    dependencies: readDependencies(materials, 'spdx'),
    parameters: valuesOfObject(member(invocation, 'parameters')),
    annotations: annotationsIn(places),
    isSource: ({ source }) =>
      definition === undefined || source?.key !== definition.key || source.commit !== definition.commit,
  };
  const metadata = readOldMetadata(member(predicate, 'metadata'), 'parameters');
  const run = annotationsIn(places)('tekton.dev/pipelineRun');
  return withoutUndefined({
    builderId: text(member(predicate, 'builder', 'id')),
    buildType: text(member(predicate, 'buildType')),
    ...metadata,
    ...readSaid(said),
    invocationId: metadata.invocationId ?? text(run),
    definedIn: asDefinition(definition),
    pipelineFile: definition && readEntryPointFile(member(configSource, 'entryPoint')),
    parameters: readParameters(member(invocation, 'parameters')),
  });
}

/** Of the run, then of its tasks. */
function contextsOf(predicate: Node): readonly Node[] {
  const tasks = items(member(predicate, 'buildConfig', 'tasks'));
  return [predicate, ...tasks].flatMap((node) => {
    const environment = member(node, 'invocation', 'environment');
    return [member(environment, 'annotations'), member(environment, 'labels')];
  });
}

function readV1(statement: Node): ProvenanceReading {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const external = member(definition, 'externalParameters');
  const internal = member(definition, 'internalParameters');
  const list = member(definition, 'resolvedDependencies');
  const config = member(external, 'buildConfigSource');
  const said: Said = {
    list,
    dependencies: readDependencies(list, 'spdx'),
    parameters: valuesOfList(member(external, 'runSpec', 'params')),
    annotations: annotationsIn([member(internal, 'annotations'), member(internal, 'labels')]),
    isSource: ({ input }) => input.name === 'inputs/result',
  };
  return withoutUndefined({
    ...readRunDetails(member(statement, 'predicate', 'runDetails')),
    buildType: text(member(definition, 'buildType')),
    ...readSaid(said),
    definedIn: asDefinition(readDefinition(config)),
    pipelineFile: readRepositoryPath(member(config, 'path')),
    parameters: readParameters(external),
    completeness: {},
  });
}

/** `ref` is a digest, `sha1:<hex>`, and no ref. */
function readDefinition(config: Node): SourceReading | undefined {
  const uri = member(config, 'repository');
  if (isAbsent(uri.value)) return undefined;
  const ref = member(config, 'ref');
  const [, algorithm = '', hex] = /^([a-z0-9]+):([0-9a-f]+)$/i.exec(text(ref)?.value ?? '') ?? [];
  const source = readSource({ uri, grammar: 'spdx', role: 'config' });
  if (source === undefined || isAbsent(ref.value)) return source;
  if (hex === undefined || ![40, 64].includes(hex.length)) {
    complain(ref, 'MALFORMED_ITEM', 'not the digest of a commit');
    return source;
  }
  return { ...source, commit: hex.toLowerCase(), digestKey: algorithm, commitAt: ref.at };
}

type Said = {
  readonly list: Node;
  readonly dependencies: readonly Dependency[];
  readonly parameters: Values;
  readonly annotations: Values;
  /** Of git inputs: the definitions of pipelines and tasks are some too. */
  readonly isSource: (dependency: Dependency) => boolean;
};

type Chosen = Pick<
  ProvenanceReading,
  | 'context'
  | 'dockerfile'
  | 'headRepository'
  | 'hermetic'
  | 'ref'
  | 'resolvedDependencies'
  | 'runUrl'
  | 'sources'
  | 'trigger'
>;

function readSaid({ list, dependencies, parameters, annotations, isSource }: Said): Chosen {
  const git = dependencies.filter(({ source }) => source !== undefined);
  const ownGit = git.filter(isSource);
  const sources = selectSources({
    at: list,
    declared: declaredSource(parameters, annotations),
    // A pipeline that is defined in the repository that it builds.
    dependencies: ownGit.length > 0 ? ownGit : git,
    prefer: 'dependency',
  });
  const run = readAnnotations(annotations);
  return withoutUndefined({
    ...run,
    ...readPaths(parameters),
    sources,
    ref: refOf(sources) ?? run.ref,
    resolvedDependencies: toInputs(dependencies, roleOf),
  });
}

/** Chains lists the images of its steps; a base image only where a task names it. */
function roleOf({ input }: Dependency): ResolvedDependency['role'] {
  return input.image !== undefined && /^oci:\/\//i.test(input.uri ?? '') ? 'tool' : input.role;
}
