import { withoutUndefined } from '../../defined.ts';
import { liftProperties } from '../carried-properties.ts';
import type { DraftComponent } from '../draft.ts';
import { readHash } from '../hashes.ts';
import type { Item } from '../item.ts';
import { complain, countUnread, membersNamed, itemsOf, memberOf, textOf } from '../item.ts';
import type { LicenceReader } from '../licences.ts';
import type { Component, ComponentHash, Licence, Party } from '../model.ts';
import { COMPONENT_KINDS } from '../model.ts';
import { readParty } from '../parties.ts';
import { purlOf } from '../purl.ts';

const MEMBERS = membersNamed(`
  bom-ref type name group version purl cpe licenses hashes supplier publisher author authors manufacturer
  description copyright scope externalReferences properties components evidence
`);
const ORGANIZATION_MEMBERS = membersNamed('bom-ref name url contact');
const LICENCE_MEMBERS = membersNamed(`
  bom-ref id name url acknowledgement
`);
const SCOPES = ['required', 'optional', 'excluded'] as const;
const ACKNOWLEDGEMENTS = ['declared', 'concluded'] as const;

/** One component of CycloneDX 1.0 to 1.7 without those nested in it; undefined, with a problem, where it has no name. */
export function readComponent(item: Item, readLicence: LicenceReader): DraftComponent | undefined {
  const name = textOf(item, 'name');
  if (name === undefined) {
    complain(item, 'name', 'missing: the component is left out');
    return undefined;
  }
  countUnread(item, MEMBERS, 'components[]');
  const { foundAt, cpes, properties } = liftProperties(readProperties(item));
  const places = readOccurrences(item);
  return withoutUndefined({
    id: textOf(item, 'bom-ref'),
    name,
    kind: wordOf(item, 'type', COMPONENT_KINDS),
    group: textOf(item, 'group'),
    version: textOf(item, 'version'),
    purl: purlOf(item, 'purl'),
    cpes: [...new Set([textOf(item, 'cpe') ?? [], cpes].flat())],
    licences: readLicences(item, readLicence),
    hashes: readHashes(item),
    supplier: readOrganization(item, 'supplier'),
    originator: readOriginator(item),
    description: textOf(item, 'description'),
    copyright: textOf(item, 'copyright'),
    scope: wordOf(item, 'scope', SCOPES),
    foundAt: places.length === 0 ? foundAt : [...foundAt, ...places],
    references: readReferences(item),
    properties,
  });
}

function wordOf<const Word extends string>(item: Item, key: string, words: readonly Word[]): Word | undefined {
  const text = textOf(item, key);
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) complain(item, key, 'a word that is not in the specification');
  return word;
}

function readHashes(item: Item): readonly ComponentHash[] {
  return itemsOf(item, 'hashes').flatMap((hash) => {
    const read = readHash(textOf(hash, 'alg') ?? '', textOf(hash, 'content') ?? '');
    if (read === undefined) complain(hash, 'content', 'not a hash of its algorithm');
    return read ?? [];
  });
}

function readLicences(item: Item, readLicence: LicenceReader): readonly Licence[] {
  return itemsOf(item, 'licenses').flatMap((choice) => {
    const licence = memberOf(choice, 'license') ?? choice;
    const text = textOf(choice, 'expression') ?? textOf(licence, 'id') ?? textOf(licence, 'name');
    if (text === undefined) {
      complain(choice, 'license', 'without an id, a name or an expression');
      return [];
    }
    if (licence !== choice) countUnread(licence, LICENCE_MEMBERS, 'components[].licenses[].license');
    const detail = {
      url: textOf(licence, 'url'),
      acknowledgement: wordOf(licence, 'acknowledgement', ACKNOWLEDGEMENTS),
    };
    return readLicence(text, withoutUndefined(detail)) ?? [];
  });
}

/** An organization with its first address; the rest of it is told as left out. */
export function readOrganization(item: Item, key: string): Party | undefined {
  const organization = memberOf(item, key);
  if (organization === undefined) return undefined;
  countUnread(organization, ORGANIZATION_MEMBERS, key);
  const [contact, ...furtherContacts] = itemsOf(organization, 'contact');
  const urls = organization.value['url'];
  const [url, ...furtherUrls] = (Array.isArray(urls) ? urls : [urls]).filter((text) => typeof text === 'string');
  item.notes.lose('unread', `${key}: further contacts and addresses`, furtherContacts.length + furtherUrls.length);
  const name = textOf(organization, 'name') ?? (contact && textOf(contact, 'name'));
  if (name === undefined) return undefined;
  return withoutUndefined({ name, kind: 'organization' as const, email: contact && textOf(contact, 'email'), url });
}

/** `publisher`, `author`, `authors` or `manufacturer`, the first that is there: the model has one place for who made it. */
function readOriginator(item: Item): Party | undefined {
  const [first, ...further] = [
    ...['publisher', 'author'].flatMap((key) => {
      const text = textOf(item, key);
      return text === undefined ? [] : [readParty(text)];
    }),
    ...itemsOf(item, 'authors').flatMap((author) => readPerson(author) ?? []),
    readOrganization(item, 'manufacturer') ?? [],
  ].flat();
  item.notes.lose('unread', 'components[]: further authors', further.length);
  return first;
}

export function readPerson(item: Item): Party | undefined {
  const email = textOf(item, 'email');
  const name = textOf(item, 'name') ?? email;
  return name === undefined ? undefined : withoutUndefined({ name, kind: 'person' as const, email });
}

function readReferences(item: Item): Component['references'] {
  return itemsOf(item, 'externalReferences').flatMap((reference) => {
    const [type, url] = [textOf(reference, 'type'), textOf(reference, 'url')];
    if (type === undefined || url === undefined) {
      complain(reference, 'url', 'missing, or the type of the reference is');
      return [];
    }
    countUnread(reference, REFERENCE_MEMBERS, 'components[].externalReferences[]');
    return [withoutUndefined({ type, url, comment: textOf(reference, 'comment') })];
  });
}
const REFERENCE_MEMBERS = membersNamed('type url comment');

function readProperties(item: Item): Component['properties'] {
  return itemsOf(item, 'properties').flatMap((property) => {
    const name = textOf(property, 'name');
    // The value may be missing or empty; the name may not.
    return name === undefined ? [] : [{ name, value: textOf(property, 'value') ?? '' }];
  });
}

function readOccurrences(item: Item): Component['foundAt'] {
  const evidence = memberOf(item, 'evidence');
  if (evidence === undefined) return [];
  countUnread(evidence, EVIDENCE_MEMBERS, 'components[].evidence');
  return itemsOf(evidence, 'occurrences').flatMap((occurrence) => {
    const path = textOf(occurrence, 'location');
    return path === undefined ? [] : [{ path }];
  });
}
const EVIDENCE_MEMBERS = membersNamed('occurrences');
