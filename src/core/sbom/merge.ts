import { withoutUndefined } from '../defined.ts';
import { uniquePlaces } from './carried-properties.ts';
import { idAllocator } from './draft.ts';
import type { Component, ComponentEdge, Sbom } from './model.ts';
import { sumLosses } from './notes.ts';

/**
 * Several SBOMs as one, such as those of an image's stages or platforms. What has the same package URL and version is one component
 * with all that any of them says; what has none is told by kind, name, version and hashes. The root is the one given, or that of the
 * first SBOM that has one; roots of the others are components of it.
 */
export function mergeSboms(sboms: readonly Sbom[], root = sboms.find((sbom) => sbom.root !== undefined)?.root): Sbom {
  const merged = new Map<string, Component>();
  const byIdentity = new Map<string, string>();
  const edges = new Map<string, ComponentEdge>();
  const freeId = idAllocator(merged);
  let firstDocument = 0;
  for (const sbom of sboms) {
    const newIds = new Map<string, string>();
    for (const component of withRoot(sbom)) {
      const shifted = { ...component, documents: component.documents.map((index) => index + firstDocument) };
      const known = byIdentity.get(identityOf(component));
      const id = known ?? freeId(component.id);
      const before = known === undefined ? undefined : merged.get(known);
      merged.set(id, before === undefined ? { ...shifted, id } : unite(before, shifted));
      byIdentity.set(identityOf(component), id);
      newIds.set(component.id, id);
    }
    for (const { from, kind, to } of sbom.edges) {
      const edge = { from: newIds.get(from) ?? from, kind, to: newIds.get(to) ?? to };
      if (edge.from !== edge.to) edges.set(`${kind}\n${edge.from}\n${edge.to}`, edge);
    }
    firstDocument += sbom.documents.length;
  }
  const rootId = root && byIdentity.get(identityOf(root));
  const mergedRoot = rootId === undefined ? root : merged.get(rootId);
  return {
    documents: sboms.flatMap(({ documents }) => documents),
    ...(mergedRoot && { root: mergedRoot }),
    describes: mergedRoot === undefined ? [] : [mergedRoot.id],
    components: [...merged.values()].filter(({ id }) => id !== mergedRoot?.id),
    edges: [...edges.values()].filter(({ from, kind }) => kind !== 'contains' || from !== mergedRoot?.id),
    namedDigests: [...new Set(sboms.flatMap(({ namedDigests }) => namedDigests))],
    losses: sumLosses(sboms.map(({ losses }) => losses)),
  };
}

function withRoot({ root, components }: Sbom): readonly Component[] {
  return root === undefined ? components : [root, ...components];
}

/** A package URL without a version says nothing about which version it is: the component's own then does. */
export function identityOf({ purl, kind, group, name, version, hashes }: Component): string {
  if (purl !== undefined) return [purl.canonical, purl.version ?? version].join('\n');
  return [kind, group, name, version, ...hashes.map(({ algorithm, value }) => `${algorithm}:${value}`)].join('\n');
}

/** What the first does not say, the second says; lists have what either has. */
function unite(first: Component, second: Component): Component {
  const both = <Key extends keyof Component>(key: Key): Component[Key] => first[key] ?? second[key];
  return {
    ...first,
    ...withoutUndefined({
      kind: both('kind'),
      group: both('group'),
      version: both('version'),
      supplier: both('supplier'),
      originator: both('originator'),
      description: both('description'),
      copyright: both('copyright'),
      scope: first.scope === second.scope ? first.scope : undefined,
    }),
    ...uniteLists(first, second),
  };
}

function uniteLists(
  first: Component,
  second: Component,
): Pick<Component, 'cpes' | 'licences' | 'hashes' | 'foundAt' | 'references' | 'properties' | 'documents'> {
  return {
    cpes: [...new Set([...first.cpes, ...second.cpes])],
    licences: unique(
      [...first.licences, ...second.licences],
      ({ text, acknowledgement }) => `${acknowledgement}\n${text}`,
    ),
    hashes: unique([...first.hashes, ...second.hashes], ({ algorithm, value }) => `${algorithm}:${value}`),
    foundAt: uniquePlaces([...first.foundAt, ...second.foundAt]),
    references: unique([...first.references, ...second.references], ({ type, url }) => `${type}\n${url}`),
    properties: unique([...first.properties, ...second.properties], ({ name, value }) => `${name}\n${value}`),
    documents: [...new Set([...first.documents, ...second.documents])],
  };
}

function unique<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
