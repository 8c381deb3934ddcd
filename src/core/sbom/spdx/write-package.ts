import { withoutUndefined } from '../../defined.ts';
import { carryAsProperties } from '../carried-properties.ts';
import { algorithmName } from '../hashes.ts';
import type { JsonRecord } from '../item.ts';
import type { Component, ComponentReference, Party } from '../model.ts';
import type { Notes } from '../notes.ts';
import { toSpdxParty, toSpdxTool } from '../parties.ts';
import type { WriteOptions } from '../write-options.ts';
import { downloadType, purposeOfKind } from './words.ts';
import type { LicenceWriter } from './write-licences.ts';

export type PackageWriting = {
  readonly options: WriteOptions;
  readonly notes: Notes;
  readonly licences: LicenceWriter;
  readonly idOf: (id: string) => string;
};

/** Reference types of SPDX 2.3 annex F with a category of their own; ours on the right. */
const CATEGORIES = [
  ['SECURITY', 'advisory', 'advisories'],
  ['SECURITY', 'fix', 'fix'],
  ['SECURITY', 'url', 'url'],
  ['SECURITY', 'swid', 'swid'],
  ['PERSISTENT-ID', 'gitoid', 'gitoid'],
  ['PERSISTENT-ID', 'swh', 'swh'],
] as const;

/** One package of SPDX 2.3 (clause 7). */
export function writePackage(component: Component, writing: PackageWriting): JsonRecord {
  const { notes, licences, idOf } = writing;
  const { name, version, description, copyright, supplier, originator } = component;
  const { homepage, downloadLocation, others } = sortReferences(component.references);
  tellLosses(component, notes);
  return withoutUndefined({
    SPDXID: idOf(component.id),
    name,
    versionInfo: version,
    supplier: supplier && toSpdxParty(supplier),
    originator: originator && toSpdxParty(originator),
    downloadLocation: downloadLocation ?? 'NOASSERTION',
    filesAnalyzed: false,
    checksums: listOrNothing(
      component.hashes.flatMap(({ algorithm, value }) => writeChecksum(algorithm, value, notes)),
    ),
    homepage,
    licenseConcluded: licences.expressionOf(
      component.licences.filter(({ acknowledgement }) => acknowledgement === 'concluded'),
    ),
    licenseDeclared: licences.expressionOf(
      component.licences.filter(({ acknowledgement }) => acknowledgement !== 'concluded'),
    ),
    copyrightText: copyright ?? 'NOASSERTION',
    description,
    primaryPackagePurpose: component.kind && purposeOfKind(component.kind),
    externalRefs: listOrNothing(writeExternalRefs(component, others, notes)),
    annotations: listOrNothing(writeProperties(component, writing.options)),
  });
}

function listOrNothing<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length === 0 ? undefined : list;
}

function tellLosses({ kind, group, scope, supplier, originator, licences }: Component, notes: Notes): void {
  if (kind !== undefined && purposeOfKind(kind) === undefined) notes.lose('unwritten', `type ${kind}`);
  if (group !== undefined) notes.lose('unwritten', 'groups');
  if (scope === 'required' || scope === 'optional') notes.lose('unwritten', 'scopes');
  const parties = [supplier, originator].filter((party): party is Party => party !== undefined);
  notes.lose('unwritten', 'addresses of suppliers', parties.filter(({ url }) => url !== undefined).length);
  notes.lose(
    'altered',
    'suppliers of no kind as organizations or persons',
    parties.filter((party) => party.kind === undefined).length,
  );
  const unsaid = licences.filter(({ acknowledgement }) => acknowledgement === undefined);
  notes.lose('altered', 'licences without acknowledgement as declared', unsaid.length);
}

type SortedReferences = { homepage?: string; downloadLocation?: string; others: readonly ComponentReference[] };

/** The first website and the first download have places of their own. */
function sortReferences(references: readonly ComponentReference[]): SortedReferences {
  const website = references.find(({ type, comment }) => type === 'website' && comment === undefined);
  const download = references.find(({ type, url, comment }) => {
    const isDownload = type === 'distribution' || type === 'vcs';
    return isDownload && downloadType(url) === type && comment === undefined && !/\s/.test(url);
  });
  return {
    ...(website && { homepage: website.url }),
    ...(download && { downloadLocation: download.url }),
    others: references.filter((reference) => reference !== website && reference !== download),
  };
}

function writeChecksum(algorithm: string, checksumValue: string, notes: Notes): readonly JsonRecord[] {
  const name = algorithmName(algorithm, 'spdx');
  if (name === undefined) notes.lose('unwritten', `hashes ${algorithm}`);
  return name === undefined ? [] : [{ algorithm: name, checksumValue }];
}

function writeExternalRefs(
  { purl, cpes }: Component,
  others: readonly ComponentReference[],
  notes: Notes,
): readonly JsonRecord[] {
  const purls = purl === undefined ? [] : [externalRef('PACKAGE-MANAGER', 'purl', purl.text)];
  return [
    ...purls,
    ...cpes.map((cpe) => externalRef('SECURITY', cpe.startsWith('cpe:2.3:') ? 'cpe23Type' : 'cpe22Type', cpe)),
    ...others.map(({ type, url, comment }) => {
      if (/\s/.test(type) || /\s/.test(url)) notes.lose('altered', 'references with spaces');
      const [category, name] = CATEGORIES.find(([, , ours]) => ours === type) ?? [
        'OTHER',
        type.replaceAll(/\s+/g, '-'),
      ];
      return { ...externalRef(category, name, url), ...(comment !== undefined && { comment }) };
    }),
  ];
}

/** Locators have no spaces (clause 7.21). */
function externalRef(referenceCategory: string, referenceType: string, locator: string): JsonRecord {
  return { referenceCategory, referenceType, referenceLocator: locator.replaceAll(/\s/g, encodeURIComponent) };
}

/** As Konflux writes them: an annotation each, with name and value as JSON. */
function writeProperties(component: Component, { created, tool }: WriteOptions): readonly JsonRecord[] {
  return carryAsProperties(component, []).map(({ name, value }) => ({
    annotationDate: created,
    annotationType: 'OTHER',
    annotator: toSpdxTool(tool),
    comment: JSON.stringify({ name, value }),
  }));
}
