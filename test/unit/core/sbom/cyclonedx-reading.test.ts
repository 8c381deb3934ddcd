import { describe, expect, test } from 'vitest';
import { cycloneDx, edgesOf, library, lossesOf, named, read } from './documents.ts';

describe('components', () => {
  test('in components are contained in them; in the root they are listed', () => {
    const document = cycloneDx([
      library('outer', { components: [library('inner', { components: [library('innermost')] })] }),
      library('other'),
    ]);
    document['metadata'] = {
      component: { type: 'container', 'bom-ref': 'image', name: 'shop', components: [library('within')] },
    };
    const { sbom } = read(document);
    expect(sbom.components.map(({ name }) => name)).toEqual(['within', 'outer', 'inner', 'innermost', 'other']);
    expect(edgesOf(sbom)).toEqual(['inner contains innermost', 'outer contains inner']);
  });

  test('without a reference get one each that no other has', () => {
    const { sbom, problems } = read(
      cycloneDx([{ type: 'library', name: 'a' }, { type: 'library', name: 'b' }, library('component#2')]),
    );
    expect(sbom.components.map(({ name }) => name)).toEqual(['a', 'b', 'component#2']);
    expect(new Set(sbom.components.map(({ id }) => id)).size).toBe(3);
    expect(problems.map(({ code }) => code)).not.toContain('UNKNOWN_REFERENCE');
  });

  test('of one reference are kept, the first with it, and it is told', () => {
    const { sbom, problems } = read(
      cycloneDx([library('a'), library('b', { 'bom-ref': 'a' }), library('c')], { c: ['a'] }),
    );
    expect(sbom.components).toHaveLength(3);
    expect(edgesOf(sbom)).toEqual(['c dependsOn a']);
    expect(problems).toEqual([
      { code: 'DUPLICATE_ID', message: 'an id that another component has', at: '$.components[1]', count: 1 },
    ]);
  });

  test('without a name are left out and told; what is in them stays', () => {
    const { sbom, problems } = read(
      cycloneDx([
        { type: 'library', components: [library('inner')] },
        { type: 'library', name: '' },
      ]),
    );
    expect(sbom.components.map(({ name }) => name)).toEqual(['inner']);
    expect(problems).toMatchObject([{ code: 'MALFORMED_ITEM', at: '$.components[0].name', count: 2 }]);
  });

  test('have one maker, the first of those named', () => {
    const { sbom } = read(
      cycloneDx([
        library('a', { author: 'Jane', publisher: 'Acme <info@acme.example>', authors: [{ name: 'Joe' }] }),
        library('b', { authors: [{ name: 'Joe', email: 'joe@acme.example' }] }),
        library('c', { manufacturer: { name: 'Works', url: ['https://works.example'] } }),
      ]),
    );
    expect(named(sbom, 'a').originator).toEqual({ name: 'Acme', email: 'info@acme.example' });
    expect(named(sbom, 'b').originator).toEqual({ name: 'Joe', kind: 'person', email: 'joe@acme.example' });
    expect(named(sbom, 'c').originator).toEqual({ name: 'Works', kind: 'organization', url: 'https://works.example' });
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'components[]: further authors': 2 });
  });

  test('are found where occurrences, syft’s and trivy’s properties say', () => {
    const properties = (facts: Readonly<Record<string, string>>): object => ({
      properties: Object.entries(facts).map(([name, value]) => ({ name, value })),
    });
    const { sbom } = read(
      cycloneDx([
        library('a', { evidence: { occurrences: [{ location: '/app/a' }, { location: '/app/b' }] } }),
        library(
          'b',
          properties({
            'syft:location:1:path': '/two',
            'syft:location:0:path': '/one',
            'syft:location:0:layerID': 'sha256:1',
            'syft:cpe23': 'cpe:2.3:a:b',
            mine: 'x',
          }),
        ),
        library(
          'c',
          properties({ 'aquasecurity:trivy:FilePath': '/go/bin', 'aquasecurity:trivy:LayerDiffID': 'sha256:2' }),
        ),
      ]),
    );
    expect(named(sbom, 'a').foundAt).toEqual([{ path: '/app/a' }, { path: '/app/b' }]);
    expect(named(sbom, 'b')).toMatchObject({
      foundAt: [{ path: '/one', layer: 'sha256:1' }, { path: '/two' }],
      cpes: ['cpe:2.3:a:b'],
      properties: [{ name: 'mine', value: 'x' }],
    });
    expect(named(sbom, 'c').foundAt).toEqual([{ path: '/go/bin', layer: 'sha256:2' }]);
    expect(named(sbom, 'c').properties).toHaveLength(2);
  });
});

describe('items with errors cost themselves', () => {
  test.each([
    ['a purl that is none', { purl: 'npm/express' }, 'INVALID_PURL', '$.components[0].purl'],
    ['a purl without a name', { purl: 'pkg:npm/' }, 'INVALID_PURL', '$.components[0].purl'],
    [
      'a hash of another length',
      { hashes: [{ alg: 'SHA-256', content: 'abc' }] },
      'MALFORMED_ITEM',
      '$.components[0].hashes[0].content',
    ],
    [
      'a hash in base64',
      { hashes: [{ alg: 'SHA-1', content: 'Q1R9ZP0tsvI8T8g9RLcTlCnsFt8l4=' }] },
      'MALFORMED_ITEM',
      '$.components[0].hashes[0].content',
    ],
    ['an unknown type', { type: 'thing' }, 'MALFORMED_ITEM', '$.components[0].type'],
    ['an unknown scope', { scope: 'some' }, 'MALFORMED_ITEM', '$.components[0].scope'],
    ['a version that is an object', { version: {} }, 'MALFORMED_ITEM', '$.components[0].version'],
    ['licences that are no list', { licenses: 'MIT' }, 'MALFORMED_ITEM', '$.components[0].licenses'],
    [
      'a licence that says nothing',
      { licenses: [{ license: {} }] },
      'MALFORMED_ITEM',
      '$.components[0].licenses[0].license',
    ],
    ['a licence that is text', { licenses: ['MIT'] }, 'MALFORMED_ITEM', '$.components[0].licenses[0]'],
    ['a supplier that is text', { supplier: 'Acme' }, 'MALFORMED_ITEM', '$.components[0].supplier'],
    [
      'a reference without an address',
      { externalReferences: [{ type: 'vcs' }] },
      'MALFORMED_ITEM',
      '$.components[0].externalReferences[0].url',
    ],
    [
      'a description of 100,000 characters',
      { description: 'x'.repeat(100_000) },
      'TRUNCATED',
      '$.components[0].description',
    ],
  ])('%s', (_what, facts, code, at) => {
    const { sbom, problems } = read(cycloneDx([library('a', { version: '1', ...facts }), library('b')]));
    expect(sbom.components.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toMatchObject([{ code, at, count: 1 }]);
  });

  test('a thousand times is told once, with its count', () => {
    const { problems } = read(
      cycloneDx(Array.from({ length: 1_000 }, (_, index) => library(`a${index}`, { purl: 'x' }))),
    );
    expect(problems).toEqual([
      { code: 'INVALID_PURL', message: 'not a package URL: it is left out', at: '$.components[0].purl', count: 1_000 },
    ]);
  });

  test('a component that is no object, a list that is none', () => {
    expect(read(cycloneDx([1, null, library('a')] as object[])).problems).toMatchObject([
      { code: 'MALFORMED_ITEM', at: '$.components[0]', count: 2 },
    ]);
    expect(read({ ...cycloneDx([]), components: {} }).problems).toMatchObject([
      { code: 'MALFORMED_ITEM', at: '$.components', count: 1 },
    ]);
  });
});

describe('dependencies', () => {
  test('on nothing that there is are a problem, on a service a loss', () => {
    const document = {
      ...cycloneDx([library('a')], { a: ['missing', 'api', 'inner'], image: ['a'] }),
      services: [{ 'bom-ref': 'api', name: 'api', services: [{ 'bom-ref': 'inner', name: 'b' }] }],
    };
    const { sbom, problems } = read(document);
    expect(edgesOf(sbom)).toEqual(['shop dependsOn a']);
    expect(problems).toMatchObject([{ code: 'UNKNOWN_REFERENCE', at: '$.dependencies[0]', count: 1 }]);
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'dependsOn of what is no component': 2, services: 1 });
  });

  test('come once, and never from a component to itself', () => {
    expect(edgesOf(read(cycloneDx([library('a'), library('b')], { a: ['b', 'b', 'a'] })).sbom)).toEqual([
      'a dependsOn b',
    ]);
  });
});

test('the supplier and the maker of the subject are the root’s, where it names none', () => {
  const metadata = {
    supplier: { name: 'Seller' },
    manufacture: { name: 'Maker' },
    component: { type: 'application', name: 'shop' },
  };
  expect(read({ ...cycloneDx([]), metadata }).sbom.root).toMatchObject({
    supplier: { name: 'Seller' },
    originator: { name: 'Maker' },
  });
  const own = { ...metadata, component: { ...metadata.component, supplier: { name: 'Other' } } };
  const { sbom } = read({ ...cycloneDx([]), metadata: own });
  expect(sbom.root?.supplier?.name).toBe('Other');
  expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'metadata: supplier, manufacture': 1 });
});

test('members that the model has no place for are counted by their path', () => {
  const document = {
    ...cycloneDx([library('a', { pedigree: {}, tags: ['x', 'y'], modified: false }), library('b', { pedigree: {} })]),
    compositions: [{}, {}, {}],
    vulnerabilities: [],
  };
  expect(lossesOf(read(document).sbom.losses, 'unread')).toEqual({
    'components[].modified': 1,
    'components[].pedigree': 2,
    'components[].tags': 2,
    compositions: 3,
  });
});

test('tools of 1.4 and of 1.5 are read alike', () => {
  const tool = { name: 'syft', version: '1.0.0' };
  const tools = (written: unknown): unknown =>
    read({ ...cycloneDx([]), metadata: { tools: written } }).sbom.documents[0]?.tools;
  expect(tools([{ vendor: 'anchore', ...tool }])).toEqual([{ vendor: 'anchore', ...tool }]);
  expect(
    tools({
      components: [{ type: 'application', group: 'anchore', ...tool }],
      services: [{ provider: { name: 'Acme' }, name: 'api' }],
    }),
  ).toEqual([
    { vendor: 'anchore', ...tool },
    { name: 'api', vendor: 'Acme' },
  ]);
});
