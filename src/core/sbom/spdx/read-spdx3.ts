import { withoutUndefined } from '../../defined.ts';
import type { Draft } from '../draft.ts';
import { startDraft } from '../draft.ts';
import type { Item } from '../item.ts';
import { complain, itemsOf, memberOf, textOf, textsOf } from '../item.ts';
import { licenceReader } from '../licences.ts';
import type { Licence, Party, Sbom, SbomDocument } from '../model.ts';
import { readElement } from './read-element.ts';
import { gatherRelationships } from './relationships.ts';

/** SPDX 3 has profiles with packages of their own (AI, datasets); all are packages. */
const PACKAGE = /(?:^|_)\w*Package$/;
const FILE = 'software_File';
/** Elements that are read where another names them. */
const NAMED_BY_OTHERS =
  /^(?:CreationInfo|Person|Organization|SoftwareAgent|Agent|Tool|SpdxDocument|software_Sbom)$|^(?:simple|expanded)licensing_/;
const LICENCE_RELATIONS = { hasDeclaredLicense: 'declared', hasConcludedLicense: 'concluded' } as const;
/** Declared before concluded, as SPDX 2 is read. */
const RANK: readonly Licence['acknowledgement'][] = ['declared', 'concluded'];
const LISTED_LICENCE = 'https://spdx.org/licenses/';

/** The elements of an SPDX 3 document by their ids. */
export type Graph = {
  readonly elements: ReadonlyMap<string, Item>;
  readonly partyOf: (id: string) => Party | undefined;
};

/** SPDX 3.0 in JSON-LD, in the one form that the specification gives it (`@graph` with the names of its context). */
export function readSpdx3(item: Item): Sbom {
  const draft = startDraft(item.notes);
  const elements = new Map(itemsOf(item, '@graph').map((element) => [idOf(element), element] as const));
  const graph: Graph = { elements, partyOf: (id) => readAgent(elements.get(id)) };
  const roots = rootIds(graph, draft);
  const licences = readLicenceRelations(graph);
  const relationships = gatherRelationships(draft);
  for (const element of elements.values()) if (isRelationship(element)) addRelationship(element, relationships.add);
  for (const [id, element] of elements) {
    const type = typeOf(element);
    if (PACKAGE.test(type) || (type === FILE && roots.has(id))) {
      const component = readElement(element, {
        graph,
        licences: licences.get(id) ?? [],
        isOrigin: relationships.isOrigin(id),
      });
      if (component !== undefined) draft.add(component, element.at);
    } else {
      draft.knowElsewhere(id);
      if (!isRelationship(element) && !NAMED_BY_OTHERS.test(type)) item.notes.lose('unread', `elements ${type}`);
    }
  }
  return draft.finish(readFacts(graph));
}

export function idOf(element: Item): string {
  return textOf(element, 'spdxId') ?? textOf(element, '@id') ?? element.at;
}

function typeOf(element: Item): string {
  return textOf(element, 'type') ?? textOf(element, '@type') ?? '';
}

function isRelationship(element: Item): boolean {
  return typeOf(element).endsWith('Relationship');
}

/** What the document is about: the root elements of the document and of the SBOMs that those are, and what it `describes`. */
function rootIds({ elements }: Graph, draft: Draft): ReadonlySet<string> {
  const documents = [...elements.values()].filter((element) => typeOf(element) === 'SpdxDocument');
  const collections = [...elements.values()].filter((element) => typeOf(element) === 'software_Sbom');
  const documentIds = new Set(documents.map(idOf));
  const described = [...elements.values()]
    .filter(
      (element) =>
        textOf(element, 'relationshipType') === 'describes' && documentIds.has(textOf(element, 'from') ?? ''),
    )
    .flatMap((element) => textsOf(element, 'to'));
  const ids = new Set(
    [...documents, ...collections].flatMap((element) => textsOf(element, 'rootElement')).concat(described),
  );
  for (const id of ids) draft.describe(id);
  return ids;
}

function addRelationship(item: Item, add: ReturnType<typeof gatherRelationships>['add']): void {
  const [from, type] = [textOf(item, 'from'), textOf(item, 'relationshipType')];
  if (from === undefined || type === undefined) return complain(item, 'relationshipType', 'missing, or an end is');
  if (type === 'describes' || Object.hasOwn(LICENCE_RELATIONS, type)) return;
  for (const to of textsOf(item, 'to')) add({ from, type, to, item });
}

function readLicenceRelations({ elements }: Graph): ReadonlyMap<string, readonly Licence[]> {
  const readLicence = licenceReader();
  const licences = new Map<string, Licence[]>();
  for (const element of elements.values()) {
    const type = textOf(element, 'relationshipType');
    const from = textOf(element, 'from');
    if (from === undefined || (type !== 'hasDeclaredLicense' && type !== 'hasConcludedLicense')) continue;
    const known = licences.get(from) ?? [];
    for (const to of textsOf(element, 'to')) {
      const licence = readLicence(licenceText(to, elements.get(to)), { acknowledgement: LICENCE_RELATIONS[type] });
      if (licence !== undefined) known.push(licence);
    }
    licences.set(
      from,
      known.sort((left, right) => RANK.indexOf(left.acknowledgement) - RANK.indexOf(right.acknowledgement)),
    );
  }
  return licences;
}

/** A licence is an element of the document, or an address on SPDX's list; sets of licences in parts are told as left out. */
function licenceText(id: string, element: Item | undefined): string {
  if (element === undefined) return id.startsWith(LISTED_LICENCE) ? id.slice(LISTED_LICENCE.length) : '';
  const text = textOf(element, 'simplelicensing_licenseExpression') ?? textOf(element, 'name');
  if (text === undefined) element.notes.lose('unread', `licences as ${typeOf(element)}`);
  return text ?? '';
}

function readAgent(element: Item | undefined): Party | undefined {
  const name = element && textOf(element, 'name');
  if (element === undefined || name === undefined) return undefined;
  const kinds: Readonly<Record<string, Party['kind']>> = { Person: 'person', Organization: 'organization' };
  const address = itemsOf(element, 'externalIdentifier').find(
    (identifier) => textOf(identifier, 'externalIdentifierType') === 'email',
  );
  const type = typeOf(element);
  return withoutUndefined({
    name,
    kind: Object.hasOwn(kinds, type) ? kinds[type] : undefined,
    email: address && textOf(address, 'identifier'),
  });
}

function readFacts({ elements, partyOf }: Graph): SbomDocument {
  const all = [...elements.values()];
  const document =
    all.find((element) => typeOf(element) === 'SpdxDocument') ??
    all.find((element) => typeOf(element) === 'software_Sbom');
  const named =
    document && elements.get(typeof document.value['creationInfo'] === 'string' ? document.value['creationInfo'] : '');
  const inline = document && named === undefined ? memberOf(document, 'creationInfo') : undefined;
  const creation = named ?? inline ?? all.find((element) => typeOf(element) === 'CreationInfo');
  const namesOf = (key: string): readonly Party[] =>
    creation === undefined ? [] : textsOf(creation, key).flatMap((id) => partyOf(id) ?? []);
  return withoutUndefined({
    format: 'spdx3-json' as const,
    specVersion: (creation && textOf(creation, 'specVersion')) ?? '3.0',
    identifier: document && idOf(document),
    name: document && textOf(document, 'name'),
    created: creation && textOf(creation, 'created'),
    tools: namesOf('createdUsing').map(({ name }) => ({ name })),
    authors: namesOf('createdBy'),
  });
}
