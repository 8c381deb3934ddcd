import type { Models } from '@cyclonedx/cyclonedx-library';
import { withoutUndefined } from '../../defined.ts';
import { carryAsProperties } from '../carried-properties.ts';
import { algorithmName } from '../hashes.ts';
import { isSingleId } from '../licences.ts';
import type { Component, ComponentReference, Licence, Party } from '../model.ts';
import type { Notes } from '../notes.ts';
import { isAnyUri } from './any-uri.ts';
import type { Library } from './library.ts';

/** How one document is written. `plain` gives text as the format can hold it. */
export type Writing = {
  readonly library: Library;
  readonly spec: Library['Spec']['Spec1dot6'];
  readonly notes: Notes;
  readonly plain: (text: string) => string;
};

/** What the type must be where it is not said, or the version has no word for it. */
const OTHERWISE = 'library';
/** The library's expression for CPEs is slow on long ones. */
const CPE_LENGTH_MAX = 400;

/** The component as the library has it, without what it contains and depends on. */
export function toComponentModel(component: Component, writing: Writing): Models.Component {
  const { library, plain } = writing;
  const { Models, Enums } = library;
  const [cpe, furtherCpes] = splitCpes(component, writing);
  tellPartyLosses(component, writing);
  const { group, version, description, copyright, originator } = component;
  const optional = withoutUndefined({
    group: group && plain(group),
    version: version && plain(version),
    description: description && plain(description),
    copyright: copyright && plain(copyright),
    publisher:
      originator &&
      plain(originator.email === undefined ? originator.name : `${originator.name} <${originator.email}>`),
    supplier: component.supplier && toOrganization(component.supplier, writing),
    scope: wordIn(Enums.ComponentScope, component.scope),
    purl: component.purl?.text,
    cpe,
  });
  return new Models.Component(componentType(component, writing), plain(component.name), {
    ...optional,
    bomRef: component.id,
    hashes: toHashes(component, writing),
    licenses: toLicences(component.licences, writing),
    externalReferences: new Models.ExternalReferenceRepository(
      component.references.flatMap((reference) => toReference(reference, writing)),
    ),
    properties: new Models.PropertyRepository(
      carryAsProperties(component, furtherCpes).map(
        ({ name, value }) => new Models.Property(plain(name), plain(value)),
      ),
    ),
  });
}

/** Who made something is one text, and who supplied it an organization. */
function tellPartyLosses({ supplier, originator }: Component, { notes }: Writing): void {
  notes.lose('unwritten', 'whether makers are persons', originator?.kind === undefined ? 0 : 1);
  notes.lose('unwritten', 'addresses of makers', originator?.url === undefined ? 0 : 1);
  notes.lose(
    'altered',
    'suppliers as organizations',
    supplier === undefined || supplier.kind === 'organization' ? 0 : 1,
  );
}

function componentType({ kind }: Component, { library, spec, notes }: Writing): Models.Component['type'] {
  const type = wordIn(library.Enums.ComponentType, kind);
  if (type !== undefined && spec.supportsComponentType(type)) return type;
  notes.lose('altered', `${kind === undefined ? 'no type' : `type ${kind}`} as ${OTHERWISE}`);
  return library.Enums.ComponentType.Library;
}

/** One has a place of its own, the others go where syft puts them. */
function splitCpes({ cpes }: Component, { library }: Writing): readonly [string | undefined, readonly string[]] {
  const first = cpes.find((cpe) => cpe.length <= CPE_LENGTH_MAX && library.isCPE(cpe));
  return [first, cpes.filter((cpe) => cpe !== first)];
}

function toHashes({ hashes }: Component, { library, spec, notes }: Writing): Models.HashDictionary {
  const { Models, Enums } = library;
  const dictionary = new Models.HashDictionary();
  for (const { algorithm, value } of hashes) {
    const name = wordIn(Enums.HashAlgorithm, algorithmName(algorithm, 'cyclonedx'));
    const isWritten =
      name !== undefined && spec.supportsHashAlgorithm(name) && spec.supportsHashValue(value) && !dictionary.has(name);
    if (isWritten) dictionary.set(name, value);
    else notes.lose('unwritten', `hashes ${algorithm}`);
  }
  return dictionary;
}

export function toOrganization({ name, email, url }: Party, writing: Writing): Models.OrganizationalEntity {
  const { Models } = writing.library;
  return new Models.OrganizationalEntity({
    name: writing.plain(name),
    url: new Set(url !== undefined && isAddress(url, writing) ? [url] : []),
    contact: new Models.OrganizationalContactRepository(
      email === undefined ? [] : [new Models.OrganizationalContact({ email: writing.plain(email) })],
    ),
  });
}

/** Until 1.6 a component has one expression, or any number of single licences; an expression among others is written as a name. */
function toLicences(licences: readonly Licence[], writing: Writing): Models.LicenseRepository {
  const { Models } = writing.library;
  const isOnly = licences.length === 1;
  return new Models.LicenseRepository(licences.map((licence) => toLicence(licence, { isOnly, writing })));
}

function toLicence(
  licence: Licence,
  { isOnly, writing }: { readonly isOnly: boolean; readonly writing: Writing },
): Models.License {
  const { library, notes, plain, spec } = writing;
  const { Models, Enums, isSupportedSpdxId } = library;
  const acknowledgement = wordIn(Enums.LicenseAcknowledgement, licence.acknowledgement);
  if (acknowledgement !== undefined && !spec.supportsLicenseAcknowledgement)
    notes.lose('unwritten', 'licence acknowledgements');
  const url = licence.url !== undefined && isAddress(licence.url, writing) ? licence.url : undefined;
  const detail = withoutUndefined({ acknowledgement, url });
  if (licence.kind === 'expression' && isSingleId(licence.text) && isSupportedSpdxId(licence.text))
    return new Models.SpdxLicense(licence.text, detail);
  if (licence.kind === 'name' || !isOnly) {
    if (licence.kind === 'expression') notes.lose('altered', 'licence expressions as names');
    return new Models.NamedLicense(plain(licence.text), detail);
  }
  const expression = new Models.LicenseExpression(licence.text);
  if (acknowledgement !== undefined) expression.acknowledgement = acknowledgement;
  return expression;
}

function toReference(reference: ComponentReference, writing: Writing): readonly Models.ExternalReference[] {
  const { library, spec, notes, plain } = writing;
  const { Models, Enums } = library;
  if (!isAddress(reference.url, writing)) return [];
  const word = wordIn(Enums.ExternalReferenceType, reference.type);
  const type = word !== undefined && spec.supportsExternalReferenceType(word) ? word : undefined;
  if (type === undefined) notes.lose('altered', 'references of other types as other');
  const comment = reference.comment ?? (type === undefined ? reference.type : undefined);
  return [
    new Models.ExternalReference(
      reference.url,
      type ?? Enums.ExternalReferenceType.Other,
      comment === undefined ? {} : { comment: plain(comment) },
    ),
  ];
}

/** What the library would leave out unsaid. */
function isAddress(url: string, { notes }: Writing): boolean {
  const isValid = isAnyUri(url);
  if (!isValid) notes.lose('unwritten', 'addresses with errors');
  return isValid;
}

/** The library's word that `text` is. */
function wordIn<Word extends string>(
  words: Readonly<Record<string, Word>>,
  text: string | undefined,
): Word | undefined {
  const texts: readonly string[] = Object.values(words);
  return Object.values(words)[texts.indexOf(text ?? '')];
}
