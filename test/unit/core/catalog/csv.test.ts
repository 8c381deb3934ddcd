import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { parseCsv, separatorOf } from '../../../../src/core/catalog/csv-records.ts';
import { readFixture, readText, shownProblems } from './catalogs.ts';

describe('a table as ServiceNow exports it', () => {
  const { components, problems } = readFixture('servicenow.csv');

  test('by labels, after a byte order mark, with quotes and line breaks in a cell', () => {
    expect(problems).toEqual([]);
    expect(components[0]).toMatchObject({
      entityRef: 'component:default/checkout',
      name: 'Checkout',
      type: 'business service',
      aliases: ['a1b2'],
      tier: '1 - most critical',
      lifecycle: 'operational',
      owners: [{ kind: 'team', ref: 'group:default/payments', text: 'Payments' }],
      description: 'Takes the money,\r\nall of "it"',
      images: ['ghcr.io/acme/checkout'],
      code: [{ repository: 'github.com/acme/mono', paths: [] }],
      place: { line: 2 },
    });
  });

  test('a formula is only text, a status is a word, a person stands in for a team', () => {
    expect(components[1]).toMatchObject({
      name: '=HYPERLINK("http://evil.example")',
      lifecycle: 'retired',
      owners: [{ kind: 'email', ref: 'bob@acme.example', text: 'bob@acme.example' }],
      place: { line: 4 },
    });
  });
});

test('semicolons, Windows-1252, and columns that the user names', () => {
  const columns = { name: 'Dienst', owner: ['zuständig'], repository: 'Depot' };
  const { components, problems } = readFixture('windows-1252.csv', { columns });
  expect(problems).toEqual([]);
  expect(components).toMatchObject([
    {
      name: 'Rechnungen',
      owners: [{ text: 'Büro', ref: 'group:default/büro' }],
      code: [{ repository: 'github.com/acme/mono' }],
    },
  ]);
});

test('several paths and images in one cell', () => {
  const table = 'name,repository,paths,images\na,github.com/acme/mono,services/a/** libs/a,acme/a;quay.io/acme/a:1\n';
  expect(readText(table, { path: 'a.csv' }).components).toMatchObject([
    {
      images: ['docker.io/acme/a', 'quay.io/acme/a'],
      code: [{ repository: 'github.com/acme/mono', paths: ['services/a/**', 'libs/a'] }],
    },
  ]);
});

test.each([
  ['', ['NOT_CSV 1: the table is empty']],
  ['kind,owner\na,b\n', ['NOT_CSV 1: there is no column of names']],
  ['name,owner\na,b\n,c\n', ['NAMELESS 3: the record has no name']],
  ['name,owner\na,"b\n\n', ['NOT_CSV 2: a quote is never closed']],
])('%j is told by line', (table, problems) => {
  expect(shownProblems(readText(table, { path: 'a.csv' }).problems)).toEqual(problems);
});

test('a column that is not there is named', () => {
  const { components, problems } = readText('name\na\n', { format: 'csv', columns: { owner: 'u_squad' } });
  expect(shownProblems(problems)).toEqual(['UNKNOWN_KEY 1: there is no column u_squad']);
  expect(components).toHaveLength(1);
});

test('10 MB of records are read, and a line has its number', () => {
  const rows = Array.from({ length: 100_000 }, (_, number) => `service-${number},team-${number % 7},${'x'.repeat(80)}`);
  const { components } = readText(`name,team,comments\n${rows.join('\n')}\n`, { path: 'big.csv' });
  expect(components).toHaveLength(100_000);
  expect(components.at(-1)).toMatchObject({ name: 'service-99999', place: { line: 100_001 } });
});

test('records are what was written, whatever is in the cells', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '=') }).map((text) => text.trim());
  const row = fc.array(cell, { minLength: 2, maxLength: 2 }).filter((cells) => cells.some((text) => text !== ''));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), fc.constantFrom(',', ';', '\t'), (rows, separator) => {
      const written = rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator));
      const { records, isWhole } = parseCsv(`${written.join('\r\n')}\r\n`, separator);
      expect(records.map(({ cells }) => cells)).toEqual(rows);
      expect(isWhole).toBe(true);
    }),
  );
});

test.each([
  ['name;owner\n', ';'],
  ['"a;b;c",owner\n', ','],
  ['name\towner\n', '\t'],
  ['name\na;b;c\n', ','],
])('the separator of %j', (table, separator) => {
  expect(separatorOf(table)).toBe(separator);
});
