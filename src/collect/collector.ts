import type { Gathered } from '../core/model/chain.ts';
import type { EntityKind, EntityOf } from '../core/model/entity.ts';
import type { Relation } from '../core/model/evidence.ts';

export const NOTHING: Gathered = { evidence: [], problems: [], places: [], documents: [] };

export function joined(parts: readonly Gathered[]): Gathered {
  return {
    evidence: parts.flatMap((part) => part.evidence),
    problems: parts.flatMap((part) => part.problems),
    places: parts.flatMap((part) => part.places),
    documents: parts.flatMap((part) => part.documents),
  };
}

/** Asks one source about one entity. Knows no other collector; never throws. */
export interface Collector<Kind extends EntityKind = EntityKind> {
  readonly id: string;
  readonly about: Kind;
  readonly answers: readonly Relation[];
  collect(entity: EntityOf<Kind>): Promise<Gathered>;
}
