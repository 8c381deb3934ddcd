import type { Dossier } from '../model/chain.ts';
import type { SourceFacts } from '../source/facts.ts';
import { soleSource } from '../source/people.ts';

/** The image's source, where one was asked and no other disputes it. */
export function sourceOf({ people }: Pick<Dossier, 'people'>): SourceFacts | undefined {
  return people === undefined ? undefined : soleSource(people);
}
