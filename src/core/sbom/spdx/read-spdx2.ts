import { withoutUndefined } from '../../defined.ts';
import { startDraft } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { Item } from '../item.ts';
import { complain, countUnread, membersNamed, itemsOf, memberOf, textOf, textsOf } from '../item.ts';
import type { LicenceReader } from '../licences.ts';
import { licenceReader } from '../licences.ts';
import type { FoundPlace, Sbom, SbomDocument } from '../model.ts';
import { readSpdxParty, readSpdxTool } from '../parties.ts';
import type { PackageContext } from './read-package.ts';
import { readFile, readPackage } from './read-package.ts';
import type { Relationships } from './relationships.ts';
import { gatherRelationships } from './relationships.ts';

const MEMBERS = membersNamed(`
  spdxVersion SPDXID name documentNamespace dataLicense creationInfo documentDescribes packages files
  relationships hasExtractedLicensingInfos
`);
const CREATION_MEMBERS = membersNamed('created creators licenseListVersion');
const DOCUMENT_ID = 'SPDXRef-DOCUMENT';
/** syft, and BuildKit with it: the relation between a package and the file that shows that it is there. */
const EVIDENT_BY = /^evident-by\b/;
const LAYER_COMMENT = /layerID:\s*(?<layer>\S+)/;

/** An SPDX document in the shape that its JSON has, of any version 2.x. */
export function readSpdx2(item: Item, format: SbomDocument['format']): Sbom {
  countUnread(item, MEMBERS, '');
  const draft = startDraft(item.notes);
  const packages = itemsOf(item, 'packages');
  const files = itemsOf(item, 'files');
  const context = readSurroundings({
    item,
    draft,
    files,
    onlyPackage: packages.length === 1 ? packages[0] : undefined,
  });
  for (const entry of packages) {
    const component = readPackage(entry, context);
    if (component !== undefined) draft.add(component, entry.at);
  }
  addFiles(files, { draft, context });
  return draft.finish(readFacts(item, format));
}

type Surroundings = {
  readonly item: Item;
  readonly draft: Draft;
  readonly files: readonly Item[];
  readonly onlyPackage: Item | undefined;
};

/** What must be known before the first package is read: how things are related, where files are, what licences are called. */
function readSurroundings({ item, draft, files, onlyPackage }: Surroundings): PackageContext {
  const described = new Set(textsOf(item, 'documentDescribes'));
  const relationships = gatherRelationships(draft);
  const paths = new Map(files.map((file) => [textOf(file, 'SPDXID') ?? '', placeOf(file)] as const));
  const places = new Map<string, FoundPlace[]>();
  draft.knowElsewhere(textOf(item, 'SPDXID') ?? DOCUMENT_ID);
  for (const entry of itemsOf(item, 'relationships'))
    readRelationship(entry, { described, relationships, paths, places });
  // Clause 11.1: a document with one package describes it, said or not.
  const onlyId = onlyPackage && textOf(onlyPackage, 'SPDXID');
  if (described.size === 0 && onlyId !== undefined) described.add(onlyId);
  for (const id of described) draft.describe(id);
  return {
    described,
    readLicence: namedLicences(item),
    isOrigin: relationships.isOrigin,
    placesOf: (id) => places.get(id) ?? [],
  };
}

type Related = {
  readonly described: Set<string>;
  readonly relationships: Relationships;
  readonly paths: ReadonlyMap<string, FoundPlace>;
  readonly places: Map<string, FoundPlace[]>;
};

function readRelationship(item: Item, { described, relationships, paths, places }: Related): void {
  const [from, type, to] = [
    textOf(item, 'spdxElementId'),
    textOf(item, 'relationshipType'),
    textOf(item, 'relatedSpdxElement'),
  ];
  if (from === undefined || type === undefined || to === undefined)
    return complain(item, 'relationshipType', 'missing, or an end is');
  if (type === 'DESCRIBES' && from === DOCUMENT_ID) return void described.add(to);
  if (type === 'DESCRIBED_BY' && to === DOCUMENT_ID) return void described.add(from);
  const place = paths.get(to);
  if (type === 'OTHER' && place !== undefined && EVIDENT_BY.test(textOf(item, 'comment') ?? '')) {
    const known = places.get(from);
    if (known === undefined) places.set(from, [place]);
    else known.push(place);
    return;
  }
  const isOutside =
    to === 'NONE' || to === 'NOASSERTION' || to.startsWith('DocumentRef-') || from.startsWith('DocumentRef-');
  if (isOutside) item.notes.lose('unread', 'relationships to nothing or to other documents');
  else relationships.add({ from, type, to, item });
}

function placeOf(file: Item): FoundPlace {
  const comment = LAYER_COMMENT.exec(textOf(file, 'comment') ?? '')?.groups;
  return withoutUndefined({ path: textOf(file, 'fileName'), layer: comment?.['layer'] });
}

/** Licences as the document explains them: a `LicenseRef-` alone is read as the name that it stands for. */
function namedLicences(item: Item): LicenceReader {
  const names = new Map<string, string>();
  for (const entry of itemsOf(item, 'hasExtractedLicensingInfos')) {
    const [id, name] = [textOf(entry, 'licenseId'), textOf(entry, 'name')];
    if (id !== undefined && name !== undefined && name !== 'NOASSERTION') names.set(id, name);
    if (textOf(entry, 'extractedText') !== name)
      item.notes.lose('unread', 'hasExtractedLicensingInfos[].extractedText');
  }
  const readLicence = licenceReader();
  return (text, detail) => readLicence(names.get(text) ?? text, detail);
}

/** Only the files that the document is about are components; of the others it is told how many there are. */
function addFiles(
  files: readonly Item[],
  { draft, context }: { readonly draft: Draft; readonly context: PackageContext },
): void {
  for (const file of files) {
    const id = textOf(file, 'SPDXID');
    if (id !== undefined && context.described.has(id)) {
      const component = readFile(file, context);
      if (component !== undefined) draft.add(component, file.at);
    } else {
      if (id !== undefined) draft.knowElsewhere(id);
      file.notes.lose('unread', 'files');
    }
  }
}

function readFacts(item: Item, format: SbomDocument['format']): SbomDocument {
  const creation = memberOf(item, 'creationInfo');
  if (creation !== undefined) countUnread(creation, CREATION_MEMBERS, 'creationInfo');
  const creators = creation === undefined ? [] : textsOf(creation, 'creators');
  return withoutUndefined({
    format,
    specVersion: (textOf(item, 'spdxVersion') ?? '').replace(/^SPDX-/, ''),
    identifier: textOf(item, 'documentNamespace'),
    name: textOf(item, 'name'),
    created: creation && textOf(creation, 'created'),
    tools: creators.flatMap((creator) => readSpdxTool(creator) ?? []),
    authors: creators.flatMap((creator) => readSpdxParty(creator) ?? []),
  });
}
