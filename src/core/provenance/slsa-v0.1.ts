import { withoutUndefined } from '../defined.ts';
import { parseSourceUrl } from '../source-url.ts';
import type { Dependency } from './dependencies.ts';
import { readDependencies, toInputs } from './dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import type { Node } from './node.ts';
import { complain, member, text } from './node.ts';
import { readParameters } from './parameters.ts';
import { provenanceVersion } from './predicate-types.ts';
import type { SourceReading } from './provenance.ts';
import { readEntryPointFile, readOldMetadata } from './run.ts';
import { asDefinition, refOf, selectSources } from './select-source.ts';
import { completeSource } from './sources.ts';

/** SLSA provenance v0.1, of any build type (slsa.dev/provenance/v0.1). */
export const slsaV01: ProvenanceFormat = {
  id: 'slsa-v0.1',
  matches: ({ predicateType }) => provenanceVersion(predicateType) === 'v0.1',
  read: readSlsaV01,
};

export function readSlsaV01(statement: Node): ProvenanceReading {
  const predicate = member(statement, 'predicate');
  const recipe = member(predicate, 'recipe');
  const materials = member(predicate, 'materials');
  const dependencies = readDependencies(materials, 'spdx');
  const defining = definingMaterial(member(recipe, 'definedInMaterial'), materials, dependencies);
  const sources = selectSources({
    at: materials,
    declared: defining,
    dependencies: defining === undefined ? dependencies : dependencies.filter(({ source }) => source === defining),
    prefer: 'declared',
  });
  const entryPoint = member(recipe, 'entryPoint');
  return withoutUndefined({
    builderId: text(member(predicate, 'builder', 'id')),
    buildType: text(member(recipe, 'type')),
    sources,
    definedIn: asDefinition(definedByAddress(entryPoint) ?? defining),
    pipelineFile: readEntryPointFile(entryPoint),
    ref: refOf(sources),
    resolvedDependencies: toInputs(dependencies),
    parameters: readParameters(member(recipe, 'arguments')),
    ...readOldMetadata(member(predicate, 'metadata'), 'arguments'),
  });
}

/** By an index, which may be 0. Null, absent, and Google's -1 mean that it is not known; a 64-bit number is text in its JSON. */
function definingMaterial(
  index: Node,
  materials: Node,
  dependencies: readonly Dependency[],
): SourceReading | undefined {
  const written = text(index)?.value;
  if (written === undefined || written === '-1') return undefined;
  const at = member(materials, Number(written)).at;
  const material = dependencies.find(({ input }) => input.at === at);
  if (material === undefined) complain(index, 'MALFORMED_ITEM', 'not the index of a material');
  return material?.source;
}

/** Where the entry point is the address of a file, that file's repository defines the build. */
function definedByAddress(entryPoint: Node): SourceReading | undefined {
  if (typeof entryPoint.value !== 'string' || !entryPoint.value.includes('://')) return undefined;
  const page = parseSourceUrl(entryPoint.value, 'web');
  return page.kind === 'refused'
    ? undefined
    : completeSource(page.source, { uri: entryPoint, grammar: 'web', role: 'config' });
}
