import type { Sbom } from './model.ts';

/** Levels of components in components. Images have three: layer, package, and what is bundled in it. */
const NESTING_MAX = 16;

/** Each component with what it is written in: nothing for most. */
export type Nesting = {
  readonly parentOf: ReadonlyMap<string, string>;
  /** `contains` edges for which a tree of elements has no place: second parents, circles, what is nested too deeply. */
  readonly lost: number;
};

/** The `contains` edges as a tree, as CycloneDX writes them: the first parent in the order of the edges. */
export function nestComponents({ edges, root }: Sbom): Nesting {
  const parentOf = new Map<string, string>();
  const contains = edges.filter(({ kind }) => kind === 'contains');
  for (const { from, to } of contains) if (!parentOf.has(to) && to !== root?.id) parentOf.set(to, from);
  // Whoever is too deep, or goes round, begins a tree of its own: a circle is deeper than any limit.
  for (const id of parentOf.keys()) if (depthOf(id, parentOf) > NESTING_MAX) parentOf.delete(id);
  return { parentOf, lost: contains.length - parentOf.size };
}

function depthOf(id: string, parentOf: ReadonlyMap<string, string>): number {
  let depth = 0;
  for (let at = parentOf.get(id); at !== undefined && depth <= NESTING_MAX; at = parentOf.get(at)) depth++;
  return depth;
}
