import type { Component, Sbom } from './model.ts';
import { packageKey } from './purl.ts';

export const CHANGED_FACTS = ['version', 'licences', 'hashes', 'supplier'] as const;
export type ChangedFact = (typeof CHANGED_FACTS)[number];
export type ComponentChange = {
  readonly before: Component;
  readonly after: Component;
  readonly facts: readonly ChangedFact[];
};

/** How the components of one SBOM differ from those of another. Sorted by name, then version. */
export type SbomDiff = {
  readonly added: readonly Component[];
  readonly removed: readonly Component[];
  readonly changed: readonly ComponentChange[];
};

/**
 * A component is the same package before and after where type, namespace and name of its package URL are (or kind, group and name,
 * where it has none). Of a package that is there in several versions those that are on both sides stand for themselves; of what is
 * left the lowest before is paired with the lowest after.
 */
export function diffSboms(before: Sbom, after: Sbom): SbomDiff {
  const [old, current] = [groupPackages(before), groupPackages(after)];
  const added: Component[] = [];
  const removed: Component[] = [];
  const changed: ComponentChange[] = [];
  for (const key of new Set([...old.keys(), ...current.keys()])) {
    const { pairs, left, right } = pairVersions(old.get(key) ?? [], current.get(key) ?? []);
    // One by one: of one package there can be more versions than a call takes arguments.
    for (const [one, other] of pairs) changed.push(...changeOf(one, other));
    for (const component of left) removed.push(component);
    for (const component of right) added.push(component);
  }
  return {
    added: added.sort(compareComponents),
    removed: removed.sort(compareComponents),
    changed: changed.sort((left, right) => compareComponents(left.before, right.before)),
  };
}

function groupPackages({ components }: Sbom): Map<string, Component[]> {
  return Map.groupBy(components, ({ purl, kind, group, name }) =>
    purl === undefined ? JSON.stringify([kind, group, name]) : packageKey(purl),
  );
}

type Pairing = {
  readonly pairs: readonly (readonly [Component, Component])[];
  readonly left: readonly Component[];
  readonly right: readonly Component[];
};

function pairVersions(before: readonly Component[], after: readonly Component[]): Pairing {
  const byVersion = Map.groupBy(after.toReversed(), ({ version }) => version);
  const pairs: (readonly [Component, Component])[] = [];
  const left: Component[] = [];
  for (const component of before) {
    const same = byVersion.get(component.version)?.pop();
    if (same === undefined) left.push(component);
    else pairs.push([component, same]);
  }
  left.sort(compareComponents);
  const right = [...byVersion.values()].flat().sort(compareComponents);
  const changes = Math.min(left.length, right.length);
  const moved = left.slice(0, changes).flatMap((component, index) => {
    const other = right[index];
    return other === undefined ? [] : [[component, other] as const];
  });
  return { pairs: [...pairs, ...moved], left: left.slice(changes), right: right.slice(changes) };
}

function changeOf(before: Component, after: Component): readonly ComponentChange[] {
  const facts = CHANGED_FACTS.filter((fact) => textOfFact(before, fact) !== textOfFact(after, fact));
  // A scanner that says less than another has not seen a change.
  const real = facts.filter(
    (fact) => fact === 'version' || (textOfFact(before, fact) !== '' && textOfFact(after, fact) !== ''),
  );
  return real.length === 0 ? [] : [{ before, after, facts: real }];
}

function textOfFact(component: Component, fact: ChangedFact): string {
  if (fact === 'version') return component.version ?? '';
  if (fact === 'supplier') return component.supplier?.name ?? '';
  const texts =
    fact === 'licences'
      ? component.licences.map(({ text }) => text)
      : component.hashes.map(({ algorithm, value }) => `${algorithm}:${value}`);
  return [...new Set(texts)].sort().join('\n');
}

/** Numbers in versions by their value, so that 1.9 comes before 1.10. */
const COLLATOR = new Intl.Collator('en', { numeric: true });

function compareComponents(left: Component, right: Component): number {
  return (
    COLLATOR.compare(left.name, right.name) ||
    COLLATOR.compare(left.version ?? '', right.version ?? '') ||
    COLLATOR.compare(left.id, right.id)
  );
}
