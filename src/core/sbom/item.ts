/**
 * Reading JSON whose shape strangers chose, of which there may be 100,000 items: what is not there gives nothing, what is wrong gives
 * nothing and leaves a problem. Nothing here throws. Paths are made where something is told, not before.
 */
import { isRecord } from '../json.ts';
import type { Notes } from './notes.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;
/** An object of a document, and where it is. */
export type Item = { readonly value: JsonRecord; readonly at: string; readonly notes: Notes };

/** In characters. Descriptions of packages reach 4,000. */
const TEXT_LENGTH_MAX = 65_536;

/** Text that says something, without the space around it, which XML does not keep either; numbers are what a writer forgot to quote. */
export function textOf(item: Item, key: string): string | undefined {
  return asText(own(item.value, key), item, key);
}

function asText(value: unknown, item: Item, key: string, index?: number): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return `${value}`;
  if (typeof value !== 'string') {
    complain(item, key, 'not text', index);
    return undefined;
  }
  if (value.length <= TEXT_LENGTH_MAX) return value.trim() || undefined;
  item.notes.complain(
    'TRUNCATED',
    pathTo(item, key, index),
    `text longer than ${TEXT_LENGTH_MAX} characters is left out`,
  );
  return undefined;
}

/** The texts of a list. */
export function textsOf(item: Item, key: string): readonly string[] {
  return listOf(item, key).flatMap((value, index) => asText(value, item, key, index) ?? []);
}

export function memberOf(item: Item, key: string): Item | undefined {
  const value = own(item.value, key);
  if (value === undefined || value === null) return undefined;
  if (isRecord(value)) return { value, at: pathTo(item, key), notes: item.notes };
  complain(item, key, 'not an object');
  return undefined;
}

/** The objects of a list; what is no object costs itself. */
export function itemsOf(item: Item, key: string): readonly Item[] {
  return listOf(item, key).flatMap((value, index) => {
    const at = `${item.at}.${key}[${index}]`;
    if (isRecord(value)) return [{ value, at, notes: item.notes }];
    item.notes.complain('MALFORMED_ITEM', at, `an item of ${key} is not an object`);
    return [];
  });
}

export function listOf(item: Item, key: string): readonly unknown[] {
  const value = own(item.value, key);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  complain(item, key, 'not a list');
  return [];
}

/** The names in `text`, with any space between them. */
export function membersNamed(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Counts the members that no reader asks for (of lists, the items), so that what is left out is told. `of` is their path without indexes. */
export function countUnread(item: Item, known: ReadonlySet<string>, of: string): void {
  for (const key of Object.keys(item.value)) {
    if (!known.has(key)) item.notes.lose('unread', of === '' ? key : `${of}.${key}`, countOf(item.value[key]));
  }
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return value === null || value === '' ? 0 : 1;
}

/** `what` follows the member's name: "is missing". */
export function complain(item: Item, key: string, what: string, index?: number): void {
  item.notes.complain('MALFORMED_ITEM', pathTo(item, key, index), `${key} is ${what}`);
}

function pathTo(item: Item, key: string, index?: number): string {
  return `${item.at}.${key}${index === undefined ? '' : `[${index}]`}`;
}

function own(value: JsonRecord, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
