import type { Component, EdgeKind, Sbom } from './model.ts';

/** Deeper branches begin again at the first level: a line is never longer than a screen is wide by much. */
const DEPTH_MAX = 40;

/** One line of the dependency tree, in the order to print them. */
export type TreeLine = {
  readonly component: Component;
  /** 0 for the root, or for what begins a tree of its own where there is none. */
  readonly depth: number;
  /** How it hangs on the line above it; missing for what only the list ties to the root. */
  readonly edge?: EdgeKind;
  /** What is below it: nothing; shown under it; shown where it stood before (`repeated`); shown further down, being too deep here (`continued`). */
  readonly below: 'nothing' | 'shown' | 'repeated' | 'continued';
};

type Branch = { readonly edge: EdgeKind; readonly to: string };
type Waiting = { readonly id: string; readonly depth: number; readonly edge?: EdgeKind };

/**
 * What depends on what, and what contains what, from the root down. Each component's own branch is shown once; every component has a
 * line. What no other component leads to stands directly under the root. Circles end where they close.
 */
export function dependencyTree(sbom: Sbom): readonly TreeLine[] {
  const components = new Map(
    [...(sbom.root ? [sbom.root] : []), ...sbom.components].map((component) => [component.id, component] as const),
  );
  const branches = branchesOf(sbom);
  const reached = new Set(sbom.edges.map(({ to }) => to));
  const shown = new Set<string>();
  const lines: TreeLine[] = [];
  const outermost = sbom.components.filter(({ id }) => !reached.has(id)).map(({ id }) => id);
  const firstDepth = sbom.root === undefined ? 0 : 1;
  const waiting: Waiting[] = [];
  const walk = (start: Waiting): void => {
    waiting.push(start);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const component = components.get(next.id);
      if (component === undefined) continue;
      const own = branches.get(next.id) ?? [];
      const below =
        own.length === 0
          ? 'nothing'
          : shown.has(next.id)
            ? 'repeated'
            : next.depth >= DEPTH_MAX
              ? 'continued'
              : 'shown';
      lines.push({ component, depth: next.depth, ...(next.edge && { edge: next.edge }), below });
      if (below !== 'continued') shown.add(next.id);
      if (below === 'shown')
        for (const { edge, to } of own.toReversed()) waiting.push({ id: to, depth: next.depth + 1, edge });
    }
  };
  if (sbom.root !== undefined) walk({ id: sbom.root.id, depth: 0 });
  for (const id of outermost) if (!shown.has(id)) walk({ id, depth: firstDepth });
  // What is left is in circles that nothing leads to, or was too deep.
  for (const { id } of sbom.components) if (!shown.has(id)) walk({ id, depth: firstDepth });
  return lines;
}

function branchesOf({ edges }: Sbom): ReadonlyMap<string, readonly Branch[]> {
  const branches = new Map<string, Branch[]>();
  for (const { from, kind: edge, to } of edges) {
    const known = branches.get(from);
    if (known === undefined) branches.set(from, [{ edge, to }]);
    else known.push({ edge, to });
  }
  return branches;
}
