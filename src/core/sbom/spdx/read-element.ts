import { withoutUndefined } from '../../defined.ts';
import type { DraftComponent } from '../draft.ts';
import { readHash } from '../hashes.ts';
import type { Item } from '../item.ts';
import { complain, countUnread, membersNamed, itemsOf, textOf, textsOf } from '../item.ts';
import type { ComponentHash, ComponentReference, Licence } from '../model.ts';
import { purlOf, readPurl } from '../purl.ts';
import type { Graph } from './read-spdx3.ts';
import { downloadType, isSaid, kindOfPurpose } from './words.ts';

export type ElementContext = {
  readonly graph: Graph;
  readonly licences: readonly Licence[];
  readonly isOrigin: boolean;
};

const MEMBERS = membersNamed(`
  spdxId @id type @type creationInfo name description summary verifiedUsing externalIdentifier externalRef
  suppliedBy originatedBy software_packageVersion software_packageUrl software_primaryPurpose software_homePage
  software_downloadLocation software_copyrightText
`);
/** ExternalIdentifierType of the two that the model keeps apart. */
const CPE_TYPES = new Set(['cpe22', 'cpe23']);

/** One package, or a file that the document is about, of SPDX 3; undefined, with a problem, where it has no name. */
export function readElement(item: Item, { graph, licences, isOrigin }: ElementContext): DraftComponent | undefined {
  const name = textOf(item, 'name');
  if (name === undefined) {
    complain(item, 'name', 'missing: the package is left out');
    return undefined;
  }
  countUnread(item, MEMBERS, 'packages[]');
  const purpose = textOf(item, 'software_primaryPurpose');
  const isFile = (textOf(item, 'type') ?? textOf(item, '@type')) === 'software_File';
  const [supplier, [originator, ...further]] = [textOf(item, 'suppliedBy'), textsOf(item, 'originatedBy')];
  item.notes.lose('unread', 'packages[].originatedBy: further makers', further.length);
  const copyright = textOf(item, 'software_copyrightText');
  return withoutUndefined({
    id: textOf(item, 'spdxId') ?? textOf(item, '@id') ?? item.at,
    name,
    kind: isFile ? ('file' as const) : purpose === undefined ? undefined : kindOfPurpose(purpose),
    version: textOf(item, 'software_packageVersion'),
    ...readIdentifiers(item),
    licences,
    hashes: readHashes(item),
    supplier: supplier === undefined ? undefined : graph.partyOf(supplier),
    originator: originator === undefined ? undefined : graph.partyOf(originator),
    description: textOf(item, 'description') ?? textOf(item, 'summary'),
    copyright: isSaid(copyright) ? copyright : undefined,
    scope: isOrigin ? ('excluded' as const) : undefined,
    foundAt: [],
    references: readReferences(item),
    properties: [],
  });
}

function readIdentifiers(item: Item): Pick<DraftComponent, 'purl' | 'cpes'> {
  const identifiers = itemsOf(item, 'externalIdentifier').flatMap((identifier) => {
    const [type, text] = [textOf(identifier, 'externalIdentifierType'), textOf(identifier, 'identifier')];
    if (type === undefined || text === undefined) complain(identifier, 'identifier', 'missing, or its type is');
    return type === undefined || text === undefined ? [] : [{ type, text }];
  });
  const named = identifiers.find(({ type }) => type === 'packageUrl');
  const purl = purlOf(item, 'software_packageUrl') ?? (named && readPurl(named.text));
  const cpes = identifiers.filter(({ type }) => CPE_TYPES.has(type)).map(({ text }) => text);
  for (const { type } of identifiers)
    if (type !== 'packageUrl' && !CPE_TYPES.has(type)) item.notes.lose('unread', `externalIdentifier ${type}`);
  return { ...(purl && { purl }), cpes };
}

function readHashes(item: Item): readonly ComponentHash[] {
  return itemsOf(item, 'verifiedUsing').flatMap((method) => {
    const [algorithm, value] = [textOf(method, 'algorithm'), textOf(method, 'hashValue')];
    const isHash = (textOf(method, 'type') ?? textOf(method, '@type')) === 'Hash';
    const read = isHash ? readHash(algorithm ?? '', value ?? '') : undefined;
    if (!isHash) item.notes.lose('unread', 'verifiedUsing of another kind');
    else if (read === undefined) complain(method, 'hashValue', 'not a hash of its algorithm');
    return read ?? [];
  });
}

function readReferences(item: Item): readonly ComponentReference[] {
  const [homepage, location] = [textOf(item, 'software_homePage'), textOf(item, 'software_downloadLocation')];
  const references = itemsOf(item, 'externalRef').flatMap((reference) => {
    const [type, comment] = [textOf(reference, 'externalRefType') ?? 'other', textOf(reference, 'comment')];
    return textsOf(reference, 'locator').map((url) =>
      withoutUndefined({ type: type === 'altWebPage' ? 'website' : type, url, comment }),
    );
  });
  return [
    ...(isSaid(homepage) ? [{ type: 'website', url: homepage }] : []),
    ...(isSaid(location) ? [{ type: downloadType(location), url: location }] : []),
    ...references,
  ];
}
