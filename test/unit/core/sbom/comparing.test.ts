import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { diffSboms } from '../../../../src/core/sbom/diff.ts';
import { filterComponents } from '../../../../src/core/sbom/filter.ts';
import { mergeSboms } from '../../../../src/core/sbom/merge.ts';
import type { Sbom } from '../../../../src/core/sbom/model.ts';
import type { TreeLine } from '../../../../src/core/sbom/tree.ts';
import { dependencyTree } from '../../../../src/core/sbom/tree.ts';
import { cycloneDx, edgesOf, library, lossesOf, named, read, shop, spdx } from './documents.ts';

function sbomOf(components: readonly object[], dependencies?: Readonly<Record<string, readonly string[]>>): Sbom {
  return read(cycloneDx(components, dependencies)).sbom;
}

function packages(...purls: readonly string[]): Sbom {
  return sbomOf(
    purls.map((purl, index) => {
      const [, name = '', version] = /([^/@]+)@([^?]+)/.exec(purl) ?? [];
      return library(name, { 'bom-ref': `ref${index}`, purl, version });
    }),
  );
}

const names = (sbom: Sbom): readonly string[] => sbom.components.map(({ name }) => name);

describe('merging', () => {
  test('one package of two formats is one component that says what either says', () => {
    const merged = mergeSboms([shop('syft.json'), shop('spdx-2.3.json')]);
    expect(names(merged)).toEqual(['openssl', 'express', 'body-parser', 'ghcr.io/acme/shop']);
    expect(named(merged, 'openssl')).toMatchObject({
      id: 'openssl',
      supplier: { name: 'Alpine Linux' },
      properties: [{ name: 'syft:package:type', value: 'apk' }],
      documents: [0, 1],
    });
    expect(named(merged, 'openssl').foundAt).toHaveLength(1);
    expect(edgesOf(merged)).toEqual(['express dependsOn body-parser']);
    expect(merged.documents.map(({ format }) => format)).toEqual(['syft-json', 'spdx-json']);
    expect(merged.namedDigests).toEqual(shop('syft.json').namedDigests);
    expect(lossesOf(merged.losses, 'unread')).toMatchObject({ files: 2, distro: 1 });
  });

  test('the roots of one image are one, where they say the same', () => {
    const [left, right] = [shop('cyclonedx-1.6.json'), shop('cyclonedx-1.6.xml')];
    const merged = mergeSboms([left, right]);
    expect(names(merged)).toEqual(names(left));
    expect(merged.root).toMatchObject({ ...left.root, documents: [0, 1] });
    expect(merged.describes).toEqual(['image']);
  });

  test('ids that two documents give to different things are told apart, and so are edges by them', () => {
    const left = sbomOf([library('a', { purl: 'pkg:npm/a@1' }), library('x', { purl: 'pkg:npm/x@1' })], { a: ['x'] });
    const right = sbomOf(
      [library('a', { purl: 'pkg:npm/other@1', name: 'other' }), library('x', { purl: 'pkg:npm/x@1' })],
      { a: ['x'] },
    );
    const merged = mergeSboms([left, right]);
    expect(names(merged)).toEqual(['a', 'x', 'other']);
    expect(new Set(merged.components.map(({ id }) => id)).size).toBe(3);
    expect(edgesOf(merged)).toEqual(['a dependsOn x', 'other dependsOn x']);
  });

  test.each([
    ['spelling', 'pkg:npm/%40acme/a@1.0?x=1&y=2', 'pkg:NPM/%40acme/a@1.0?y=2&x=1', 1],
    ['architecture', 'pkg:apk/alpine/a@1?arch=amd64', 'pkg:apk/alpine/a@1?arch=arm64', 2],
    ['version', 'pkg:npm/a@1', 'pkg:npm/a@2', 2],
  ])('by package URL: %s', (_what, left, right, count) => {
    expect(mergeSboms([packages(left), packages(right)]).components).toHaveLength(count);
  });

  test('a package URL without a version is not one of every version', () => {
    const left = sbomOf([library('a', { purl: 'pkg:npm/a', version: '1' })]);
    const right = sbomOf([library('a', { purl: 'pkg:npm/a', version: '2' }), library('b', { purl: 'pkg:npm/a@1' })]);
    expect(mergeSboms([left, right]).components.map(({ version }) => version)).toEqual(['1', '2', undefined]);
  });

  test('without package URLs by name, version and hashes', () => {
    const one = (content: string): Sbom =>
      sbomOf([library('a', { version: '1', hashes: [{ alg: 'SHA-256', content: content.repeat(64) }] })]);
    expect(mergeSboms([one('a'), one('a')]).components).toHaveLength(1);
    expect(mergeSboms([one('a'), one('b')]).components).toHaveLength(2);
  });

  test('an index is the root of the SBOMs of its platforms, if it is given', () => {
    const root = { ...shop().root!, id: 'index', name: 'the index', version: 'sha256:1' };
    const merged = mergeSboms([shop()], root);
    expect(merged.root).toBe(root);
    expect(names(merged)).toEqual(['ghcr.io/acme/shop', 'openssl', 'express', 'body-parser']);
  });

  test('nothing is nothing', () => {
    expect(mergeSboms([])).toEqual({
      documents: [],
      describes: [],
      components: [],
      edges: [],
      namedDigests: [],
      losses: [],
    });
  });
});

describe('filtering', () => {
  const sbom = shop();

  test.each([
    [{ component: 'express' }, ['express']],
    [{ component: 'EXPRESS' }, ['express']],
    [{ component: 'exp' }, []],
    [{ component: '*-parser' }, ['body-parser']],
    [{ component: 'pkg:npm/express' }, ['express']],
    [{ component: 'pkg:npm/express@4.18.2' }, ['express']],
    [{ component: 'pkg:npm/express@4' }, []],
    [{ component: 'pkg:apk/alpine/openssl' }, ['openssl']],
    [{ component: 'pkg:apk/alpine/openssl?arch=x86_64' }, ['openssl']],
    [{ component: 'pkg:apk/alpine/openssl?arch=arm64' }, []],
    [{ component: 'pkg:apk/openssl' }, []],
    [{ licence: 'apache-2.0' }, ['openssl', 'express']],
    [{ licence: 'MIT' }, ['express']],
    [{ licence: 'or' }, []],
    [{ licence: 'acme*' }, ['body-parser']],
    [{ licence: 'Apache-2.0', component: 'openssl' }, ['openssl']],
    [{}, ['openssl', 'express', 'body-parser']],
  ])('%j', (filter, expected) => {
    expect(names(filterComponents(sbom, filter))).toEqual(expected);
  });

  test('keeps the root, and the edges between what is left', () => {
    expect(edgesOf(filterComponents(sbom, { component: '*-parser' }))).toEqual([]);
    expect(filterComponents(sbom, { component: 'none' }).root).toBe(sbom.root);
    expect(edgesOf(filterComponents(sbom, {}))).toEqual(edgesOf(sbom));
  });

  test('finds names in their groups', () => {
    const grouped = sbomOf([library('core', { group: '@angular' })]);
    for (const component of ['core', '@angular/core', '@angular:core'])
      expect(names(filterComponents(grouped, { component }))).toEqual(['core']);
  });

  test('a package URL with errors is a usage error', () => {
    expect(() => filterComponents(sbom, { component: 'pkg:npm' })).toThrow(ToolError);
    expect(() => filterComponents(sbom, { component: 'pkg:npm' })).toThrow(
      expect.objectContaining({ code: 'USAGE', got: 'pkg:npm' }),
    );
  });
});

describe('the tree', () => {
  const draw = (sbom: Sbom): readonly string[] =>
    dependencyTree(sbom).map(
      ({ component, depth, below }: TreeLine) =>
        `${'  '.repeat(depth)}${component.name}${below === 'repeated' ? ' (above)' : below === 'continued' ? ' (below)' : ''}`,
    );

  test('shows what depends on what once, and the rest under the root', () => {
    const sbom = sbomOf(
      ['a', 'b', 'c', 'd', 'lone'].map((name) => library(name)),
      { image: ['a', 'b'], a: ['c'], b: ['c'], c: ['d'] },
    );
    expect(draw(sbom)).toEqual(['shop', '  a', '    c', '      d', '  b', '    c (above)', '  lone']);
  });

  test('what is contained stands in what contains it', () => {
    const sbom = sbomOf([library('outer', { components: [library('inner')] })]);
    expect(dependencyTree(sbom).map(({ component, depth, edge }) => [component.name, depth, edge])).toEqual([
      ['shop', 0, undefined],
      ['outer', 1, undefined],
      ['inner', 2, 'contains'],
    ]);
  });

  test('circles end where they close, also those that nothing leads to', () => {
    const sbom = sbomOf(
      ['a', 'b', 'x', 'y'].map((name) => library(name)),
      { image: ['a'], a: ['b'], b: ['a'], x: ['y'], y: ['x'] },
    );
    expect(draw(sbom)).toEqual(['shop', '  a', '    b', '      a (above)', '  x', '    y', '      x (above)']);
  });

  test('without a root, what nothing leads to begins', () => {
    const { root: _root, ...sbom } = read(
      spdx([{ name: 'a' }, { name: 'b' }, { name: 'c' }], [['a', 'DEPENDS_ON', 'b']]),
    ).sbom;
    expect(draw(sbom)).toEqual(['a', '  b', 'c']);
  });

  test('branches that are too deep go on further down; nobody is missing', () => {
    const count = 100;
    const sbom = sbomOf(
      Array.from({ length: count }, (_, index) => library(`c${index}`)),
      Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`c${index}`, [`c${index + 1}`]])),
    );
    const lines = dependencyTree(sbom);
    expect(Math.max(...lines.map(({ depth }) => depth))).toBe(40);
    expect(lines.filter(({ below }) => below === 'continued').map(({ component }) => component.name)).toEqual([
      'c39',
      'c78',
    ]);
    expect(new Set(lines.map(({ component }) => component.name)).size).toBe(count + 1);
  });
});

describe('the difference', () => {
  const changes = (before: Sbom, after: Sbom): unknown => {
    const { added, removed, changed } = diffSboms(before, after);
    return {
      added: added.map(({ version }) => version),
      removed: removed.map(({ version }) => version),
      changed: changed.map(({ before: one, after: other, facts }) => [one.version, other.version, facts]),
    };
  };

  test('of an SBOM and the same in another format is nothing', () => {
    expect(diffSboms(shop('cyclonedx-1.6.json'), shop('spdx-2.3.json'))).toEqual({
      added: [],
      removed: [],
      changed: [],
    });
    expect(diffSboms(shop('spdx-3.0.json'), shop('syft.json'))).toEqual({ added: [], removed: [], changed: [] });
  });

  test.each([
    ['a new version', ['pkg:npm/a@1'], ['pkg:npm/a@2'], { added: [], removed: [], changed: [['1', '2', ['version']]] }],
    ['another package', ['pkg:npm/a@1'], ['pkg:npm/b@2'], { added: ['2'], removed: ['1'], changed: [] }],
    ['another ecosystem', ['pkg:npm/a@1'], ['pkg:pypi/a@1'], { added: ['1'], removed: ['1'], changed: [] }],
    [
      'another distribution',
      ['pkg:apk/alpine/a@1?distro=3.19'],
      ['pkg:apk/alpine/a@1?distro=3.20'],
      { added: [], removed: [], changed: [] },
    ],
    ['one more version', ['pkg:npm/a@1'], ['pkg:npm/a@1', 'pkg:npm/a@2'], { added: ['2'], removed: [], changed: [] }],
    [
      'of several, those that stay stay',
      ['pkg:npm/a@1', 'pkg:npm/a@3'],
      ['pkg:npm/a@3', 'pkg:npm/a@2'],
      { added: [], removed: [], changed: [['1', '2', ['version']]] },
    ],
    [
      'versions by number',
      ['pkg:npm/a@1.10', 'pkg:npm/a@1.9'],
      ['pkg:npm/a@2.9', 'pkg:npm/a@2.10', 'pkg:npm/a@2.11'],
      {
        added: ['2.11'],
        removed: [],
        changed: [
          ['1.9', '2.9', ['version']],
          ['1.10', '2.10', ['version']],
        ],
      },
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(changes(packages(...before), packages(...after))).toEqual(expected);
  });

  test('licences, hashes and suppliers that both know', () => {
    const one = (facts: object): Sbom => sbomOf([library('a', { purl: 'pkg:npm/a@1', version: '1', ...facts })]);
    const licence = (id: string): object => ({ licenses: [{ license: { id } }] });
    const hash = (content: string): object => ({ hashes: [{ alg: 'SHA-256', content: content.repeat(64) }] });
    expect(changes(one({ ...licence('MIT'), ...hash('a') }), one({ ...licence('ISC'), ...hash('b') }))).toMatchObject({
      changed: [['1', '1', ['licences', 'hashes']]],
    });
    expect(changes(one({ supplier: { name: 'A' } }), one({ supplier: { name: 'B' } }))).toMatchObject({
      changed: [['1', '1', ['supplier']]],
    });
    expect(changes(one(licence('MIT')), one({}))).toMatchObject({ changed: [] });
  });

  test('without package URLs by name', () => {
    expect(
      changes(sbomOf([library('a', { version: '1' }), library('b')]), sbomOf([library('a', { version: '2' })])),
    ).toEqual({ added: [], removed: [undefined], changed: [['1', '2', ['version']]] });
  });

  test('is sorted by name, then version', () => {
    const after = sbomOf(['b', 'a10', 'a9'].map((name) => library(name)));
    expect(diffSboms(sbomOf([]), after).added.map(({ name }) => name)).toEqual(['a9', 'a10', 'b']);
  });
});
