import { withoutUndefined } from '../../defined.ts';
import { isRecord, parseJson } from '../../json.ts';
import { liftProperties, trivyProperty, uniquePlaces } from '../carried-properties.ts';
import type { DraftComponent } from '../draft.ts';
import { readHash } from '../hashes.ts';
import type { Item } from '../item.ts';
import { complain, countUnread, membersNamed, itemsOf, textOf, textsOf } from '../item.ts';
import type { LicenceReader } from '../licences.ts';
import type { ComponentHash, ComponentReference, FoundPlace, Licence, Property } from '../model.ts';
import { readSpdxParty } from '../parties.ts';
import type { Purl } from '../purl.ts';
import { purlOf } from '../purl.ts';
import { downloadType, isSaid, kindOfPurpose } from './words.ts';

/** What is known of a package from elsewhere in its document. */
export type PackageContext = {
  readonly described: ReadonlySet<string>;
  readonly readLicence: LicenceReader;
  readonly isOrigin: (id: string) => boolean;
  readonly placesOf: (id: string) => readonly FoundPlace[];
};

const MEMBERS = membersNamed(`
  SPDXID name versionInfo supplier originator downloadLocation homepage checksums externalRefs licenseConcluded
  licenseDeclared copyrightText summary description primaryPackagePurpose annotations filesAnalyzed hasFiles
  attributionTexts
`);
const FILE_MEMBERS = membersNamed(`
  SPDXID fileName checksums licenseConcluded copyrightText fileTypes
`);
const REFERENCE_MEMBERS = membersNamed('referenceCategory referenceType referenceLocator comment');
/** Longer comments are text for people. */
const PROPERTY_LENGTH_MAX = 65_536;

/** One package of SPDX 2.1 to 2.3; undefined, with a problem, where it has no name. */
export function readPackage(item: Item, context: PackageContext): DraftComponent | undefined {
  const [id, name] = [textOf(item, 'SPDXID'), textOf(item, 'name')];
  if (name === undefined) {
    complain(item, 'name', 'missing: the package is left out');
    return undefined;
  }
  countUnread(item, MEMBERS, 'packages[]');
  const purpose = textOf(item, 'primaryPackagePurpose');
  const { foundAt, properties } = liftProperties(readPropertyTexts(item));
  const { purl, cpes, references } = readExternalRefs(item);
  return withoutUndefined({
    id,
    name,
    kind: purpose === undefined ? undefined : kindOfPurpose(purpose),
    version: textOf(item, 'versionInfo'),
    purl,
    cpes,
    licences: readLicences(item, context.readLicence),
    hashes: readChecksums(item),
    supplier: readSpdxParty(textOf(item, 'supplier') ?? ''),
    originator: readSpdxParty(textOf(item, 'originator') ?? ''),
    ...readTexts(item),
    scope: id !== undefined && context.isOrigin(id) ? ('excluded' as const) : undefined,
    foundAt: uniquePlaces([...foundAt, ...context.placesOf(id ?? '')]),
    references: [...readAddresses(item), ...references],
    properties,
  });
}

/** A file that the document is about. */
export function readFile(item: Item, context: PackageContext): DraftComponent | undefined {
  const name = textOf(item, 'fileName');
  if (name === undefined) {
    complain(item, 'fileName', 'missing: the file is left out');
    return undefined;
  }
  countUnread(item, FILE_MEMBERS, 'files[]');
  return withoutUndefined({
    id: textOf(item, 'SPDXID'),
    name,
    kind: 'file' as const,
    cpes: [],
    licences: readLicences(item, context.readLicence),
    hashes: readChecksums(item),
    ...readTexts(item),
    foundAt: [],
    references: [],
    properties: [],
  });
}

function readTexts(item: Item): { description: string | undefined; copyright: string | undefined } {
  const [summary, description, copyright] = ['summary', 'description', 'copyrightText'].map((key) => textOf(item, key));
  if (summary !== undefined && description !== undefined && summary !== description)
    item.notes.lose('unread', 'packages[].summary');
  return {
    description: description ?? summary,
    copyright: isSaid(copyright) && copyright.trim() !== '' ? copyright : undefined,
  };
}

function readLicences(item: Item, readLicence: LicenceReader): readonly Licence[] {
  const declared = readLicence(textOf(item, 'licenseDeclared') ?? '', { acknowledgement: 'declared' });
  const concluded = readLicence(textOf(item, 'licenseConcluded') ?? '', { acknowledgement: 'concluded' });
  return [declared ?? [], concluded ?? []].flat();
}

function readChecksums(item: Item): readonly ComponentHash[] {
  return itemsOf(item, 'checksums').flatMap((checksum) => {
    const read = readHash(textOf(checksum, 'algorithm') ?? '', textOf(checksum, 'checksumValue') ?? '');
    if (read === undefined) complain(checksum, 'checksumValue', 'not a hash of its algorithm');
    return read ?? [];
  });
}

function readAddresses(item: Item): readonly ComponentReference[] {
  const [homepage, location] = [textOf(item, 'homepage'), textOf(item, 'downloadLocation')];
  return [
    ...(isSaid(homepage) ? [{ type: 'website', url: homepage }] : []),
    ...(isSaid(location) ? [{ type: downloadType(location), url: location }] : []),
  ];
}

type ExternalRefs = {
  readonly purl: Purl | undefined;
  readonly cpes: readonly string[];
  readonly references: readonly ComponentReference[];
};

/** Categories are spelt in two ways and are often wrong: the type decides (2.3 annex F). */
function readExternalRefs(item: Item): ExternalRefs {
  const purls: Purl[] = [];
  const cpes: string[] = [];
  const references: ComponentReference[] = [];
  for (const reference of itemsOf(item, 'externalRefs')) {
    countUnread(reference, REFERENCE_MEMBERS, 'packages[].externalRefs[]');
    const [type, locator] = [textOf(reference, 'referenceType'), textOf(reference, 'referenceLocator')];
    if (type === undefined || locator === undefined)
      complain(reference, 'referenceLocator', 'missing, or the type of the reference is');
    else if (type === 'purl' || type.endsWith('/purl')) keep(purls, purlOf(reference, 'referenceLocator'));
    else if (/(?:^|\/)cpe2[23]Type$/.test(type)) cpes.push(locator);
    else
      references.push(
        withoutUndefined({
          type: type === 'advisory' ? 'advisories' : type,
          url: locator,
          comment: textOf(reference, 'comment'),
        }),
      );
  }
  item.notes.lose('unread', 'packages[].externalRefs: further package URLs', Math.max(0, purls.length - 1));
  return { purl: purls[0], cpes, references };
}

function keep<Value>(values: Value[], value: Value | undefined): void {
  if (value !== undefined) values.push(value);
}

/** What tools write as text: properties as JSON (Konflux began it) and as `name: value` (trivy). Other text is for people. */
function readPropertyTexts(item: Item): readonly Property[] {
  const comments = itemsOf(item, 'annotations').map((annotation) => ({
    text: textOf(annotation, 'comment') ?? '',
    of: 'annotations',
  }));
  const attributions = textsOf(item, 'attributionTexts').map((text) => ({ text, of: 'attributionTexts' }));
  return [...comments, ...attributions].flatMap(({ text, of }) => {
    const property = readProperty(text) ?? trivyProperty(text);
    if (property === undefined) item.notes.lose('unread', `packages[].${of}`);
    return property ?? [];
  });
}

function readProperty(comment: string): Property | undefined {
  if (!comment.startsWith('{') || comment.length > PROPERTY_LENGTH_MAX) return undefined;
  try {
    const value = parseJson(new TextEncoder().encode(comment), 'the annotation');
    if (!isRecord(value) || typeof value['name'] !== 'string' || typeof value['value'] !== 'string') return undefined;
    return { name: value['name'], value: value['value'] };
  } catch {
    // A comment that only begins like JSON is a comment.
    return undefined;
  }
}
