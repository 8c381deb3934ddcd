import { withoutUndefined } from '../../defined.ts';
import type { JsonRecord } from '../item.ts';
import type { BuildFacts, ChainFacts, Said } from './chain-facts.ts';
import type { Enriching } from './enriching.ts';
import { momentOf, outsideResource } from './enriching.ts';
import { gradeProperties, property } from './property-names.ts';

/** CycloneDX `formulation`: the run that built the image, what went into it and what came out. Empty where no build is known. */
export function formulationOf(facts: ChainFacts, enriching: Enriching): readonly JsonRecord[] {
  if (facts.build === undefined) return [];
  return [{ 'bom-ref': enriching.refFor('formula'), workflows: [workflowOf(facts.build, facts, enriching)] }];
}

function workflowOf(build: Said<BuildFacts>, { source }: ChainFacts, enriching: Enriching): JsonRecord {
  const inputs = outsideResource(
    { type: 'vcs', url: source?.repository, comment: source?.commit && `commit ${source.commit}` },
    enriching,
  );
  const uses = [
    ...outsideResource({ type: 'build-system', url: build.builderId, comment: 'the builder' }, enriching),
    ...outsideResource({ type: 'build-meta', url: build.invocationUrl, comment: 'the run' }, enriching),
  ];
  return withoutUndefined({
    'bom-ref': enriching.refFor('build'),
    uid: build.invocationUrl ?? build.builderId,
    name: build.buildType,
    taskTypes: ['build'],
    resourceReferences: uses.length === 0 ? undefined : uses,
    inputs: inputs.length === 0 ? undefined : inputs.map((resource) => ({ resource })),
    outputs: [{ type: 'artifact', resource: { ref: enriching.imageRef } }],
    timeStart: momentOf(build.started, enriching),
    timeEnd: momentOf(build.finished, enriching),
    properties: [
      ...property('provtrace:build:builder', build.builderId),
      ...property('provtrace:build:type', build.buildType),
      ...gradeProperties('build', build),
    ],
  });
}
