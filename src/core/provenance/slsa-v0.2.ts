import { withoutUndefined } from '../defined.ts';
import { readDependencies, toInputs } from './dependencies.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import type { Node } from './node.ts';
import { member, text } from './node.ts';
import { readParameters } from './parameters.ts';
import { provenanceVersion } from './predicate-types.ts';
import { readEntryPointFile, readOldMetadata } from './run.ts';
import { asDefinition, refOf, selectSources } from './select-source.ts';
import { readSource } from './sources.ts';

/** SLSA provenance v0.2, of any build type (slsa.dev/provenance/v0.2). */
export const slsaV02: ProvenanceFormat = {
  id: 'slsa-v0.2',
  matches: ({ predicateType }) => provenanceVersion(predicateType) === 'v0.2',
  read: readSlsaV02,
};

export function readSlsaV02(statement: Node): ProvenanceReading {
  const predicate = member(statement, 'predicate');
  const invocation = member(predicate, 'invocation');
  const configSource = member(invocation, 'configSource');
  const materials = member(predicate, 'materials');
  const dependencies = readDependencies(materials, 'spdx');
  const config = readSource({
    uri: member(configSource, 'uri'),
    digest: member(configSource, 'digest'),
    grammar: 'spdx',
    role: 'config',
  });
  const declared = config?.gitLike === true || config?.commit !== undefined ? config : undefined;
  const sources = selectSources({ at: materials, declared, dependencies, prefer: 'declared' });
  return withoutUndefined({
    builderId: text(member(predicate, 'builder', 'id')),
    buildType: text(member(predicate, 'buildType')),
    sources,
    definedIn: asDefinition(sources.find(({ key }) => key === declared?.key)),
    pipelineFile: readEntryPointFile(member(configSource, 'entryPoint')),
    ref: refOf(sources),
    resolvedDependencies: toInputs(dependencies),
    parameters: readParameters(member(invocation, 'parameters')),
    ...readOldMetadata(member(predicate, 'metadata'), 'parameters'),
  });
}
