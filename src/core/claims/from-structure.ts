import type { Gathered } from '../model/chain.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { Evidence, FactName } from '../model/evidence.ts';
import type { ImageStructure } from '../model/image.ts';
import { formatPlatform } from '../model/descriptor.ts';
import { readLabels } from '../provenance/labels/index.ts';
import { claimsOfLabels } from './from-labels.ts';
import { RANKS } from './ranks.ts';

/** Times that builders write for reproducibility, and that say nothing (reference/provenance.md 16). */
const NO_TIME = /^(?:0001|1970|1980)-/;

/** What the image's own documents say, as `declared` evidence: what they are, and what was written on them. */
export function evidenceFromStructure(collector: string, image: ImageEntity, structure: ImageStructure): Pick<Gathered, 'evidence' | 'remarks'> {
  const { config, digests, manifest, descriptor, indexAnnotations, platform } = structure;
  const [outermost] = digests.indexes;
  const placed = [
    { labels: descriptor?.annotations ?? {}, rank: RANKS.descriptorAnnotation, boundBy: 'index' as const, location: 'annotations of the descriptor in the index', document: digests.indexes.at(-1) },
    { labels: manifest?.annotations ?? {}, rank: RANKS.manifestAnnotation, boundBy: 'platform' as const, location: 'annotations of the manifest', document: digests.platform },
    ...indexAnnotations.map((labels) => ({ labels, rank: RANKS.indexAnnotation, boundBy: 'index' as const, location: 'annotations of the index', document: outermost })),
    { labels: config.labels, rank: RANKS.configLabel, boundBy: 'config' as const, location: 'config labels', document: digests.config },
  ];
  const facts: readonly (readonly [FactName, string | undefined])[] = [
    ['platform', platform === undefined ? undefined : formatPlatform(platform)],
    ['configDigest', digests.config],
    ['created', config.created === undefined || NO_TIME.test(config.created) ? undefined : config.created],
    ['author', config.author],
    ['diffIds', config.diffIds.length === 0 ? undefined : config.diffIds.join(' ')],
    ...Object.entries(config.labels).map(([key, value]) => [`label:${key}`, value] as const),
  ];
  const readings = placed.flatMap(({ labels, rank, ...place }) => readLabels(labels).map((reading, order) => ({ ...place, collector, image, reading, rank: rank + order })));
  return {
    remarks: readings.flatMap(({ reading, location }) => reading.problems.map(({ code, at, message }) => ({ about: image, code, message, location: `${location} ${at}` }))),
    evidence: [
      ...readings.flatMap(claimsOfLabels),
      ...facts.flatMap(([name, value]): Evidence[] => {
        if (value === undefined) return [];
        const origin = { collector, location: name.startsWith('label:') ? 'config labels' : 'config', document: digests.config };
        return [{ claim: { kind: 'fact', about: image, name, value }, strength: 'declared', rank: RANKS.imageConfig, boundBy: 'config', origin }];
      }),
    ],
  };
}
