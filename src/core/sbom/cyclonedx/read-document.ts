import { withoutUndefined } from '../../defined.ts';
import { startDraft } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { Item } from '../item.ts';
import { complain, countUnread, membersNamed, itemsOf, memberOf, textOf, textsOf } from '../item.ts';
import type { LicenceReader } from '../licences.ts';
import { licenceReader } from '../licences.ts';
import type { Sbom, SbomDocument, Tool } from '../model.ts';
import { readComponent, readOrganization, readPerson } from './read-component.ts';

const MEMBERS = membersNamed(`
  $schema bomFormat specVersion serialNumber version metadata components dependencies
`);
const METADATA_MEMBERS = membersNamed(`
  timestamp tools authors component supplier manufacture manufacturer
`);

/** A CycloneDX document in the shape that its JSON has, of any version 1.x. */
export function readCycloneDx(item: Item, format: SbomDocument['format']): Sbom {
  const draft = startDraft(item.notes);
  const readLicence = licenceReader();
  countUnread(item, MEMBERS, '');
  const metadata = memberOf(item, 'metadata');
  if (metadata !== undefined) {
    countUnread(metadata, METADATA_MEMBERS, 'metadata');
    addRoot(metadata, draft, readLicence);
  }
  addComponents(
    itemsOf(item, 'components').map((component) => ({ item: component })),
    draft,
    readLicence,
  );
  for (const id of serviceIds(item)) draft.knowElsewhere(id);
  for (const dependency of itemsOf(item, 'dependencies')) addDependencies(dependency, draft);
  return draft.finish(readFacts(item, metadata, format));
}

type Nested = { readonly item: Item; readonly parent?: string };

/** In the order of the document, and with a stack of our own: strangers choose how deep they nest. */
function addComponents(first: readonly Nested[], draft: Draft, readLicence: LicenceReader): void {
  const waiting = first.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { item, parent } = next;
    const component = readComponent(item, readLicence);
    const id = component === undefined ? parent : draft.add(component, item.at);
    if (component !== undefined && id !== undefined && parent !== undefined) {
      draft.link({ from: parent, kind: 'contains', to: id, at: item.at });
    }
    const nested = itemsOf(item, 'components').map((child) =>
      id === undefined ? { item: child } : { item: child, parent: id },
    );
    for (const child of nested.toReversed()) waiting.push(child);
  }
}

/** What the document calls the supplier and the maker of its subject is the root's, where the root does not say. */
function addRoot(metadata: Item, draft: Draft, readLicence: LicenceReader): void {
  const item = memberOf(metadata, 'component');
  const component = item && readComponent(item, readLicence);
  const supplier = readOrganization(metadata, 'supplier');
  const originator = readOrganization(metadata, 'manufacture');
  const unused = [
    component === undefined || component.supplier ? supplier : undefined,
    component?.originator && originator,
  ];
  metadata.notes.lose(
    'unread',
    'metadata: supplier, manufacture',
    unused.filter((party) => party !== undefined).length,
  );
  if (item === undefined || component === undefined) return;
  const id = draft.add(withoutUndefined({ supplier, originator, ...component }), item.at);
  draft.describe(id);
  addComponents(
    itemsOf(item, 'components').map((child) => ({ item: child, parent: id })),
    draft,
    readLicence,
  );
}

function addDependencies(item: Item, draft: Draft): void {
  const from = textOf(item, 'ref');
  if (from === undefined) return complain(item, 'ref', 'missing');
  countUnread(item, DEPENDENCY_MEMBERS, 'dependencies[]');
  for (const to of textsOf(item, 'dependsOn')) draft.link({ from, kind: 'dependsOn', to, at: item.at });
}
const DEPENDENCY_MEMBERS = membersNamed('ref dependsOn');

function serviceIds(item: Item): readonly string[] {
  const ids: string[] = [];
  const waiting = [...itemsOf(item, 'services')];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const id = textOf(next, 'bom-ref');
    if (id !== undefined) ids.push(id);
    for (const nested of itemsOf(next, 'services')) waiting.push(nested);
  }
  return ids;
}

function readFacts(item: Item, metadata: Item | undefined, format: SbomDocument['format']): SbomDocument {
  return withoutUndefined({
    format,
    specVersion: textOf(item, 'specVersion') ?? '',
    identifier: textOf(item, 'serialNumber'),
    created: metadata && textOf(metadata, 'timestamp'),
    tools: metadata === undefined ? [] : readTools(metadata),
    authors: metadata === undefined ? [] : readAuthors(metadata),
  });
}

function readAuthors(metadata: Item): SbomDocument['authors'] {
  const persons = itemsOf(metadata, 'authors').flatMap((author) => readPerson(author) ?? []);
  return [...persons, readOrganization(metadata, 'manufacturer') ?? []].flat();
}

/** A list until 1.4; from 1.5 on an object with lists of components and services, and the list is still allowed. */
function readTools(metadata: Item): readonly Tool[] {
  const tools = metadata.value['tools'];
  if (Array.isArray(tools)) return itemsOf(metadata, 'tools').flatMap(readTool);
  const lists = memberOf(metadata, 'tools');
  return lists === undefined ? [] : ['components', 'services'].flatMap((key) => itemsOf(lists, key).flatMap(readTool));
}

function readTool(item: Item): readonly Tool[] {
  const name = textOf(item, 'name');
  if (name === undefined) return [];
  const provider =
    readOrganization(item, 'provider') ?? readOrganization(item, 'manufacturer') ?? readOrganization(item, 'supplier');
  const vendor = textOf(item, 'vendor') ?? textOf(item, 'group') ?? textOf(item, 'author') ?? provider?.name;
  return [withoutUndefined({ name, version: textOf(item, 'version'), vendor })];
}
