import type { Component, Sbom } from '../../core/sbom/model.ts';
import { maskCredentials } from '../credentials.ts';

/**
 * The Sbom without credentials in what other formats make names of: references and licences. In a name a password no longer looks like
 * one, so it is masked before; all other text is masked as it is written.
 */
export function maskNames(sbom: Sbom): Sbom {
  const all = [...(sbom.root === undefined ? [] : [sbom.root]), ...sbom.components];
  const ids = maskedIds(all.map(({ id }) => id));
  const idOf = (id: string): string => ids.get(id) ?? id;
  const masked = (component: Component): Component => ({
    ...component,
    id: idOf(component.id),
    licences: component.licences.map((licence) => ({ ...licence, text: maskCredentials(licence.text) })),
  });
  return {
    ...sbom,
    ...(sbom.root === undefined ? {} : { root: masked(sbom.root) }),
    describes: sbom.describes.map(idOf),
    components: sbom.components.map(masked),
    edges: sbom.edges.map(({ from, kind, to }) => ({ from: idOf(from), kind, to: idOf(to) })),
  };
}

/** Those that change; each stays unlike all others. */
function maskedIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(ids);
  const masked = new Map<string, string>();
  // Never back to the first: of passwords alone thousands of references can differ.
  const counts = new Map<string, number>();
  for (const id of ids) {
    const plain = maskCredentials(id);
    if (plain === id) continue;
    let [unique, count] = [plain, counts.get(plain) ?? 1];
    while (taken.has(unique)) unique = `${plain}-${++count}`;
    counts.set(plain, count);
    taken.add(unique);
    masked.set(id, unique);
  }
  return masked;
}
