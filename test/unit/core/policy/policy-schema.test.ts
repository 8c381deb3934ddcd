import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchemaOf } from '../../../../src/core/policy/json-schema.ts';
import { parsePolicy } from '../../../../src/core/policy/policy-file.ts';
import { policySchema } from '../../../../src/core/policy/policy-schema.ts';
import { policyShape } from '../../../../src/core/policy/policy-shape.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/policies');
const accepts = new Ajv2020({ strict: true, strictTypes: false }).compile(policySchema);

function policiesIn(folder: string): readonly (readonly [string, unknown])[] {
  return readdirSync(join(FIXTURES, folder)).map((name) => [
    name,
    parse(readFileSync(join(FIXTURES, folder, name), 'utf8')),
  ]);
}
const isShaped = (policy: unknown): boolean => v.safeParse(policyShape, policy).success;

describe('the schema and the reader', () => {
  test.each(policiesIn('accepted'))('accept %s', (_name, policy) => {
    expect([accepts(policy), isShaped(policy)]).toEqual([true, true]);
  });

  test.each(policiesIn('refused-by-shape'))('refuse %s', (_name, policy) => {
    expect([accepts(policy), isShaped(policy)]).toEqual([false, false]);
  });

  test.each(policiesIn('refused-by-meaning'))('part at what only the whole file tells: %s', (name, policy) => {
    expect(accepts(policy)).toBe(true);
    expect(() => parsePolicy({ text: JSON.stringify(policy), path: name })).toThrow(/not what is expected/);
  });

  test('agree on whatever one change makes of a policy that has everything', () => {
    const [, whole] = policiesIn('accepted').find(([name]) => name === 'everything.yaml') ?? [];
    const changes = [...changedIn(whole)];
    expect(changes.length).toBeGreaterThan(500);
    const parting = changes.filter(({ policy }) => accepts(policy) !== isShaped(policy)).map(({ what }) => what);
    // Checks that no schema can express: each of these is a `check` of the reader.
    expect(parting.filter((what) => !BY_MEANING.some((allowed) => allowed.test(what)))).toEqual([]);
    expect(changes.some(({ policy }) => accepts(policy))).toBe(true);
  });
});

const BY_MEANING = [
  /^exceptions\.\d+\.(?:images|digest) (?:removed|removed)$/,
  /\.atLeast\.n is 99$/,
  /^rules\.\d+\.(?:require|extends) removed$/,
];
const OTHERS: readonly unknown[] = [
  null,
  '',
  ' ',
  '*',
  '**',
  'x',
  0,
  99,
  -1,
  1.5,
  true,
  false,
  [],
  {},
  ['x'],
  { x: 1 },
];

/** The same with one value put in another’s place, taken away, or added. */
function* changedIn(whole: unknown): Generator<{ what: string; policy: unknown }> {
  for (const path of pathsIn(whole)) {
    const place = path.join('.');
    for (const other of OTHERS)
      yield { what: `${place} is ${JSON.stringify(other)}`, policy: changed(whole, path, other) };
    yield { what: `${place} removed`, policy: changed(whole, path, undefined) };
    yield { what: `${place} with a stray key`, policy: changed(whole, [...path, 'stray'], 1) };
  }
}

function* pathsIn(value: unknown): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield [key];
    for (const path of pathsIn(member)) yield [key, ...path];
  }
}

function changed(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  if (Array.isArray(value)) {
    const list = value.map((member: unknown, index) => (String(index) === key ? changed(member, rest, other) : member));
    return list.filter((member) => member !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = { ...value, [key]: changed((value as Record<string, unknown>)[key], rest, other) };
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}

test('every key has a description that an editor can show', () => {
  const bare = [...describedIn(policySchema)]
    .filter(({ schema }) => !('description' in schema) && !('$ref' in schema))
    .map(({ key }) => key);
  expect(bare).toEqual([]);
});

function* describedIn(schema: unknown): Generator<{ key: string; schema: object }> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [name, member] of Object.entries(schema)) {
    if (name === 'properties')
      for (const [key, own] of Object.entries(member as object)) yield { key, schema: own as object };
    yield* describedIn(member);
  }
}

test('a kind of schema that is not known is a fault, and not a schema that accepts anything', () => {
  expect(() => jsonSchemaOf(v.date())).toThrow(TypeError);
  expect(() => jsonSchemaOf(v.strictObject({ a: v.map(v.string(), v.string()) }))).toThrow(TypeError);
});
