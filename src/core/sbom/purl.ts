import type { PackageURL } from 'packageurl-js';
import { withoutUndefined } from '../defined.ts';
import { parsePurl } from '../source-url/purl.ts';
import type { Item } from './item.ts';
import { textOf } from './item.ts';

/** Longer is no package URL that anyone wrote: those of images with all their qualifiers have some 300 characters. */
const PURL_LENGTH_MAX = 4096;

/** A package URL in its parts (purl-spec). Two are equal when `canonical` is: it is made of the parts, so spelling does not matter. */
export type Purl = {
  /** As written. */
  readonly text: string;
  readonly canonical: string;
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath?: string;
};

/** The package URL that `text` is, or undefined. */
export function readPurl(text: string): Purl | undefined {
  if (text.length > PURL_LENGTH_MAX) return undefined;
  const known = parsePurl(text);
  if (known !== undefined) return fromParts(text, known, known.type);
  // Rules of single types are broken often (Maven without a group, Go with a branch as version), and the parts are clear all the same.
  const { type } = /^pkg:\/*(?<type>[A-Za-z][A-Za-z0-9.+-]*)\//.exec(text)?.groups ?? {};
  const plain = type === undefined ? undefined : parsePurl(text.replace(type, PLAIN_TYPE));
  return plain && type !== undefined ? fromParts(text, plain, type.toLowerCase()) : undefined;
}

/** The one type that has no rules. */
const PLAIN_TYPE = 'generic';

function fromParts(text: string, parsed: PackageURL, type: string): Purl {
  return withoutUndefined({
    text,
    canonical: `pkg:${type}${parsed.toString().slice(`pkg:${parsed.type}`.length)}`,
    type,
    namespace: parsed.namespace,
    name: parsed.name,
    version: parsed.version,
    qualifiers: parsed.qualifiers ?? NO_QUALIFIERS,
    subpath: parsed.subpath,
  });
}
const NO_QUALIFIERS: Readonly<Record<string, string>> = Object.freeze({});

/** The package URL under `key`; one with errors is left out and told. */
export function purlOf(item: Item, key: string): Purl | undefined {
  const text = textOf(item, key);
  if (text === undefined) return undefined;
  const purl = readPurl(text);
  if (purl === undefined) item.notes.complain('INVALID_PURL', `${item.at}.${key}`, 'not a package URL: it is left out');
  return purl;
}

/** Which package, whatever its version, architecture or distribution: equal for two versions of one package. */
export function packageKey({ type, namespace = '', name, subpath = '' }: Purl): string {
  return [type, namespace, name, subpath].join('\n');
}

/** Parts to look for; those that are undefined do not matter. */
export type WantedPurl = Pick<Purl, 'type' | 'name' | 'qualifiers'> & {
  readonly [Part in 'namespace' | 'version' | 'subpath']?: string | undefined;
};

/** True where `candidate` is the package that `wanted` names, and has the version, qualifiers and subpath that it names. */
export function purlMatches(wanted: WantedPurl, candidate: Purl): boolean {
  if (wanted.type !== candidate.type || wanted.name !== candidate.name || wanted.namespace !== candidate.namespace)
    return false;
  if (wanted.version !== undefined && wanted.version !== candidate.version) return false;
  if (wanted.subpath !== undefined && wanted.subpath !== candidate.subpath) return false;
  return Object.entries(wanted.qualifiers).every(([key, value]) => candidate.qualifiers[key] === value);
}
