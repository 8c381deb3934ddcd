import { expect, test } from 'vitest';
import { csvText, tableText } from '../../../../src/render/sbom/rows.ts';
import { jsonText, xmlText } from '../../../../src/render/sbom/written.ts';

const rows = (...cells: readonly string[][]): Parameters<typeof csvText>[0] => ({
  columns: ['name', 'version'],
  rows: cells,
  losses: [],
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['line\nbreak', 'line break'],
  ['\u001b[31mred\u202e', 'red'],
])('a CSV cell %j is %j', (text, wanted) => {
  expect(csvText(rows([text, '1']))).toBe(`name,version\n${wanted},1\n`);
});

test('columns stand under one another, wide letters and long cells too', () => {
  expect(tableText(rows(['日本', '1'], ['x'.repeat(60), '2']))).toBe(
    [`name${' '.repeat(46)}version`, `日本${' '.repeat(46)}1`, `${'x'.repeat(60)}  2`, ''].join('\n'),
  );
});

test('what looks like a credential is masked in a document, and told', () => {
  const url = 'https://ada:hunter2@github.com/acme/shop';
  const { text, losses } = jsonText({ value: { url, name: 'shop' }, losses: [] });
  expect(JSON.parse(text)).toEqual({ url: 'https://***@github.com/acme/shop', name: 'shop' });
  expect(losses).toMatchObject([{ reason: 'altered', count: 1 }]);
  const xml = xmlText({ value: `<a href="${url}">${url}</a>`, losses: [] });
  expect(xml.text).toBe('<a href="https://***@github.com/acme/shop">https://***@github.com/acme/shop</a>');
  expect(xml.losses).toMatchObject([{ count: 2 }]);
});

test('what has no shape is escaped, and stays what it is', () => {
  const name = 'a\u202eb\u0085c\ufeff';
  const { text, losses } = jsonText({ value: { name }, losses: [] });
  expect(text).toMatch(/^[\n -~]*$/);
  expect(JSON.parse(text)).toEqual({ name });
  expect(losses).toEqual([]);
  expect(xmlText({ value: `<a>${name}</a>`, losses: [] }).text).toBe('<a>a&#x202E;b&#x0085;c&#xFEFF;</a>');
});
