import { describe, expect, test } from 'vitest';
import { toCycloneDxJson, toCycloneDxXml } from '../../../../src/core/sbom/cyclonedx/write.ts';
import { mergeSboms } from '../../../../src/core/sbom/merge.ts';
import type { Component, Sbom } from '../../../../src/core/sbom/model.ts';
import { toRows } from '../../../../src/core/sbom/rows.ts';
import { toSpdxJson } from '../../../../src/core/sbom/spdx/write.ts';
import {
  OPTIONS,
  bytes,
  cycloneDx,
  edgesOf,
  library,
  lossesOf,
  named,
  read,
  shop,
  spdx,
  throughText,
} from './documents.ts';
import { cycloneDxErrors } from './validity.ts';
import { spdxErrors } from './spdx-validity.ts';

const BARE: Component = {
  id: 'a',
  name: 'a',
  kind: 'library',
  cpes: [],
  licences: [],
  hashes: [],
  foundAt: [],
  references: [],
  properties: [],
  documents: [0],
};
const HEX = 'ab'.repeat(32);

function sbomOf(components: readonly Partial<Component>[], rest: Partial<Sbom> = {}): Sbom {
  return {
    documents: [{ format: 'cyclonedx-json', specVersion: '1.6', tools: [], authors: [] }],
    root: { ...BARE, id: 'image', name: 'shop', kind: 'container' },
    describes: ['image'],
    components: components.map((facts, index) => ({ ...BARE, id: `c${index}`, name: `c${index}`, ...facts })),
    edges: [],
    namedDigests: [],
    losses: [],
    ...rest,
  };
}

/** Everything that got lost on the way, whatever the reason; and the document is valid all the same. */
async function cycloneDxLosses(
  sbom: Sbom,
  version: '1.5' | '1.6' | '1.7' = '1.6',
): Promise<Readonly<Record<string, number>>> {
  const { value, losses } = await toCycloneDxJson(sbom, { ...OPTIONS, version });
  expect(cycloneDxErrors(throughText(value), version)).toEqual([]);
  return { ...lossesOf(losses, 'unwritten'), ...lossesOf(losses, 'altered') };
}

function spdxLosses(sbom: Sbom): Readonly<Record<string, number>> {
  const { value, losses } = toSpdxJson(sbom, OPTIONS);
  expect(spdxErrors(throughText(value))).toEqual([]);
  return { ...lossesOf(losses, 'unwritten'), ...lossesOf(losses, 'altered') };
}

test('what was lost in reading is told with what is lost in writing', async () => {
  const sbom = { ...sbomOf([{ kind: 'source' }]), losses: [{ reason: 'unread', what: 'files', count: 7 }] as const };
  expect((await toCycloneDxJson(sbom, OPTIONS)).losses).toEqual([
    { reason: 'unread', what: 'files', count: 7 },
    { reason: 'altered', what: 'type source as library', count: 1 },
  ]);
  expect(toSpdxJson(sbom, OPTIONS).losses).toEqual([{ reason: 'unread', what: 'files', count: 7 }]);
});

describe('CycloneDX has no place for', () => {
  test.each([
    ['no type', [{ kind: undefined }, {}], { 'no type as library': 1 }],
    ['a type of SPDX', [{ kind: 'archive' }], { 'type archive as library': 1 }],
    [
      'a hash of MD6',
      [
        {
          hashes: [
            { algorithm: 'md6', value: 'ab' },
            { algorithm: 'sha256', value: HEX },
          ],
        },
      ],
      { 'hashes md6': 1 },
    ],
    [
      'two hashes of one algorithm',
      [
        {
          hashes: [
            { algorithm: 'sha256', value: HEX },
            { algorithm: 'sha256', value: 'cd'.repeat(32) },
          ],
        },
      ],
      { 'hashes sha256': 1 },
    ],
    [
      'the kind and address of a maker',
      [{ originator: { name: 'Jo', kind: 'person', url: 'https://jo.example' } }],
      { 'whether makers are persons': 1, 'addresses of makers': 1 },
    ],
    ['a supplier who is a person', [{ supplier: { name: 'Jo', kind: 'person' } }], { 'suppliers as organizations': 1 }],
    [
      'an address with two fragments',
      [{ references: [{ type: 'vcs', url: 'https://a.example/#b#c' }] }],
      { 'addresses with errors': 1 },
    ],
    [
      'an address without a scheme before its colon',
      [{ references: [{ type: 'vcs', url: '//a.example:80/' }] }],
      { 'addresses with errors': 1 },
    ],
    [
      'a reference of SPDX’s own',
      [{ references: [{ type: 'swh', url: 'swh:1:rev:abc' }] }],
      { 'references of other types as other': 1 },
    ],
    [
      'an expression among other licences',
      [
        {
          licences: [
            { kind: 'expression', text: 'MIT OR ISC' },
            { kind: 'expression', text: 'MIT' },
          ],
        },
      ],
      { 'licence expressions as names': 1 },
    ],
  ] as const)('%s', async (_what, components, losses) => {
    expect(await cycloneDxLosses(sbomOf(components as unknown as readonly Partial<Component>[]))).toEqual(losses);
  });

  test('who said a licence, before 1.6', async () => {
    const sbom = sbomOf([{ licences: [{ kind: 'expression', text: 'MIT', acknowledgement: 'declared' }] }]);
    expect(await cycloneDxLosses(sbom, '1.5')).toEqual({ 'licence acknowledgements': 1 });
    expect(await cycloneDxLosses(sbom, '1.6')).toEqual({});
  });

  test('types of later versions', async () => {
    const sbom = sbomOf([{ kind: 'cryptographic-asset' }]);
    expect(await cycloneDxLosses(sbom, '1.5')).toEqual({ 'type cryptographic-asset as library': 1 });
    expect(await cycloneDxLosses(sbom, '1.6')).toEqual({});
  });

  test('edges of other kinds, second parents and circles', async () => {
    const edges = [
      { from: 'c0', kind: 'contains', to: 'c1' },
      { from: 'c2', kind: 'contains', to: 'c1' },
      { from: 'c2', kind: 'contains', to: 'c3' },
      { from: 'c3', kind: 'contains', to: 'c2' },
      { from: 'c0', kind: 'generatedFrom', to: 'c1' },
      { from: 'image', kind: 'descendantOf', to: 'c3' },
    ] as const;
    const sbom = sbomOf([{}, {}, {}, {}], { edges });
    expect(await cycloneDxLosses(sbom)).toEqual({
      'edges contains, where two contain one or the circle closes': 2,
      'edges descendantOf': 1,
      'edges generatedFrom': 1,
    });
    const back = read(throughText((await toCycloneDxJson(sbom, OPTIONS)).value)).sbom;
    expect(back.components).toHaveLength(4);
    // The circle is opened at the first edge that closes it.
    expect(edgesOf(back)).toEqual(['c0 contains c1', 'c3 contains c2']);
  });

  test('components nested deeper than anyone reads: they begin again further out', async () => {
    const edges = Array.from({ length: 40 }, (_, index) => ({
      from: `c${index}`,
      kind: 'contains' as const,
      to: `c${index + 1}`,
    }));
    const sbom = sbomOf(
      Array.from({ length: 41 }, () => ({})),
      { edges },
    );
    expect(await cycloneDxLosses(sbom)).toEqual({ 'edges contains, where two contain one or the circle closes': 2 });
    expect(read(throughText((await toCycloneDxJson(sbom, OPTIONS)).value)).sbom.components).toHaveLength(41);
  });

  test('what documents say of themselves, and several of them', async () => {
    const document = {
      format: 'spdx-json',
      specVersion: '2.3',
      identifier: 'x',
      name: 'n',
      created: '2026-01-01T00:00:00Z',
      tools: [],
      authors: [],
    } as const;
    const sbom = sbomOf([{}], {
      documents: [document, document],
      describes: ['image', 'c0'],
      namedDigests: shop().namedDigests,
    });
    expect(await cycloneDxLosses(sbom)).toEqual({
      'described things beside the root': 1,
      'digests by which the root is known': 1,
      'identifiers of documents': 2,
      'names of documents': 2,
      'times of documents': 2,
      'which of the documents lists what': 2,
    });
  });
});

describe('XML has no place for', () => {
  test.each([
    ['line breaks', 'a\nb', 'a b'],
    ['control characters', 'a\u0001b\u001B[31m', 'a\uFFFDb\uFFFD[31m'],
    ['half a character', 'a\uD800b', 'a\uFFFDb'],
  ])('%s', async (_what, description, kept) => {
    const { value, losses } = await toCycloneDxXml(sbomOf([{ description }]), OPTIONS);
    expect(lossesOf(losses, 'altered')).toEqual({ 'characters that XML has no place for': 1 });
    expect(named(read(bytes(value)).sbom, 'c0').description).toBe(kept);
  });

  test('but for markup in any text', async () => {
    const text = `<![CDATA[]]>&amp;"'><name>`;
    const { value, losses } = await toCycloneDxXml(
      sbomOf([{ id: text, name: text, properties: [{ name: text, value: text }] }]),
      OPTIONS,
    );
    expect(losses).toEqual([]);
    expect(read(bytes(value)).sbom.components).toMatchObject([
      { id: text, name: text, properties: [{ name: text, value: text }] },
    ]);
  });
});

describe('SPDX has no place for', () => {
  test.each([
    ['groups', [{ group: 'acme' }], { groups: 1 }],
    ['types of CycloneDX', [{ kind: 'platform' }], { 'type platform': 1 }],
    ['required and optional', [{ scope: 'optional' }, { scope: 'required' }], { scopes: 2 }],
    ['what is excluded for no reason', [{ scope: 'excluded' }], { scopes: 1 }],
    [
      'a supplier’s address',
      [{ supplier: { name: 'A', kind: 'organization', url: 'https://a.example' } }],
      { 'addresses of suppliers': 1 },
    ],
    [
      'a supplier of no kind',
      [{ originator: { name: 'A' } }],
      { 'suppliers of no kind as organizations or persons': 1 },
    ],
    [
      'a licence that nobody declared',
      [{ licences: [{ kind: 'expression', text: 'MIT' }] }],
      { 'licences without acknowledgement as declared': 1 },
    ],
    [
      'a listed licence’s address',
      [{ licences: [{ kind: 'expression', text: 'MIT', url: 'https://m.example', acknowledgement: 'declared' }] }],
      { 'addresses of licences': 1 },
    ],
    [
      'several licences',
      [
        {
          licences: [
            { kind: 'expression', text: 'MIT OR ISC', acknowledgement: 'declared' },
            { kind: 'expression', text: 'Zlib', acknowledgement: 'declared' },
          ],
        },
      ],
      { 'several licences as one expression with AND': 1 },
    ],
    ['a hash of Streebog', [{ hashes: [{ algorithm: 'streebog-256', value: HEX }] }], { 'hashes streebog-256': 1 }],
    [
      'spaces in references',
      [{ references: [{ type: 'issue tracker', url: 'https://a.example/b c' }] }],
      { 'references with spaces': 1 },
    ],
  ] as const)('%s', (_what, components, losses) => {
    expect(spdxLosses(sbomOf(components as unknown as readonly Partial<Component>[]))).toEqual(losses);
  });

  test('vendors of tools and names of further documents', () => {
    const documents = [
      {
        format: 'cyclonedx-json',
        specVersion: '1.6',
        name: 'other',
        tools: [{ name: 'syft', vendor: 'anchore' }],
        authors: [],
      },
    ] as const;
    expect(spdxLosses(sbomOf([], { documents }))).toEqual({ 'names of documents': 1, 'vendors of tools': 1 });
  });

  test('but for licences by name, which it explains, and for those of which two become one reference', () => {
    const licences = ['House Rules', 'House-Rules', '???', '!!!'].map(
      (text) => ({ kind: 'name', text, url: 'https://h.example', acknowledgement: 'concluded' }) as const,
    );
    const { value, losses } = toSpdxJson(sbomOf(licences.map((licence) => ({ licences: [licence] }))), OPTIONS);
    expect(losses).toEqual([]);
    const document = throughText(value);
    expect(spdxErrors(document)).toEqual([]);
    expect(read(document).sbom.components.map((component) => component.licences.map(({ text }) => text))).toEqual([
      ['House Rules'],
      ['House-Rules'],
      ['???'],
      ['!!!'],
    ]);
  });

  test('but for references of LicenseRef that came without an explanation', () => {
    const sbom = sbomOf([
      { licences: [{ kind: 'expression', text: 'MIT AND LicenseRef-x', acknowledgement: 'declared' }] },
    ]);
    expect(spdxLosses(sbom)).toEqual({});
    expect(toSpdxJson(sbom, OPTIONS).value.hasExtractedLicensingInfos).toEqual([
      { licenseId: 'LicenseRef-x', extractedText: 'NOASSERTION' },
    ]);
  });

  test('but for references of each kind, and their comments', () => {
    const references = [
      { type: 'website', url: 'https://a.example' },
      { type: 'website', url: 'https://b.example' },
      { type: 'distribution', url: 'https://a.example/a.tgz' },
      { type: 'vcs', url: 'https://github.com/acme/a', comment: 'the mirror' },
      { type: 'advisories', url: 'https://a.example/security' },
      { type: 'gitoid', url: 'gitoid:blob:sha1:abc' },
    ] as const;
    const sbom = sbomOf([{ references }]);
    expect(spdxLosses(sbom)).toEqual({});
    const back = named(read(throughText(toSpdxJson(sbom, OPTIONS).value)).sbom, 'c0').references;
    expect(new Set(back)).toEqual(new Set(references));
  });

  test('but for a source and a base that are no part of the image', () => {
    const { sbom } = read(
      spdx(
        [{ name: 'image' }, { name: 'source' }, { name: 'base' }],
        [
          ['DOCUMENT', 'DESCRIBES', 'image'],
          ['image', 'GENERATED_FROM', 'source'],
          ['image', 'DESCENDANT_OF', 'base'],
        ],
      ),
    );
    const { value, losses } = toSpdxJson(sbom, OPTIONS);
    expect(losses.filter(({ reason }) => reason === 'unwritten').map(({ what }) => what)).not.toContain('scopes');
    expect(value.relationships.map(({ relationshipType }) => relationshipType)).toEqual([
      'DESCRIBES',
      'GENERATED_FROM',
      'DESCENDANT_OF',
    ]);
    expect(edgesOf(read(throughText(value)).sbom)).toEqual(edgesOf(sbom));
  });

  test('ids that SPDX does not allow: each gets one that it does, and no two the same', () => {
    const sbom = sbomOf([
      { id: 'SPDXRef-good' },
      { id: 'pkg:npm/a@1' },
      { id: 'pkg:npm/a?1' },
      { id: '///' },
      { id: 'SPDXRef-DOCUMENT' },
      { id: 'SPDXRef-bad/one' },
    ]);
    expect(spdxLosses(sbom)).toEqual({});
    const ids = toSpdxJson(sbom, OPTIONS).value.packages.map((entry) => entry['SPDXID']);
    expect(ids[1]).toBe('SPDXRef-good');
    expect(ids[6]).toBe('SPDXRef-bad-one');
    expect(new Set(ids).size).toBe(7);
  });
});

describe('without a root', () => {
  const rootless = (components: readonly Partial<Component>[], edges: Sbom['edges'] = []): Sbom => {
    const { root: _root, ...rest } = sbomOf(components, { describes: [], edges });
    return rest;
  };

  test('CycloneDX names no subject, SPDX describes what nothing else leads to', async () => {
    const sbom = rootless([{}, {}, {}], [{ from: 'c0', kind: 'dependsOn', to: 'c1' }]);
    expect(throughText((await toCycloneDxJson(sbom, OPTIONS)).value)).not.toHaveProperty('metadata.component');
    const { relationships } = toSpdxJson(sbom, OPTIONS).value;
    expect(
      relationships
        .filter(({ relationshipType }) => relationshipType === 'DESCRIBES')
        .map(({ relatedSpdxElement }) => relatedSpdxElement),
    ).toEqual(['SPDXRef-c0', 'SPDXRef-c2']);
  });

  test('and in a circle SPDX describes the first', () => {
    const circle = [
      { from: 'c0', kind: 'dependsOn', to: 'c1' },
      { from: 'c1', kind: 'dependsOn', to: 'c0' },
    ] as const;
    expect(spdxErrors(throughText(toSpdxJson(rootless([{}, {}], circle), OPTIONS).value))).toEqual([]);
  });

  test('nothing at all is a valid document', async () => {
    const empty = mergeSboms([]);
    expect(cycloneDxErrors(throughText((await toCycloneDxJson(empty, OPTIONS)).value))).toEqual([]);
    expect(spdxErrors(throughText(toSpdxJson(empty, OPTIONS).value))).toEqual([]);
  });
});

describe('rows', () => {
  test('a line for each component, lists in one cell, nothing escaped', () => {
    const { columns, rows } = toRows(shop(), 'csv');
    expect(columns).toEqual([
      'name',
      'version',
      'type',
      'licences',
      'purl',
      'supplier',
      'hashes',
      'cpes',
      'found',
      'id',
    ]);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual([
      'openssl',
      '3.1.4-r5',
      'library',
      'Apache-2.0',
      'pkg:apk/alpine/openssl@3.1.4-r5?arch=x86_64&distro=alpine-3.19.1',
      'Alpine Linux',
      '',
      'cpe:2.3:a:openssl:openssl:3.1.4-r5:*:*:*:*:*:*:*',
      '/lib/apk/db/installed in sha256:ff768a1413ba109308c0d897ffa555e052a46d2cf471178f001b825b4c21f354',
      'openssl',
    ]);
    expect(toRows(read(cycloneDx([library('=1+1', { group: 'g' })])).sbom, 'table').rows).toEqual([
      ['g/=1+1', '', 'library', '', ''],
    ]);
  });

  test('tell what they have no column for', () => {
    const shared = { descriptions: 1, edges: 1, originators: 1, references: 1, 'the root': 1 };
    expect(lossesOf(toRows(shop(), 'csv').losses, 'unwritten')).toEqual(shared);
    expect(lossesOf(toRows(shop(), 'table').losses, 'unwritten')).toEqual({
      ...shared,
      CPEs: 1,
      hashes: 1,
      places: 1,
      suppliers: 1,
    });
    const full = sbomOf([{ copyright: 'c', scope: 'optional', properties: [{ name: 'n', value: 'v' }] }]);
    expect(lossesOf(toRows(full, 'csv').losses, 'unwritten')).toEqual({
      copyrights: 1,
      properties: 1,
      scopes: 1,
      'the root': 1,
    });
  });
});
