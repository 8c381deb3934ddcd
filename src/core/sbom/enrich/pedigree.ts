import { withoutUndefined } from '../../defined.ts';
import { algorithmName } from '../hashes.ts';
import type { JsonRecord } from '../item.ts';
import type { BaseFacts, ChainFacts, Said } from './chain-facts.ts';
import type { Enriching } from './enriching.ts';
import { addressOf } from './enriching.ts';
import { imageComponent } from './image-component.ts';
import { gradeProperties } from './property-names.ts';

/** CycloneDX `pedigree`: the commit that the image was built from, and its base images, the nearest first. */
export function pedigreeOf({ source, bases }: ChainFacts, enriching: Enriching): JsonRecord | undefined {
  const ancestors = bases.map((base) => ancestorOf(base, enriching));
  const commits =
    source?.commit === undefined
      ? []
      : [withoutUndefined({ uid: source.commit, url: addressOf(source.commitUrl, enriching) })];
  if (ancestors.length + commits.length === 0) return undefined;
  return withoutUndefined({
    ancestors: ancestors.length === 0 ? undefined : ancestors,
    commits: commits.length === 0 ? undefined : commits,
  });
}

function ancestorOf(base: Said<BaseFacts>, { refFor }: Enriching): JsonRecord {
  const { id, name, version, purl, hashes } = imageComponent(refFor('base'), base);
  return withoutUndefined({
    type: 'container',
    'bom-ref': id,
    name,
    version,
    purl: purl?.text,
    hashes:
      hashes.length === 0
        ? undefined
        : hashes.map(({ algorithm, value }) => ({ alg: algorithmName(algorithm, 'cyclonedx'), content: value })),
    properties: gradeProperties('base', base),
  });
}
