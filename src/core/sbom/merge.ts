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
  const groups = new Map<string, Group>();
  const edges = new Map<string, ComponentEdge>();
  const taken = new Map<string, unknown>();
  const freeId = idAllocator(taken);
  let firstDocument = 0;
  for (const sbom of sboms) {
    const newIds = new Map<string, string>();
    for (const component of withRoot(sbom)) {
      const key = identityOf(component);
      const group = groups.get(key) ?? { id: freeId(component.id), members: [] };
      group.members.push(shiftDocuments(component, firstDocument));
      groups.set(key, group);
      taken.set(group.id, key);
      newIds.set(component.id, group.id);
    }
    for (const { from, kind, to } of sbom.edges) {
      const edge = { from: newIds.get(from) ?? from, kind, to: newIds.get(to) ?? to };
      if (edge.from !== edge.to) edges.set(`${kind}\n${edge.from}\n${edge.to}`, edge);
    }
    firstDocument += sbom.documents.length;
  }
  const components = [...groups.values()].flatMap(unite);
  const rootId = root && groups.get(identityOf(root))?.id;
  const mergedRoot = components.find(({ id }) => id === rootId) ?? root;
  return {
    documents: sboms.flatMap(({ documents }) => documents),
    ...(mergedRoot && { root: mergedRoot }),
    describes: mergedRoot === undefined ? [] : [mergedRoot.id],
    components: components.filter(({ id }) => id !== mergedRoot?.id),
    edges: [...edges.values()].filter(({ from, kind }) => kind !== 'contains' || from !== mergedRoot?.id),
    namedDigests: [...new Set(sboms.flatMap(({ namedDigests }) => namedDigests))],
    losses: sumLosses(sboms.map(({ losses }) => losses)),
  };
}

/** All that say the same component, under the id that they get. */
type Group = { readonly id: string; readonly members: Component[] };

function shiftDocuments(component: Component, by: number): Component {
  return by === 0 ? component : { ...component, documents: component.documents.map((index) => index + by) };
}

function withRoot({ root, components }: Sbom): readonly Component[] {
  return root === undefined ? components : [root, ...components];
}

/** A package URL without a version says nothing about which version it is: the component's own then does. Whatever letters are in the parts. */
export function identityOf({ purl, kind, group, name, version, hashes }: Component): string {
  if (purl !== undefined) return JSON.stringify([purl.canonical, purl.version ?? version]);
  return JSON.stringify([kind, group, name, version, hashes.map(({ algorithm, value }) => [algorithm, value])]);
}

/** What the first does not say, the next says; lists have what any of them has. */
function unite({ id, members }: Group): readonly Component[] {
  const [first, ...others] = members;
  if (first === undefined || others.length === 0) return first === undefined ? [] : [{ ...first, id }];
  const said = <Key extends keyof Component>(key: Key): Component[Key] | undefined =>
    members.find((member) => member[key] !== undefined)?.[key];
  const facts = withoutUndefined({
    kind: said('kind'),
    group: said('group'),
    version: said('version'),
    purl: said('purl'),
    supplier: said('supplier'),
    originator: said('originator'),
    description: said('description'),
    copyright: said('copyright'),
    // One that takes it for a part of the image outweighs one that does not.
    scope: members.every(({ scope }) => scope === first.scope) ? first.scope : undefined,
  });
  return [{ id, name: first.name, ...facts, ...uniteLists(members) }];
}

type Lists = Pick<Component, 'cpes' | 'licences' | 'hashes' | 'foundAt' | 'references' | 'properties' | 'documents'>;

function uniteLists(members: readonly Component[]): Lists {
  return {
    cpes: [...new Set(members.flatMap(({ cpes }) => cpes))],
    licences: unique(
      members,
      ({ licences }) => licences,
      ({ text, acknowledgement }) => `${acknowledgement}\n${text}`,
    ),
    hashes: unique(
      members,
      ({ hashes }) => hashes,
      ({ algorithm, value }) => `${algorithm}:${value}`,
    ),
    foundAt: uniquePlaces(members.flatMap(({ foundAt }) => foundAt)),
    references: unique(
      members,
      ({ references }) => references,
      ({ type, url }) => `${type}\n${url}`,
    ),
    properties: unique(
      members,
      ({ properties }) => properties,
      ({ name, value }) => `${name}\n${value}`,
    ),
    documents: [...new Set(members.flatMap(({ documents }) => documents))],
  };
}

function unique<Item>(
  members: readonly Component[],
  listOf: (component: Component) => readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const byKey = new Map<string, Item>();
  for (const item of members.flatMap(listOf)) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
