import type { Gathered, Remark } from '../model/chain.ts';
import { formatPlatform } from '../model/descriptor.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { Evidence, FactName } from '../model/evidence.ts';
import type { ImageStructure } from '../model/image.ts';
import { readBuilderMarks } from '../provenance/history.ts';
import { readLabels } from '../provenance/labels/index.ts';
import type { Labels } from '../provenance/labels/index.ts';
import { claimsOfMarks } from './from-history.ts';
import type { PlacedReading } from './from-labels.ts';
import { claimsOfLabels } from './from-labels.ts';
import { RANKS } from './ranks.ts';

/** Times that builders write for reproducibility, and that say nothing (reference/provenance.md 16). */
const NO_TIME = /^(?:0001|1970|1980)-/;

type About = { readonly collector: string; readonly image: ImageEntity; readonly structure: ImageStructure };

/** What the image's own documents say, as `declared` evidence: what they are, and what was written on them. */
export function evidenceFromStructure(about: About): Pick<Gathered, 'evidence' | 'remarks'> {
  const readings = labelPlaces(about.structure).flatMap((place) => readPlace(about, place));
  return {
    evidence: [...readings.flatMap(claimsOfLabels), ...marks(about), ...facts(about)],
    remarks: [...leftOut(about), ...readings.flatMap(remarksOf)],
  };
}

type LabelPlace = Pick<PlacedReading, 'rank' | 'boundBy' | 'location' | 'document'> & { readonly labels: Labels };

/** For this platform, what is written last in a pipeline and nearest to it comes first (reference/provenance.md 9.3). */
function labelPlaces({
  config,
  digests,
  manifest,
  descriptor,
  indexAnnotations,
}: ImageStructure): readonly LabelPlace[] {
  return [
    {
      labels: descriptor?.annotations ?? {},
      rank: RANKS.descriptorAnnotation,
      boundBy: 'index',
      location: 'annotations of the descriptor in the index',
      document: digests.indexes.at(-1),
    },
    {
      labels: manifest?.annotations ?? {},
      rank: RANKS.manifestAnnotation,
      boundBy: 'platform',
      location: 'annotations of the manifest',
      document: digests.platform,
    },
    ...indexAnnotations.map((labels, depth): LabelPlace => ({
      labels,
      rank: RANKS.indexAnnotation,
      boundBy: 'index',
      location: 'annotations of the index',
      document: digests.indexes[depth],
    })),
    {
      labels: config.labels,
      rank: RANKS.configLabel,
      boundBy: 'config',
      location: 'config labels',
      document: digests.config,
    },
  ];
}

function readPlace(
  { collector, image, structure }: About,
  { labels, rank, ...place }: LabelPlace,
): readonly PlacedReading[] {
  const { history } = structure.config;
  return readLabels(labels).map((reading, order) => ({
    ...place,
    collector,
    image,
    history,
    reading,
    rank: rank + order,
  }));
}

function remarksOf({ image, reading, location }: PlacedReading): readonly Remark[] {
  return reading.problems.map(({ code, at, message }) => ({
    about: image,
    code,
    message,
    location: `${location} ${at}`,
  }));
}

function leftOut({ image, structure }: About): readonly Remark[] {
  return structure.config.labelsLeftOut.map((label) => ({
    about: image,
    code: 'TRUNCATED',
    message: 'longer than any label that is read',
    location: `config labels ${label}`,
  }));
}

/** What a builder leaves in author, history and labels without being asked. */
function marks({ collector, image, structure }: About): readonly Evidence[] {
  return claimsOfMarks({ collector, image, document: structure.digests.config }, readBuilderMarks(structure.config));
}

function facts({ collector, image, structure }: About): readonly Evidence[] {
  const { config, digests, platform } = structure;
  const values: readonly (readonly [name: FactName, value: string | undefined])[] = [
    ['platform', platform === undefined ? undefined : formatPlatform(platform)],
    ['configDigest', digests.config],
    ['created', config.created === undefined || NO_TIME.test(config.created) ? undefined : config.created],
    ['author', config.author],
    ['diffIds', config.diffIds.length === 0 ? undefined : config.diffIds.join(' ')],
    ...Object.entries(config.labels).map(([key, value]) => [`label:${key}`, value] as const),
  ];
  return values.flatMap(([name, value]): Evidence[] => {
    if (value === undefined) return [];
    const location = name.startsWith('label:') ? 'config labels' : 'config';
    const origin = { collector, location, document: digests.config };
    return [
      {
        claim: { kind: 'fact', about: image, name, value },
        strength: 'declared',
        rank: RANKS.imageConfig,
        boundBy: 'config',
        origin,
      },
    ];
  });
}
