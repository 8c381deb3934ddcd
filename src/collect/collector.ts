import type { Gathered } from '../core/model/chain.ts';
import type { Entity, EntityKind, EntityOf } from '../core/model/entity.ts';
import type { Relation } from '../core/model/evidence.ts';

/** Asks one source about one entity. Knows no other collector; what it throws as ToolError becomes a problem in the ledger. */
export interface Collector<Kind extends EntityKind = EntityKind> {
  readonly id: string;
  readonly about: Kind;
  /** What it can say something about: where it could not be heard, these steps are not "absent". */
  readonly answers: readonly Relation[];
  /** `root`: asked about the image itself; `bases`: about the images beneath it too. */
  readonly reach: 'root' | 'bases';
  collect(entity: EntityOf<Kind>): Promise<Gathered>;
}

/** A collector of one kind of entity as one that can be kept in a list with others: it is never asked about another kind. */
export function collectorOf<Kind extends EntityKind>(collector: Collector<Kind>): Collector {
  const isOwn = (entity: Entity): entity is EntityOf<Kind> => entity.kind === collector.about;
  return { ...collector, collect: async (entity) => (isOwn(entity) ? collector.collect(entity) : NOTHING) };
}

export const NOTHING: Gathered = { evidence: [], problems: [], places: [], documents: [], remarks: [] };

export function joined(parts: readonly Gathered[]): Gathered {
  return {
    evidence: parts.flatMap((part) => part.evidence),
    problems: parts.flatMap((part) => part.problems),
    places: parts.flatMap((part) => part.places),
    documents: parts.flatMap((part) => part.documents),
    remarks: parts.flatMap((part) => part.remarks),
  };
}
