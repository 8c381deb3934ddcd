import type { Draft } from '../draft.ts';
import type { Item } from '../item.ts';
import { relationOf } from './relations.ts';

/** One relationship of SPDX 2 or 3, with one end. */
export type Relationship = { readonly from: string; readonly type: string; readonly to: string; readonly item: Item };

/** What relationships say before any package is read: packages look up here what they are to others. */
export type Relationships = {
  readonly add: (relationship: Relationship) => void;
  /** True for what is only the origin of something listed: a source that it was built from, a base image. */
  readonly isOrigin: (id: string) => boolean;
};

/** Takes those between components to the draft as edges, and counts the others as lost. */
export function gatherRelationships(draft: Draft): Relationships {
  const origins = new Set<string>();
  const parts = new Set<string>();
  return {
    add({ from, type, to, item }) {
      const relation = relationOf(type);
      if (relation === undefined) return item.notes.lose('unread', `relationships ${type}`);
      const { kind, isReversed, isCoarser } = relation;
      if (isCoarser) item.notes.lose('altered', `relationships ${type} as ${kind}`);
      const edge = isReversed ? { from: to, kind, to: from } : { from, kind, to };
      (kind === 'generatedFrom' || kind === 'descendantOf' ? origins : parts).add(edge.to);
      draft.link({ ...edge, at: item.at });
    },
    isOrigin: (id) => origins.has(id) && !parts.has(id),
  };
}
