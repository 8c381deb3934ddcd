import type { Chain, Dossier, Hop } from '../model/chain.ts';
import type { Problem } from '../model/evidence.ts';
import type { SourceFacts } from '../source/facts.ts';
import { soleSource } from '../source/people.ts';

/** The image's source, where one was asked and no other disputes it. */
export function sourceOf({ people }: Pick<Dossier, 'people'>): SourceFacts | undefined {
  return people === undefined ? undefined : soleSource(people);
}

/** Those that the image may equally well be of; none where it is known, or nothing is. */
export function disputedSources({ people }: Pick<Dossier, 'people'>): readonly SourceFacts[] {
  return people === undefined || people.sources.length < 2 ? [] : people.sources;
}

/** Services that the image may equally well be; none where it is known, or no catalog says. */
export function disputedServices({ gaps }: Chain): readonly Hop[] {
  const gap = gaps.find(({ relation }) => relation === 'componentOf');
  return gap?.reason === 'conflict' ? gap.candidates : [];
}

/** Who could have named a source and was not heard, where nobody named one: what lies behind it was not looked for. */
export function unheardSource({ chain, people }: Pick<Dossier, 'chain' | 'people'>): readonly Problem[] {
  if (people !== undefined && people.sources.length > 0) return [];
  return chain.gaps.flatMap((gap) =>
    (gap.relation === 'builtFrom' || gap.relation === 'fromRepository') && gap.reason === 'unheard' ? gap.problems : [],
  );
}

/** Why nothing was read of a source that answered. */
export function whyNothingRead(source: SourceFacts | undefined): readonly string[] {
  if (source?.read.reading.kind !== 'absent') return [];
  switch (source.read.reading.reason) {
    case 'noSuchCommit':
      return ['the repository has no such commit'];
    case 'emptyRepository':
      return ['the repository is empty'];
    case 'noSuchRepository':
      return [];
  }
}
