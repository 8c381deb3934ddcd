/**
 * Reading JSON whose shape strangers chose. A node is a value with the path to it; asking it for something that is not there gives
 * nothing, asking for something that is wrong gives nothing and leaves a problem. Nothing here throws.
 */
import { isRecord } from '../json.ts';
import type { Instant } from '../model/outcome.ts';
import { toInstant } from '../model/outcome.ts';
import { isPlaceholder } from '../source-url/placeholder.ts';
import type { Read, ReadProblem, ReadProblemCode } from './provenance.ts';
import { redactAddress } from './redact.ts';

export type Node = { readonly value: unknown; readonly at: string; readonly problems: ReadProblem[] };

/** In characters. No id, name, address or ref is longer; a Dockerfile's text has its own limit. */
const TEXT_LENGTH_MAX = 8192;
/** Items of a list, and members of an object. The longest list seen, an index of release files, had 461. */
const ITEMS_MAX = 10_000;
/** Problems of one code in one document: what does not fit a thousand times needs no thousand lines, and must not crowd out others. */
const PROBLEMS_PER_CODE_MAX = 50;
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
/** Before the first container: zero values of languages, and clocks set back for reproducibility. */
const YEAR_LEAST = '2000';

export function complain(node: Node, code: ReadProblemCode, message: string): void {
  const same = node.problems.filter((problem) => problem.code === code);
  // A value may be read twice, for two purposes.
  const told = same.length >= PROBLEMS_PER_CODE_MAX || same.some(({ at }) => at === node.at);
  if (!told) node.problems.push({ code, at: node.at, message });
}

/** The node at the end of the path; its value is undefined where there is none. */
export function member(node: Node, ...path: readonly (string | number)[]): Node {
  return path.reduce((from: Node, key) => ({ ...from, value: own(from.value, key), at: from.at + step(key) }), node);
}

/** The first of several spellings that is there; the first spelling where none is. */
export function anyMember(node: Node, first: string, ...others: readonly string[]): Node {
  const found = [first, ...others].find((name) => !isAbsent(own(node.value, name)));
  return member(node, found ?? first);
}

/** SLSA: null, missing and empty are equal. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Text that says something: numbers are ids written without quotes, placeholders are absent, credentials in addresses are gone. */
export function text(node: Node): Read<string> | undefined {
  const read = address(node);
  return read && { value: redactAddress(read.value), at: node.at };
}

/** The same with its credentials, for what parses an address and tells that it had some; never for a result. */
export function address(node: Node): Read<string> | undefined {
  const { value } = node;
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number') return { value: `${value}`, at: node.at };
  if (typeof value !== 'string') return wrong(node, 'text');
  if (value.length > TEXT_LENGTH_MAX) {
    complain(node, 'TRUNCATED', `longer than ${TEXT_LENGTH_MAX} characters`);
    return undefined;
  }
  if (isPlaceholder(value)) {
    complain(node, 'PLACEHOLDER_VALUE', 'a placeholder instead of a value');
    return undefined;
  }
  return { value: value.trim(), at: node.at };
}

export function flag(node: Node): Read<boolean> | undefined {
  const { value, at } = node;
  if (isAbsent(value)) return undefined;
  if (value === true || value === 'true') return { value: true, at };
  if (value === false || value === 'false') return { value: false, at };
  return wrong(node, 'true or false');
}

/** RFC 3339 with any offset, to UTC and the whole second. Times before this kind of image existed are absent. */
export function instant(node: Node): Read<Instant> | undefined {
  const read = text(node);
  if (read === undefined || read.value < YEAR_LEAST) return undefined;
  const epochMs = RFC3339.test(read.value) ? Date.parse(read.value) : Number.NaN;
  return Number.isNaN(epochMs) ? wrong(node, 'a time as in RFC 3339') : { value: toInstant(epochMs), at: node.at };
}

export function items(node: Node): readonly Node[] {
  if (isAbsent(node.value)) return [];
  if (!Array.isArray(node.value)) return wrong(node, 'a list') ?? [];
  if (node.value.length > ITEMS_MAX) complain(node, 'TRUNCATED', `more than ${ITEMS_MAX} items`);
  return node.value.slice(0, ITEMS_MAX).map((_item, index) => member(node, index));
}

export function entries(node: Node): readonly (readonly [string, Node])[] {
  if (isAbsent(node.value)) return [];
  if (!isRecord(node.value)) return wrong(node, 'an object') ?? [];
  const names = Object.keys(node.value);
  if (names.length > ITEMS_MAX) complain(node, 'TRUNCATED', `more than ${ITEMS_MAX} members`);
  return names.slice(0, ITEMS_MAX).map((name) => [name, member(node, name)] as const);
}

function wrong(node: Node, expected: string): undefined {
  complain(node, 'MALFORMED_ITEM', `not ${expected}`);
}

function own(value: unknown, key: string | number): unknown {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_][\w-]{0,99}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 100))}]`;
}
