import { isRecord } from '../json.ts';
import { repositoryKey } from '../source-url.ts';
import type { CatalogContact, CatalogLink, CatalogPlace, CodeLocation, ContactKind } from './model.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Longer descriptions are cut: nobody reads them in an answer about an image. */
const TEXT_CHARACTERS_MAX = 2000;

/** A value as text; undefined for none. Numbers are as written in YAML, where every scalar is read as text. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' || trimmed === '~' || trimmed === 'null' ? undefined : trimmed.slice(0, TEXT_CHARACTERS_MAX);
}

/** What is in it, where it is a mapping; else nothing. */
export function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

/** The mappings of a list; one mapping is a list of one. */
export function records(value: unknown): readonly Fields[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/** The texts of a list; one text is a list of one. */
export function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => text(each) ?? []);
}

/** `url`, `title` or `name`, `type` of each. Only what a browser opens: a terminal makes links of them. */
export function links(value: unknown): readonly CatalogLink[] {
  return records(value).flatMap((link) => {
    const url = webAddress(link['url']);
    if (url === undefined) return [];
    const title = text(link['title']) ?? text(link['name']);
    const type = text(link['type']) ?? text(link['category']);
    return [{ url, ...(title === undefined ? {} : { title }), ...(type === undefined ? {} : { type }) }];
  });
}

export function webAddress(value: unknown): string | undefined {
  const url = text(value);
  return url !== undefined && /^https?:\/\//i.test(url) ? url : undefined;
}

/** None where there is no address. Whoever has the address of a webhook can write there, so it is a secret. */
export function contact(kind: ContactKind, value: unknown, place: CatalogPlace): readonly CatalogContact[] {
  const address = text(value);
  if (address === undefined) return [];
  const isWebhook = /^https?:\/\/(?:hooks\.slack\.com|[^/]*webhook\.office\.com)\//i.test(address);
  return [{ kind, address: isWebhook ? 'webhook (configured)' : address, place }];
}

const CONTACT_LINKS: readonly { readonly type: RegExp; readonly kind: ContactKind }[] = [
  { type: /^on[-_ ]?call$|^incidents$/i, kind: 'onCall' },
  { type: /^chat([-_ ]?channel)?$|^slack$|^(microsoft-)?teams$/i, kind: 'chat' },
];

/** Links whose type says that they lead to people. */
export function contactsOfLinks(all: readonly CatalogLink[], place: CatalogPlace): readonly CatalogContact[] {
  return all.flatMap(({ url, type = '' }) => {
    const row = CONTACT_LINKS.find((each) => each.type.test(type));
    return row === undefined ? [] : contact(row.kind, url, place);
  });
}

/** `paths`: patterns; what is empty or `/` is the whole repository. */
export function codeAt(repository: unknown, paths: readonly string[] = []): readonly CodeLocation[] {
  const address = text(repository);
  if (address === undefined) return [];
  const isWhole = paths.length === 0 || paths.some((path) => /^(\.?\/?|\/?\*\*\/?)$/.test(path));
  return [{ repository: repositoryKey(address), paths: isWhole ? [] : paths }];
}

/** A folder as a pattern for everything below it, from the root; undefined for the root itself. */
export function folderPattern(folder: string | undefined): string | undefined {
  const names = (folder ?? '').split('/').filter((name) => name !== '' && name !== '.');
  // What is a wildcard in a pattern is a character in a name.
  return names.length === 0 ? undefined : `/${names.join('/').replaceAll(/[*?\\[\]#!]/g, String.raw`\$&`)}/`;
}

/** A name of an image as a pattern for what registries call it: without tag and digest, and Docker Hub's in full. */
export function imagePattern(written: string): string {
  const [name = ''] = written.replace(/^docker:\/\//, '').split('@');
  const untagged = name.replace(/:[^/:]*$/, '');
  const [first = ''] = untagged.split('/');
  if (/[.:*]/.test(first) || first === 'localhost') return untagged;
  return untagged.includes('/') ? `docker.io/${untagged}` : `docker.io/library/${untagged}`;
}
