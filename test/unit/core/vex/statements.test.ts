import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { VulnerabilityDocument } from '../../../../src/core/vex/model.ts';
import { readVulnerabilities } from '../../../../src/core/vex/read.ts';

function reading(written: unknown): Extract<ReturnType<typeof readVulnerabilities>, { kind: 'read' }> {
  const read = readVulnerabilities(written);
  if (read.kind === 'refused') throw read.error;
  return read;
}

function read(written: unknown): VulnerabilityDocument {
  const { document, problems } = reading(written);
  expect(problems).toEqual([]);
  return document;
}

describe('OpenVEX', () => {
  const openVex = (statements: readonly object[], rest: object = {}): object => ({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'Acme',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements,
    ...rest,
  });

  test('a statement with all that it may say', () => {
    const product = {
      '@id': 'pkg:oci/shop',
      identifiers: { purl: 'pkg:oci/shop@sha256:abc', cpe23: 'cpe:2.3:a:acme:shop:1:*:*:*:*:*:*:*' },
      hashes: { 'sha-256': 'ab'.repeat(32) },
      subcomponents: [{ '@id': 'pkg:npm/express@4.18.2', subcomponents: [{ '@id': 'deeper' }] }],
    };
    const document = read(
      openVex(
        [
          {
            vulnerability: { name: 'CVE-1', aliases: ['GHSA-1'] },
            products: [product],
            status: 'not_affected',
            justification: 'vulnerable_code_not_present',
            impact_statement: 'never called',
            status_notes: 'looked twice',
            timestamp: '2026-02-01T00:00:00Z',
          },
        ],
        {
          tooling: 'vexctl',
        },
      ),
    );
    expect(document).toMatchObject({
      format: 'openvex',
      specVersion: '0.2.0',
      identifier: 'https://acme.example/vex/1',
      author: 'Acme',
      timestamp: '2026-01-01T00:00:00Z',
      tool: { name: 'vexctl' },
    });
    expect(document.statements).toHaveLength(1);
    expect(document.statements[0]).toMatchObject({
      vulnerability: 'CVE-1',
      aliases: ['GHSA-1'],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'never called looked twice',
      timestamp: '2026-02-01T00:00:00Z',
      products: [
        {
          text: 'pkg:oci/shop@sha256:abc',
          purl: { type: 'oci', version: 'sha256:abc' },
          cpe: 'cpe:2.3:a:acme:shop:1:*:*:*:*:*:*:*',
          hashes: [{ algorithm: 'sha256', value: 'ab'.repeat(32) }],
          subcomponents: [{ purl: { name: 'express' }, subcomponents: [] }],
        },
      ],
    });
  });

  test('0.0.1: texts, and subcomponents beside the products', () => {
    const document = read(
      openVex(
        [
          {
            vulnerability: 'CVE-1',
            products: ['pkg:oci/a', 'nginx'],
            subcomponents: ['pkg:npm/b'],
            status: 'affected',
          },
        ],
        { '@context': 'https://openvex.dev/ns' },
      ),
    );
    expect(document.specVersion).toBe('0.0.1');
    expect(document.statements[0]).toMatchObject({
      timestamp: '2026-01-01T00:00:00Z',
      products: [
        { text: 'pkg:oci/a', subcomponents: [{ text: 'pkg:npm/b' }] },
        { text: 'nginx', subcomponents: [{ text: 'pkg:npm/b' }] },
      ],
    });
  });

  test('statements with errors cost themselves', () => {
    const { document, problems, losses } = reading(
      openVex([
        { status: 'affected' },
        { vulnerability: 'CVE-1', status: 'maybe' },
        { vulnerability: 'CVE-2', status: 'fixed', products: [{}, 1, 'pkg:npm/a'], colour: 'red' },
      ]),
    );
    expect(document.statements).toMatchObject([{ vulnerability: 'CVE-2', products: [{ text: 'pkg:npm/a' }] }]);
    expect(problems.map(({ code, at }) => [code, at])).toEqual([
      ['MALFORMED_ITEM', '$.statements[0].vulnerability'],
      ['MALFORMED_ITEM', '$.statements[1].status'],
      ['MALFORMED_ITEM', '$.statements[2].products[0].@id'],
      ['MALFORMED_ITEM', '$.statements[2].products[1]'],
    ]);
    expect(losses).toEqual([{ reason: 'unread', what: 'statements[].colour', count: 1 }]);
  });

  test('one whose products are all wrong is not one about everything', () => {
    const { document, problems } = reading(
      openVex([
        { vulnerability: 'CVE-1', status: 'not_affected', justification: 'component_not_present', products: [1] },
      ]),
    );
    expect(document.statements).toEqual([]);
    expect(problems.map(({ at }) => at)).toEqual(['$.statements[0].products[0]', '$.statements[0].products']);
  });
});

describe('CSAF', () => {
  const csaf = (vulnerabilities: readonly object[], tree: object = {}): object => ({
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      publisher: { name: 'Acme PSIRT' },
      tracking: {
        id: 'ACME-1',
        current_release_date: '2026-01-01T00:00:00Z',
        generator: { engine: { name: 'csaf-tool', version: '2' } },
      },
    },
    product_tree: tree,
    vulnerabilities,
  });
  const product = (id: string, helper?: object): object => ({
    product_id: id,
    name: `The ${id}`,
    ...(helper && { product_identification_helper: helper }),
  });
  const tree = {
    branches: [
      {
        category: 'vendor',
        name: 'Acme',
        branches: [
          { category: 'product_version', name: '1', product: product('one', { purl: 'pkg:npm/one@1' }) },
          {
            category: 'product_version_range',
            name: 'vers:npm/<2.0.0',
            product: product('range', { purl: 'pkg:npm/ranged' }),
          },
        ],
      },
    ],
    full_product_names: [
      product('shop', {
        hashes: [{ filename: 'shop', file_hashes: [{ algorithm: 'sha256', value: 'ab'.repeat(32) }] }],
      }),
      product('plain'),
    ],
    relationships: [
      {
        category: 'default_component_of',
        product_reference: 'one',
        relates_to_product_reference: 'shop',
        full_product_name: { product_id: 'one-in-shop', name: 'one in the shop' },
      },
    ],
    product_groups: [{ group_id: 'group', product_ids: ['one', 'plain'] }],
  };

  test('the document, and products by their ids', () => {
    const document = read(
      csaf(
        [
          {
            cve: 'CVE-1',
            ids: [{ system_name: 'x', text: 'X-1' }],
            product_status: { known_affected: ['one', 'range', 'shop', 'plain', 'unknown'] },
          },
        ],
        tree,
      ),
    );
    expect(document).toMatchObject({
      format: 'csaf',
      specVersion: '2.0',
      identifier: 'ACME-1',
      author: 'Acme PSIRT',
      timestamp: '2026-01-01T00:00:00Z',
      tool: { name: 'csaf-tool', version: '2' },
    });
    expect(document.statements).toMatchObject([
      {
        vulnerability: 'CVE-1',
        aliases: ['X-1'],
        status: 'affected',
        timestamp: '2026-01-01T00:00:00Z',
        products: [
          { purl: { name: 'one' } },
          { purl: { name: 'ranged' }, range: 'vers:npm/<2.0.0' },
          { text: 'The shop', hashes: [{ algorithm: 'sha256' }] },
          { text: 'The plain' },
          { text: 'unknown' },
        ],
      },
    ]);
  });

  test('a part in a whole is the whole, with the part below it', () => {
    const [statement] = read(csaf([{ cve: 'CVE-1', product_status: { fixed: ['one-in-shop'] } }], tree)).statements;
    expect(statement).toMatchObject({
      status: 'fixed',
      products: [
        { text: 'one in the shop', hashes: [{ algorithm: 'sha256' }], subcomponents: [{ purl: { name: 'one' } }] },
      ],
    });
  });

  test('a statement for each status and justification', () => {
    const vulnerability = {
      cve: 'CVE-1',
      product_status: {
        known_not_affected: ['one', 'plain', 'shop'],
        under_investigation: ['range'],
        recommended: ['shop'],
      },
      flags: [
        { label: 'component_not_present', group_ids: ['group'] },
        { label: 'inline_mitigations_already_exist', product_ids: ['shop'] },
      ],
      threats: [{ category: 'impact', details: 'none', product_ids: ['shop'] }],
      remediations: [{ category: 'vendor_fix', details: 'wait' }],
      scores: [
        {
          products: ['one'],
          cvss_v3: { version: '3.1', baseScore: 9.8, baseSeverity: 'CRITICAL', vectorString: 'CVSS:3.1/AV:N' },
        },
      ],
    };
    const { document, losses } = reading(csaf([vulnerability], tree));
    expect(
      document.statements.map(({ status, justification, detail, products }) => [
        status,
        justification,
        detail,
        products.map(({ text }) => text),
      ]),
    ).toEqual([
      ['not_affected', 'component_not_present', 'wait', ['pkg:npm/one@1', 'The plain']],
      ['not_affected', 'inline_mitigations_already_exist', 'none', ['The shop']],
      ['under_investigation', undefined, 'wait', ['pkg:npm/ranged']],
    ]);
    expect(document.statements[0]?.severities).toEqual([
      { level: 'critical', score: '9.8', method: 'CVSSv3.1', vector: 'CVSS:3.1/AV:N' },
    ]);
    expect(losses).toEqual([{ reason: 'unread', what: 'product_status recommended', count: 1 }]);
  });

  test('products that contain each other without end', () => {
    const circle = {
      relationships: ['a', 'b'].map((id) => ({
        product_reference: 'one',
        relates_to_product_reference: id === 'a' ? 'b' : 'a',
        full_product_name: { product_id: id, name: id },
      })),
    };
    expect(read(csaf([{ cve: 'CVE-1', product_status: { fixed: ['a'] } }], circle)).statements).toHaveLength(1);
  });

  test('what is wrong is told', () => {
    const { problems } = reading(
      csaf([{}, { cve: 'CVE-1' }], { full_product_names: [{ name: 'x' }], relationships: [{}] }),
    );
    expect(problems.map(({ at }) => at)).toEqual([
      '$.product_tree.full_product_names[0]',
      '$.product_tree.relationships[0]',
      '$.vulnerabilities[0].cve',
      '$.vulnerabilities[1].product_status',
    ]);
  });
});

describe('CycloneDX', () => {
  const cycloneDx = (vulnerabilities: readonly object[]): object => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:1b8c2a3e-6f1d-4c1a-9d57-0c6a3a1f2b10',
    metadata: {
      timestamp: '2026-01-01T00:00:00Z',
      authors: [{ name: 'Jane' }],
      tools: [{ name: 'trivy', version: '0.60' }],
      component: { type: 'container', 'bom-ref': 'image', name: 'shop' },
    },
    components: [{ type: 'library', 'bom-ref': 'a', name: 'a', version: '1.0.0', purl: 'pkg:npm/a@1.0.0' }],
    vulnerabilities,
  });

  test.each([
    ['exploitable', 'affected'],
    ['not_affected', 'not_affected'],
    ['false_positive', 'not_affected'],
    ['in_triage', 'under_investigation'],
    ['resolved', 'fixed'],
    ['resolved_with_pedigree', 'fixed'],
  ])('the state %s is %s', (state, status) => {
    expect(read(cycloneDx([{ id: 'CVE-1', analysis: { state }, affects: [{ ref: 'a' }] }])).statements).toMatchObject([
      { status },
    ]);
  });

  test('without an analysis it is reported, with one for each status of its versions', () => {
    const document = read(
      cycloneDx([
        { id: 'CVE-1', affects: [{ ref: 'a' }] },
        {
          id: 'CVE-2',
          affects: [
            {
              ref: 'a',
              versions: [
                { range: 'vers:npm/<1.0.0', status: 'affected' },
                { version: '1.0.0', status: 'unaffected' },
                { version: '0.9.0' },
              ],
            },
          ],
        },
        { id: 'CVE-3' },
      ]),
    );
    expect(
      document.statements.map(({ vulnerability, status, products }) => [
        vulnerability,
        status,
        products.map(({ range, version }) => range ?? version),
      ]),
    ).toEqual([
      ['CVE-1', 'reported', ['1.0.0']],
      ['CVE-2', 'affected', ['vers:npm/<1.0.0', 'vers:npm/0.9.0']],
      ['CVE-2', 'not_affected', ['1.0.0']],
      ['CVE-3', 'reported', []],
    ]);
  });

  test('all that a vulnerability may say', () => {
    const document = read(
      cycloneDx([
        {
          id: 'CVE-1',
          references: [{ id: 'GHSA-1', source: { name: 'GitHub' } }],
          ratings: [
            { source: { name: 'nvd' }, score: 9.8, severity: 'critical', method: 'CVSSv31', vector: 'AV:N' },
            { method: 'other' },
          ],
          analysis: {
            state: 'not_affected',
            justification: 'code_not_reachable',
            detail: 'never called',
            lastUpdated: '2026-03-01T00:00:00Z',
          },
          affects: [{ ref: 'urn:cdx:1b8c2a3e-6f1d-4c1a-9d57-0c6a3a1f2b10/1#a' }, { ref: 'elsewhere' }],
        },
      ]),
    );
    expect(document).toMatchObject({
      format: 'cyclonedx',
      author: 'Jane',
      tool: { name: 'trivy' },
      timestamp: '2026-01-01T00:00:00Z',
    });
    expect(document.statements).toMatchObject([
      {
        aliases: ['GHSA-1'],
        justification: 'code_not_reachable',
        detail: 'never called',
        timestamp: '2026-03-01T00:00:00Z',
        severities: [{ level: 'critical', score: '9.8', method: 'CVSSv31', vector: 'AV:N', source: 'nvd' }],
        products: [{ purl: { name: 'a' } }, { text: 'elsewhere' }],
      },
    ]);
  });

  test('a link into another document does not mean the component of that name here', () => {
    const link = 'urn:cdx:00000000-0000-4000-8000-000000000000/1#';
    const { statements } = read(
      cycloneDx([{ id: 'CVE-1', affects: [{ ref: `${link}a` }, { ref: `${link}pkg%3Anpm%2Fb%401` }] }]),
    );
    expect(statements[0]?.products.map(({ text, purl }) => [text, purl?.name])).toEqual([
      ['a', undefined],
      ['pkg:npm/b@1', 'b'],
    ]);
  });

  test('one whose targets are all wrong is not one about everything', () => {
    const { document, problems } = reading(
      cycloneDx([{ id: 'CVE-1', analysis: { state: 'not_affected' }, affects: [{}] }]),
    );
    expect(document.statements).toEqual([]);
    expect(problems.map(({ at }) => at)).toEqual([
      '$.vulnerabilities[0].affects[0].ref',
      '$.vulnerabilities[0].affects',
    ]);
  });

  test('XML', () => {
    const text =
      '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library" bom-ref="a"><name>a</name><purl>pkg:npm/a@1</purl></component></components><vulnerabilities><vulnerability><id>CVE-1</id><ratings><rating><source><name>nvd</name></source><score>5</score></rating></ratings><analysis><state>in_triage</state></analysis><affects><target><ref>a</ref><versions><version><version>1</version><status>affected</status></version></versions></target></affects></vulnerability></vulnerabilities></bom>';
    expect(read(new TextEncoder().encode(text)).statements).toMatchObject([
      {
        vulnerability: 'CVE-1',
        status: 'under_investigation',
        severities: [{ score: '5', source: 'nvd' }],
        products: [{ purl: { name: 'a' } }],
      },
    ]);
  });
});

describe('scans', () => {
  const trivy = {
    SchemaVersion: 2,
    Results: [
      {
        Target: 'x',
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-1',
            VendorIDs: ['DSA-1'],
            PkgName: 'libssl',
            PkgIdentifier: { PURL: 'pkg:deb/debian/libssl@3.0' },
            InstalledVersion: '3.0',
            FixedVersion: '3.1',
            Severity: 'HIGH',
            SeveritySource: 'debian',
            Title: 'bad',
            CVSS: { nvd: { V3Score: 7.5, V3Vector: 'CVSS:3.1/AV:N' } },
          },
        ],
      },
      { Target: 'none' },
    ],
  };
  const grype = {
    matches: [
      {
        vulnerability: {
          id: 'GHSA-1',
          severity: 'High',
          namespace: 'github',
          cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N', metrics: { baseScore: 9.8 } }],
          fix: { versions: ['5.9.0'] },
        },
        relatedVulnerabilities: [{ id: 'CVE-1' }, { id: 'GHSA-1' }],
        artifact: { name: 'pgx', version: 'v5', purl: 'pkg:golang/pgx@v5' },
      },
    ],
    descriptor: { name: 'grype', version: '0.90', timestamp: '2026-01-02T00:00:00Z' },
    ignoredMatches: [{}],
  };
  const predicate = (result: unknown): object => ({
    scanner: {
      uri: 'pkg:github/aquasecurity/trivy@1',
      version: '0.60',
      db: { lastUpdate: '2026-01-01T00:00:00Z' },
      result,
    },
    metadata: { scanStartedOn: '2026-01-02T00:00:00Z', scanFinishedOn: '2026-01-02T00:01:00Z' },
  });

  test('cosign’s predicate with trivy’s report', () => {
    const document = read(predicate(trivy));
    expect(document).toMatchObject({
      format: 'scan',
      author: 'pkg:github/aquasecurity/trivy@1',
      timestamp: '2026-01-02T00:01:00Z',
      databaseUpdated: '2026-01-01T00:00:00Z',
      tool: { version: '0.60' },
    });
    expect(document.statements).toMatchObject([
      {
        vulnerability: 'CVE-1',
        aliases: ['DSA-1'],
        status: 'reported',
        detail: 'bad',
        fixedIn: '3.1',
        products: [{ purl: { name: 'libssl' }, version: '3.0' }],
        severities: [
          { level: 'high', source: 'debian' },
          { score: '7.5', method: 'CVSSv3', vector: 'CVSS:3.1/AV:N', source: 'nvd' },
        ],
        timestamp: '2026-01-02T00:01:00Z',
      },
    ]);
  });

  test('cosign 1 wrapped it', () => {
    expect(read({ Data: JSON.stringify(predicate(trivy)) }).statements).toHaveLength(1);
  });

  test.each([
    [
      'v0.2',
      {
        id: 'CVE-1',
        severity: [
          { method: 'nvd', score: 'Medium' },
          { method: 'cvss_score', score: '5.2' },
        ],
      },
    ],
    [
      'v0.1',
      {
        vulnerability: {
          id: 'CVE-1',
          severity: [
            { method: 'nvd', score: 'Medium' },
            { method: 'cvss_score', score: 5.2 },
          ],
        },
      },
    ],
  ])('in-toto’s %s', (_version, entry) => {
    expect(read(predicate([entry])).statements).toEqual([
      {
        vulnerability: 'CVE-1',
        aliases: [],
        status: 'reported',
        products: [],
        severities: [
          { level: 'medium', method: 'nvd' },
          { score: '5.2', method: 'cvss_score' },
        ],
        timestamp: '2026-01-02T00:01:00Z',
      },
    ]);
  });

  test('grype’s report alone', () => {
    const { document, losses } = reading(grype);
    expect(document).toMatchObject({
      format: 'scan',
      tool: { name: 'grype', version: '0.90' },
      timestamp: '2026-01-02T00:00:00Z',
    });
    expect(document.statements).toMatchObject([
      {
        vulnerability: 'GHSA-1',
        aliases: ['CVE-1'],
        fixedIn: '5.9.0',
        products: [{ purl: { name: 'pgx' } }],
        severities: [
          { level: 'high', source: 'github' },
          { score: '9.8', method: 'CVSSv3.1' },
        ],
      },
    ]);
    expect(losses).toEqual([{ reason: 'unread', what: 'ignoredMatches', count: 1 }]);
  });

  test('nothing found is not nothing known', () => {
    expect(read(predicate([])).statements).toEqual([]);
    expect(read(predicate({ SchemaVersion: 2, ArtifactName: 'x' })).statements).toEqual([]);
    expect(reading(predicate({ runs: [] })).problems).toMatchObject([
      { code: 'MALFORMED_ITEM', at: '$.scanner.result.Results' },
    ]);
    expect(reading(predicate({ Results: [{ Vulnerabilities: [{ PkgName: 'a' }] }] })).problems).toMatchObject([
      { code: 'MALFORMED_ITEM', count: 1 },
    ]);
  });
});

test.each([
  ['an SBOM of SPDX', { spdxVersion: 'SPDX-2.3' }],
  ['SLSA provenance', { buildDefinition: {} }],
])('%s is refused', (_what, document) => {
  const read = readVulnerabilities(document);
  if (read.kind === 'read') throw new Error('it was read');
  expect(read.error).toBeInstanceOf(ToolError);
  expect(read.error).toMatchObject({ code: 'UNSUPPORTED' });
});
