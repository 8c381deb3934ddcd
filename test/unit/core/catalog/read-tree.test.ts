import { describe, expect, test } from 'vitest';
import { catalogPathsFor } from '../../../../src/core/catalog/file-names.ts';
import type { Catalog } from '../../../../src/core/catalog/model.ts';
import { readCatalogTree } from '../../../../src/core/catalog/read-tree.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { failed } from '../../../../src/core/model/outcome.ts';
import { COMMIT, MONO, readMonorepo, shownProblems, treeOf } from './catalogs.ts';

const origin = { name: 'the test', repository: MONO, commit: COMMIT };

function read(files: Record<string, string>, start: readonly string[], bytesMax?: number): Promise<Catalog> {
  return readCatalogTree({ origin, start, read: treeOf(files), ...(bytesMax === undefined ? {} : { bytesMax }) });
}

const service = (name: string): string => `schema-version: v2\ndd-service: ${name}\n`;
const location = (...targets: readonly string[]): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nspec:\n  targets: ${JSON.stringify(targets)}\n`;
const names = ({ components }: Catalog): readonly string[] => components.map(({ name }) => name);

test('the monorepo from its root: what the Location names, each file once', async () => {
  const catalog = await readMonorepo(catalogPathsFor(['services/checkout/Dockerfile']));
  expect(catalog.problems).toEqual([]);
  expect(names(catalog).toSorted()).toEqual(['checkout', 'checkout', 'checkout-client', 'invoices', 'search', 'shop']);
  expect(catalog.teams.map(({ name }) => name)).toEqual(['payments', 'finance', 'platform']);
  expect(catalog.people.map(({ name }) => name)).toEqual(['Ada']);
});

describe('what is asked for', () => {
  test('the usual names in the folder and upwards, nearest first', () => {
    const paths = catalogPathsFor(['services/checkout/Dockerfile']);
    expect(paths.filter((path) => path.endsWith('catalog-info.yaml'))).toEqual([
      'services/checkout/Dockerfile/catalog-info.yaml',
      'services/checkout/catalog-info.yaml',
      'services/catalog-info.yaml',
      'catalog-info.yaml',
    ]);
    expect(paths).toContain('services/checkout/service.datadog.yaml');
    expect(catalogPathsFor([])).toContain('opslevel.yml');
  });

  test('of a path of any depth, a bounded number', () => {
    expect(catalogPathsFor([Array(1000).fill('a').join('/')]).length).toBeLessThan(200);
  });

  test('files, folders and patterns', async () => {
    const files = { 'a/x.yaml': service('x'), 'a/b/y.yml': service('y'), 'a/README.md': 'no', 'c.yaml': service('c') };
    expect(names(await read(files, ['c.yaml']))).toEqual(['c']);
    expect(names(await read(files, ['a'])).toSorted()).toEqual(['x', 'y']);
    expect(names(await read(files, [''])).toSorted()).toEqual(['c', 'x', 'y']);
    expect(names(await read(files, ['a/*.yaml']))).toEqual(['x']);
    expect(names(await read(files, ['**/*.yml']))).toEqual(['y']);
    expect(await read(files, ['gone.yaml'])).toMatchObject({ components: [], problems: [] });
  });
});

describe('what files name', () => {
  test.each([
    ['./b.yaml', ['b']],
    ['../d/b.yaml', ['b']],
    ['/d/b.yaml', ['b']],
    ['b.yaml', ['b']],
    [`${MONO}/blob/main/d/b.yaml`, ['b']],
    [`url:${MONO}/tree/main/d/b.yaml`, ['b']],
    ['./*.yml', []],
  ])('%s is in the same tree', async (target, found) => {
    const catalog = await read({ 'd/a.yaml': location(target), 'd/b.yaml': service('b') }, ['d/a.yaml']);
    expect([names(catalog), catalog.problems]).toEqual([found, []]);
  });

  test.each([
    ['https://github.com/acme/other/blob/main/d/b.yaml', 'is in another place'],
    ['https://evil.example/b.yaml', 'is in another place'],
    ['ftp://evil.example/b.yaml', 'is in another place'],
    ['../../b.yaml', 'leads out of the catalog'],
  ])('%s is not followed', async (target, why) => {
    const catalog = await read({ 'd/a.yaml': location(target), 'b.yaml': service('b') }, ['d/a.yaml']);
    expect(names(catalog)).toEqual([]);
    expect(shownProblems(catalog.problems)).toEqual([`NOT_FOLLOWED 1: the target ${target} ${why}`]);
  });

  test('what is named and not there', async () => {
    const { problems } = await read({ 'a.yaml': location('./b.yaml') }, ['a.yaml']);
    expect(shownProblems(problems)).toEqual(['NOT_FOLLOWED 1: b.yaml is not there']);
  });

  test('a folder is nothing that a file can name', async () => {
    const catalog = await read({ 'a.yaml': location('./d'), 'd/b.yaml': service('b') }, ['a.yaml']);
    expect(names(catalog)).toEqual([]);
    expect(shownProblems(catalog.problems)).toEqual(['NOT_FOLLOWED 1: d is a folder']);
  });

  test('files that name each other are each read once, and named', async () => {
    const files = { 'a.yaml': location('./b.yaml'), 'b.yaml': `${location('./a.yaml')}---\n${service('b')}` };
    const catalog = await read(files, ['a.yaml']);
    expect(names(catalog)).toEqual(['b']);
    expect(shownProblems(catalog.problems)).toEqual(['CYCLE 1: files that name each other: a.yaml, b.yaml, a.yaml']);
  });

  test('a line of files without an end is cut', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${n}.yaml`, location(`./${n + 1}.yaml`)]));
    const { problems } = await read(files, ['0.yaml']);
    expect(problems).toMatchObject([{ code: 'TOO_MANY', message: expect.stringContaining('named 12 times over') }]);
  });

  test('more files than are read', async () => {
    const many = Array.from({ length: 1001 }, (_, n) => `./${n}.yaml`);
    const { problems } = await read({ 'a.yaml': location(...many) }, ['a.yaml']);
    expect(problems).toMatchObject([{ code: 'TOO_MANY', message: expect.stringContaining('more than 1000 files') }]);
  });
});

test('all files together are bounded', async () => {
  const files = { 'a.yaml': service('a'), 'b.yaml': service('b'), 'c.yaml': `${service('c')}# ${'x'.repeat(60)}\n` };
  const catalog = await read(files, ['a.yaml', 'b.yaml', 'c.yaml'], 100);
  expect(names(catalog)).toEqual(['a', 'b']);
  expect(catalog.problems).toMatchObject([{ code: 'TOO_LARGE', place: { path: 'c.yaml' } }]);
});

test('a path that could not be asked for is told with its error, and the rest is read', async () => {
  const error = new ToolError('TIMED_OUT', 'it did not answer in time');
  const tree = treeOf({ 'b.yaml': service('b') });
  const catalog = await readCatalogTree({
    origin,
    start: ['a.yaml', 'b.yaml'],
    read: async (paths) => new Map([...(await tree(paths)), ['a.yaml', failed(error)]]),
  });
  expect(names(catalog)).toEqual(['b']);
  expect(catalog.problems).toMatchObject([{ code: 'UNREAD', place: { path: 'a.yaml' }, error: { code: 'TIMED_OUT' } }]);
});
