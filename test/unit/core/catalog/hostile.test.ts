import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOG_FORMATS } from '../../../../src/core/catalog/model.ts';
import { readCatalogFile } from '../../../../src/core/catalog/read-file.ts';
import { resolveOwner } from '../../../../src/core/catalog/resolve-contacts.ts';
import { resolveService } from '../../../../src/core/catalog/resolve-service.ts';
import { COMMIT, FIXTURES, MONO, readFixture, readText, shownProblems } from './catalogs.ts';

const origin = { name: 'the test' };

describe('YAML that was made to do harm', () => {
  test('a bomb of aliases costs its document, and not the next', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const reference = `*a${level}`;
      return `a${level + 1}: &a${level + 1} [${Array(9).fill(reference).join(', ')}]`;
    });
    const bomb = ['a0: &a0 lol', ...levels].join('\n');
    const { components, problems } = readText(`${bomb}\n---\nschema-version: v2\ndd-service: checkout\n`);
    expect(problems.map(({ code, place }) => [code, place.document])).toEqual([['ALIASES', 1]]);
    expect(components.map(({ name, place }) => [name, place.document])).toEqual([['checkout', 2]]);
  });

  test('a few aliases are what they stand for', () => {
    const { components } = readText('x: &t payments\nschema-version: v2\ndd-service: checkout\nteam: *t\n');
    expect(components[0]?.owners[0]?.text).toBe('payments');
  });

  test('an alias without an anchor', () => {
    expect(readText('a: *nowhere\n').problems.map(({ code }) => code)).toEqual(['ALIASES']);
  });

  test.each([
    ['brackets', `a: ${'['.repeat(100_000)}`],
    ['brackets that are closed', `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['lists in lists', `a:\n  ${'- '.repeat(100_000)}b\n`],
    ['indentation', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('%s nested deep', (_, text) => {
    expect(readText(text)).toMatchObject({ components: [], problems: [{ code: 'NOT_YAML' }] });
  });

  test('many keys are looked up and not compared, and a repeated one is named', () => {
    const many = Array.from({ length: 30_000 }, (_, number) => `k${number}: 1`).join('\n');
    expect(readText(`${many}\nk7: 2\n`).problems).toMatchObject([
      { code: 'REPEATED_KEY', message: 'the key k7 is there twice', place: { line: 30_001 } },
    ]);
  });

  test('10 MB are refused by their size, before they are read', () => {
    const catalog = readText(`a: ${'x'.repeat(10_000_000)}\n`);
    expect(catalog.problems).toMatchObject([
      { code: 'TOO_LARGE', message: '10000004 bytes, and at most 2097152 are read' },
    ]);
  });

  test('bytes that are no UTF-8', () => {
    const bytes = Uint8Array.of(0x61, 0x3a, 0x20, 0xff);
    expect(readCatalogFile({ bytes, path: 'a.yaml', origin }).problems).toMatchObject([{ code: 'NOT_TEXT' }]);
  });

  test('a document that is broken costs itself', () => {
    const { components, problems } = readText(
      'schema-version: v2\ndd-service: a\n---\na: "open\n---\nschema-version: v2\ndd-service: b\n',
    );
    expect(components.map(({ name }) => name)).toContain('a');
    expect(problems.map(({ code }) => code)).toContain('NOT_YAML');
  });

  test.each(['__proto__', 'constructor', 'valueOf', 'toString', 'hasOwnProperty'])(
    '%s is a word like any other',
    (word) => {
      const own = readText(`version: 1\nteams: { ${word}: {} }\n${word}: 1\n`);
      expect(own.teams).toMatchObject([{ ref: `group:default/${word.toLowerCase()}` }]);
      expect(own.problems).toMatchObject([{ code: 'UNKNOWN_KEY' }]);
      const entity = readText(`apiVersion: backstage.io/v1alpha1\nkind: ${word}\nmetadata: { name: a }\n`);
      expect(entity).toEqual({ components: [], teams: [], people: [], targets: [], problems: [] });
      const git = `{ ${word}: { repository: acme/a } }`;
      expect(readText(`openapi: 3.0.0\ninfo: { x-cortex-tag: a, x-cortex-git: ${git} }\n`).components).toMatchObject([
        { code: [] },
      ]);
      const repositories = `[{ name: acme/a, provider: ${word} }]`;
      expect(readText(`version: 1\nservice: { name: a, repositories: ${repositories} }\n`).components).toMatchObject([
        { code: [] },
      ]);
      const table = readText(`name,operational_status\na,${word}\n`, { path: 'a.csv' });
      expect(table.components).toMatchObject([{ lifecycle: word }]);
    },
  );

  test('a key that every object has is no catalog', () => {
    expect(readText('__proto__: { version: 1, services: {} }\nconstructor: 1\n').problems).toMatchObject([
      { code: 'UNKNOWN_FORMAT' },
    ]);
    expect(readText('version: 1\nservices: { __proto__: { owner: a } }\n').components).toHaveLength(1);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('patterns that were made to keep a matcher busy', () => {
  const busy = `/${'*a'.repeat(20)}`;
  const text = (paths: string): string =>
    `version: 1\nservices:\n  a: { repo: ${MONO}, paths: ${paths}, images: ["${'a*'.repeat(20)}", ghcr.io/a] }\n`;

  test('are left out by name, and the component stays', () => {
    const catalog = readText(text(`["${busy}", services/a]`));
    expect(shownProblems(catalog.problems)).toEqual([
      `WRONG_VALUE 3: the pattern ${'a*'.repeat(20)} is too costly`,
      `WRONG_VALUE 3: the pattern ${busy} is too costly`,
    ]);
    expect(catalog.components).toMatchObject([{ images: ['ghcr.io/a'], code: [{ paths: ['services/a'] }] }]);
  });

  test('and where no path is left it claims no code, rather than the whole repository', () => {
    expect(readText(text(`["${busy}"]`)).components).toMatchObject([{ code: [] }]);
  });
});

describe('cycles', () => {
  const ring = 'version: 1\nteams: { a: { parent: b }, b: { parent: c }, c: { parent: b } }\n';

  test('teams above each other end with a problem that names them', () => {
    const asked = { kind: 'team', ref: 'group:default/a', text: 'a' } as const;
    const { contacts, problems } = resolveOwner(asked, readText(ring));
    expect(contacts).toEqual([]);
    expect(problems).toMatchObject([{ code: 'CYCLE', message: 'teams above each other: a, b, c, b' }]);
  });

  test('a long line of teams ends too', () => {
    const teams = Array.from({ length: 100 }, (_, number) => `  t${number}: { parent: t${number + 1} }`);
    const asked = { kind: 'team', ref: 'group:default/t0', text: 't0' } as const;
    expect(resolveOwner(asked, readText(`version: 1\nteams:\n${teams.join('\n')}\n`)).problems).toMatchObject([
      { code: 'TOO_MANY', message: 'more than 32 teams above it' },
    ]);
  });
});

describe('whatever the bytes', () => {
  const format = fc.option(fc.constantFrom(...CATALOG_FORMATS), { nil: undefined });

  test('nothing is thrown, and every problem has a place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), format, (bytes, chosen) => {
        const { problems } = readCatalogFile({ bytes, path: 'x', origin, format: chosen });
        expect(problems.every(({ place }) => place.line >= 1 && place.document >= 1)).toBe(true);
      }),
    );
  });

  test('real files, altered anywhere', () => {
    const names = ['backstage.yaml', 'datadog-v3.yaml', 'opslevel.yml', 'cortex.yaml', 'compass.yml', 'provtrace.yaml'];
    const texts = names.map((name) => readFileSync(new URL(`formats/${name}`, FIXTURES), 'utf8'));
    const alteration = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(20),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('\n', ': ', '- ', '{', '[', '&a ', '*a', 'null'),
      ),
    });
    fc.assert(
      fc.property(fc.constantFrom(...texts), alteration, (text, { at, cut, put }) => {
        const start = Math.floor(at * text.length);
        const { components } = readText(text.slice(0, start) + put + text.slice(start + cut));
        expect(components.every(({ entityRef }) => /^[^:]*:[^/]*\/./s.test(entityRef))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('every shape of JSON under the marks of a format', () => {
    const marks = fc.constantFrom<Record<string, unknown>>(
      { apiVersion: 'backstage.io/v1alpha1', kind: 'Component' },
      { apiVersion: 'backstage.io/v1alpha1', kind: 'Group' },
      { apiVersion: 'backstage.io/v1alpha1', kind: 'Location' },
      { 'schema-version': 'v2.2', 'dd-service': 'a' },
      { apiVersion: 'v3', kind: 'service' },
      { version: '1' },
      { openapi: '3.0.1' },
      { configVersion: '1', name: 'a' },
    );
    const keys = [
      'valueOf',
      '__proto__',
      'metadata',
      'spec',
      'info',
      'service',
      'services',
      'teams',
      'people',
      'links',
      'contacts',
      'integrations',
    ];
    fc.assert(
      fc.property(marks, fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()), (marked, rest) => {
        const catalog = readText(JSON.stringify({ ...rest, ...marked }));
        expect(Array.isArray(catalog.components)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('any question about any names has an answer, strongest first', () => {
    const catalog = readFixture('provtrace.yaml');
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('services/checkout/Dockerfile', MONO, '', '**', 'checkout'),
    );
    const place = fc.record({ path: word, kind: fc.constantFrom('file' as const, 'directory' as const) });
    fc.assert(
      fc.property(fc.array(word), word, fc.array(place), (imageNames, repository, paths) => {
        const candidates = resolveService({ imageNames, repository, commit: COMMIT, paths }, catalog);
        const ranks = candidates.map(({ rank }) => rank);
        expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
      }),
    );
  });
});
