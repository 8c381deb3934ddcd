import type { JsonRecord } from '../item.ts';
import type { Notes } from '../notes.ts';

type Section = Map<string, unknown>;
/** What a tag becomes in JSON: a member of the section that is open, an item of a list there, or (`opens`) the first member of a new section. */
type Row = {
  readonly member: string;
  readonly list?: true;
  readonly opens?: string;
  readonly split?: (value: string) => JsonRecord | undefined;
};

/** SPDX 2.3, annex on tag:value: clauses 6 to 12. What is not here keeps its tag as its name, so that it is told as unread. */
const ROWS = tableOf({
  SPDXVersion: { member: 'spdxVersion' },
  DataLicense: { member: 'dataLicense' },
  DocumentName: { member: 'name' },
  DocumentNamespace: { member: 'documentNamespace' },
  PackageName: { member: 'name', opens: 'packages' },
  PackageVersion: { member: 'versionInfo' },
  PackageSupplier: { member: 'supplier' },
  PackageOriginator: { member: 'originator' },
  PackageDownloadLocation: { member: 'downloadLocation' },
  FilesAnalyzed: { member: 'filesAnalyzed' },
  PackageChecksum: { member: 'checksums', list: true, split: splitChecksum },
  PackageHomePage: { member: 'homepage' },
  PackageLicenseConcluded: { member: 'licenseConcluded' },
  PackageLicenseDeclared: { member: 'licenseDeclared' },
  PackageLicenseInfoFromFiles: { member: 'licenseInfoFromFiles', list: true },
  PackageCopyrightText: { member: 'copyrightText' },
  PackageSummary: { member: 'summary' },
  PackageDescription: { member: 'description' },
  PrimaryPackagePurpose: { member: 'primaryPackagePurpose' },
  ExternalRef: { member: 'externalRefs', list: true, split: splitReference },
  FileName: { member: 'fileName', opens: 'files' },
  FileType: { member: 'fileTypes', list: true },
  FileChecksum: { member: 'checksums', list: true, split: splitChecksum },
  LicenseConcluded: { member: 'licenseConcluded' },
  FileCopyrightText: { member: 'copyrightText' },
  FileComment: { member: 'comment' },
  SnippetSPDXID: { member: 'SPDXID', opens: 'snippets' },
  LicenseID: { member: 'licenseId', opens: 'hasExtractedLicensingInfos' },
  LicenseName: { member: 'name' },
  ExtractedText: { member: 'extractedText' },
  Relationship: { member: 'spdxElementId', opens: 'relationships', split: splitRelationship },
  RelationshipComment: { member: 'comment' },
  Annotator: { member: 'annotator', opens: 'annotations' },
  AnnotationDate: { member: 'annotationDate' },
  AnnotationType: { member: 'annotationType' },
  AnnotationComment: { member: 'comment' },
});
/** Of the document, wherever they stand. */
const CREATION = tableOf({
  Creator: { member: 'creators', list: true },
  Created: { member: 'created' },
  LicenseListVersion: { member: 'licenseListVersion' },
  CreatorComment: { member: 'comment' },
});

function tableOf(rows: Readonly<Record<string, Row>>): ReadonlyMap<string, Row> {
  return new Map(Object.entries(rows));
}

/** Relations and annotations are about things before them, and do not end the package that they stand in. */
const BESIDE = new Set(['relationships', 'annotations']);

/** SPDX tag:value text in the shape that SPDX JSON has, so that one reader reads both. */
export function tagValueToJson(text: string, notes: Notes): JsonRecord {
  const document: Section = new Map();
  const creation: Section = new Map();
  const lists = new Map<string, JsonRecord[]>();
  const opened: { readonly list: string; readonly section: Section }[] = [];
  let section = document;
  let beside: Section | undefined;
  for (const { tag, value, line } of tagsOf(text, notes)) {
    const created = CREATION.get(tag);
    const row = created ?? ROWS.get(tag) ?? { member: tag };
    const content = row.split === undefined ? value : row.split(value);
    if (content === undefined)
      notes.complain('MALFORMED_ITEM', `line ${line}`, `${tag} is not in the form that SPDX gives it`);
    else if (row.opens !== undefined) {
      const next: Section = new Map(typeof content === 'string' ? [[row.member, content]] : Object.entries(content));
      opened.push({ list: row.opens, section: next });
      if (BESIDE.has(row.opens)) beside = next;
      else [section, beside] = [next, undefined];
    } else setMember(created ? creation : targetOf(tag, section, beside), row, content);
  }
  for (const { list, section: done } of opened) {
    const known = lists.get(list) ?? [];
    known.push(Object.fromEntries(done));
    lists.set(list, known);
  }
  return {
    ...Object.fromEntries(document),
    creationInfo: Object.fromEntries(creation),
    ...Object.fromEntries(lists),
    ...attach(lists),
  };
}

function targetOf(tag: string, section: Section, beside: Section | undefined): Section {
  const isOfBeside = /^(?:Relationship|Annotation|SPDXREF)/.test(tag);
  return isOfBeside ? (beside ?? section) : section;
}

function setMember(section: Section, row: Row, content: unknown): void {
  if (row.list === true) {
    const known = section.get(row.member);
    if (Array.isArray(known)) known.push(content);
    else section.set(row.member, [content]);
  } else if (!section.has(row.member)) section.set(row.member, content);
}

/** JSON has a package's annotations in the package; here they name it. */
function attach(lists: ReadonlyMap<string, readonly JsonRecord[]>): JsonRecord {
  const annotations = Map.groupBy(lists.get('annotations') ?? [], (annotation) => annotation['SPDXREF']);
  const packages = lists.get('packages') ?? [];
  const ids = new Set(packages.map((entry) => entry['SPDXID']));
  return {
    packages: packages.map((entry) => ({ ...entry, annotations: annotations.get(entry['SPDXID']) ?? [] })),
    annotations: [...annotations].filter(([id]) => !ids.has(id)).flatMap(([, list]) => list),
  };
}

type Tag = { readonly tag: string; readonly value: string; readonly line: number };

/** Lines `Tag: value`, and values between `<text>` and `</text>` over several lines. */
function* tagsOf(text: string, notes: Notes): Generator<Tag> {
  // Where no text ends, none after it does: it is looked for once.
  let textsEnd = true;
  for (let start = 0, line = 1; start < text.length;) {
    const lineEnd = endOf(text, '\n', start);
    const written = text.slice(start, lineEnd);
    const { tag, value } = /^\s*(?<tag>\w+):(?<value>.*)$/s.exec(written)?.groups ?? {};
    const isText = textsEnd && value?.trimStart().startsWith('<text>') === true;
    const closing = isText ? text.indexOf('</text>', start) : lineEnd;
    if (closing === -1) textsEnd = false;
    if (value?.includes('<text>') === true && !textsEnd)
      notes.complain('MALFORMED_ITEM', `line ${line}`, 'a text without an end');
    const end = closing === -1 ? lineEnd : closing;
    const isBlank = /^\s*(?:#|$)/.test(written);
    if (!isBlank && tag === undefined)
      notes.complain('MALFORMED_ITEM', `line ${line}`, 'a line that is no tag with a value');
    if (!isBlank && tag !== undefined)
      yield { tag, value: valueIn(text.slice(start + written.indexOf(':') + 1, end)), line };
    const next = end === lineEnd ? lineEnd : endOf(text, '\n', end);
    line += text.slice(start, next).split('\n').length;
    start = next + 1;
  }
}

/** Where `mark` comes next, or the end of the text. */
function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
}

function valueIn(written: string): string {
  return written
    .trim()
    .replace(/^<text>/, '')
    .trim();
}

/** `SHA1: d6a7…` */
function splitChecksum(value: string): JsonRecord | undefined {
  const [algorithm, checksumValue] = value.split(/:\s*/, 2);
  return checksumValue === undefined ? undefined : { algorithm, checksumValue };
}

/** `PACKAGE-MANAGER purl pkg:…` */
function splitReference(value: string): JsonRecord | undefined {
  const [referenceCategory, referenceType, referenceLocator] = value.split(/\s+/, 3);
  return referenceLocator === undefined ? undefined : { referenceCategory, referenceType, referenceLocator };
}

/** `SPDXRef-A CONTAINS SPDXRef-B` */
function splitRelationship(value: string): JsonRecord | undefined {
  const [spdxElementId, relationshipType, relatedSpdxElement] = value.split(/\s+/, 3);
  return relatedSpdxElement === undefined ? undefined : { spdxElementId, relationshipType, relatedSpdxElement };
}
