import { withoutUndefined } from '../defined.ts';
import type { Dependency } from './dependencies.ts';
import { readDependencies, toInputs } from './dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import type { Node } from './node.ts';
import { anyMember, instant, isAbsent, member, text } from './node.ts';
import { readParameters } from './parameters.ts';
import { provenanceVersion } from './predicate-types.ts';
import type { SourceReading } from './provenance.ts';
import { asPage, readRepositoryPath } from './run.ts';
import { asDefinition, refOf, selectSources } from './select-source.ts';
import { addressNode, readSource } from './sources.ts';

/** SLSA provenance v1, of any build type (slsa.dev/spec/v1.2/build-provenance). */
export const slsaV1: ProvenanceFormat = {
  id: 'slsa-v1',
  matches: ({ predicateType }) => provenanceVersion(predicateType) === 'v1',
  read: (statement) => readSlsaV1(statement),
};

/** Where build types put the repository, in the order of reference/provenance.md 5; `definition` holds the pipeline, and the source only by default. */
const POINTERS = [
  { name: 'source', definition: false },
  { name: 'sourceToBuild', definition: false },
  { name: 'buildConfigSource', definition: true },
  { name: 'configSource', definition: true },
  { name: 'workflow', definition: true },
  { name: 'repository', definition: false },
] as const;

/** `known` is the declared source, where the format has it in a place of its own. */
export function readSlsaV1(statement: Node, known?: SourceReading): ProvenanceReading {
  const definition = member(statement, 'predicate', 'buildDefinition');
  const external = member(definition, 'externalParameters');
  const list = member(definition, 'resolvedDependencies');
  const dependencies = readDependencies(list, 'spdx');
  const present = POINTERS.map((pointer) => ({ ...pointer, node: member(external, pointer.name) })).filter(
    ({ node }) => !isAbsent(addressNode(node).value),
  );
  const declared = known ?? present.map(({ node }) => readPointer(node)).find((pointer) => pointer !== undefined);
  const pipeline = present.find((pointer) => pointer.definition)?.node;
  const sources = selectSources({ at: list, declared, dependencies, prefer: 'dependency' });
  return withoutUndefined({
    ...readRunDetails(member(statement, 'predicate', 'runDetails')),
    buildType: text(member(definition, 'buildType')),
    sources,
    definedIn: pipeline && asDefinition(definingRevision(pipeline, sources, dependencies)),
    pipelineFile: pipeline && readRepositoryPath(member(pipeline, 'path')),
    ref: refOf(sources),
    resolvedDependencies: toInputs(dependencies),
    parameters: readParameters(external),
    completeness: {},
  });
}

/** A text, or an object with the address, and perhaps the ref and the digest, of the repository. */
export function readPointer(node: Node): SourceReading | undefined {
  return readSource({
    uri: addressNode(node),
    digest: member(node, 'digest'),
    ref: member(node, 'ref'),
    grammar: 'spdx',
    role: 'config',
  });
}

export function readRunDetails(
  details: Node,
): Pick<ProvenanceReading, 'builderId' | 'invocationId' | 'runUrl' | 'startedOn' | 'finishedOn'> {
  const metadata = member(details, 'metadata');
  // in-toto-golang before 0.10 wrote `ID`.
  const invocationId = text(anyMember(metadata, 'invocationId', 'invocationID'));
  return withoutUndefined({
    builderId: text(member(details, 'builder', 'id')),
    invocationId,
    runUrl: asPage(invocationId),
    startedOn: instant(member(metadata, 'startedOn')),
    finishedOn: instant(member(metadata, 'finishedOn')),
  });
}

/** The pipeline's repository with its commit: that of the source where it is the same, else of the input that it names. */
function definingRevision(
  pipeline: Node,
  sources: readonly SourceReading[],
  dependencies: readonly Dependency[],
): SourceReading | undefined {
  const pointer = readPointer(pipeline);
  if (pointer === undefined || pointer.commit !== undefined) return pointer;
  const named = [...sources, ...dependencies.flatMap(({ source }) => source ?? [])].filter(
    ({ key, commit }) => key === pointer.key && commit !== undefined,
  );
  const [first, ...others] = named;
  const unanimous = others.every(({ commit }) => commit === first?.commit) ? first : undefined;
  return named.find(({ ref }) => ref === pointer.ref) ?? unanimous ?? pointer;
}
