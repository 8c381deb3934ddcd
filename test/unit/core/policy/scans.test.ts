import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScanFact } from '../../../../src/core/policy/policy-input.ts';
import { scanFacts } from '../../../../src/core/policy/scans.ts';
import type { FoundStatements } from '../../../../src/core/vex/found.ts';
import { readVulnerabilities } from '../../../../src/core/vex/read.ts';
import { digestOf } from '../../../support/reports.ts';

const IMAGE = { digests: [digestOf('a1')], names: ['ghcr.io/acme/shop'] };
const SCAN_TYPE = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const VEX_TYPE = 'https://openvex.dev/ns/v0.2.0';

function stated(type: string, predicate: unknown, more: Partial<FoundStatements> = {}): FoundStatements {
  return {
    document: digestOf('5ca'),
    carrier: 'referrers API',
    type,
    boundBy: 'platform',
    trust: 'verified',
    content: { kind: 'predicate', predicate },
    reading: readVulnerabilities(predicate),
    joined: [],
    ...more,
  };
}

type Entry = { readonly id?: string; readonly severity?: string; readonly purl?: string };

function scan(...entries: readonly Entry[]): FoundStatements {
  const vulnerabilities = entries.map(({ id = 'CVE-1', severity = 'HIGH', purl = 'pkg:npm/qs@6.5.2' }) => ({
    VulnerabilityID: id,
    PkgName: 'qs',
    InstalledVersion: '6.5.2',
    PkgIdentifier: { PURL: purl },
    Severity: severity,
  }));
  const result = { SchemaVersion: 2, Results: [{ Vulnerabilities: vulnerabilities }] };
  const metadata = { scanFinishedOn: '2026-05-31T08:01:00Z' };
  return stated(SCAN_TYPE, { scanner: { uri: 'trivy', result }, metadata });
}

type Word = {
  readonly status: string;
  readonly at?: string;
  readonly id?: string;
  readonly product?: object;
};
const WHOLE = { '@id': `pkg:oci/shop@${encodeURIComponent(digestOf('a1'))}` };

function vex(seed: string, ...words: readonly Word[]): FoundStatements {
  const statements = words.map(({ status, at, id = 'CVE-1', product = WHOLE }) => ({
    vulnerability: { name: id },
    products: [product],
    status,
    justification: 'component_not_present',
    ...(at === undefined ? {} : { timestamp: at }),
  }));
  return stated(
    VEX_TYPE,
    { '@context': VEX_TYPE, '@id': 'x', author: 'Acme', version: 1, statements },
    { document: digestOf(seed) },
  );
}

function only(facts: readonly ScanFact[]): ScanFact['vulnerabilities'][number] | undefined {
  return facts[0]?.vulnerabilities[0];
}

describe('what a scan reports', () => {
  test('with its package, its severity, and when it was made', () => {
    expect(scanFacts([scan({ severity: 'CRITICAL' })], IMAGE)).toEqual([
      {
        document: digestOf('5ca'),
        scannedAt: '2026-05-31T08:01:00Z',
        vulnerabilities: [{ id: 'CVE-1', component: 'pkg:npm/qs@6.5.2', severity: 'critical', settledBy: [] }],
      },
    ]);
  });

  test('a scan that found nothing is one, and an SBOM without vulnerabilities is none', () => {
    expect(scanFacts([scan()], IMAGE)).toMatchObject([{ vulnerabilities: [] }]);
    const sbom = stated('https://cyclonedx.org/bom', { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] });
    expect(scanFacts([sbom], IMAGE)).toEqual([]);
  });

  test.each([
    ['NEGLIGIBLE', 'low'],
    ['MODERATE', 'medium'],
    ['IMPORTANT', 'high'],
    ['UNKNOWN', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s is %s', (written, severity) => {
    expect(only(scanFacts([scan({ severity: written })], IMAGE))?.severity).toBe(severity);
  });

  test('one that cannot be read may report whatever there is', () => {
    expect(scanFacts([stated(SCAN_TYPE, 'no report')], IMAGE)).toMatchObject([
      { vulnerabilities: [{ severity: 'unknown', settledBy: [] }] },
    ]);
  });

  test('one that does not hold is not heard', () => {
    expect(scanFacts([{ ...scan({}), trust: 'rejected' }], IMAGE)).toEqual([]);
  });
});

describe('what VEX settles', () => {
  const settled = (...documents: readonly FoundStatements[]): readonly string[] =>
    (only(scanFacts([scan({}), ...documents], IMAGE))?.settledBy ?? []).map(
      ({ document, status }) => `${document} ${status}`,
    );

  test.each(['not_affected', 'fixed'])('%s, of the whole image', (status) => {
    expect(settled(vex('1', { status }))).toEqual([`${digestOf('1')} ${status}`]);
  });

  test.each(['affected', 'under_investigation'])('not %s', (status) => {
    expect(settled(vex('1', { status }))).toEqual([]);
  });

  test.each([
    ['the package in the image', { ...WHOLE, subcomponents: [{ '@id': 'pkg:npm/qs@6.5.2' }] }, 1],
    ['another package in the image', { ...WHOLE, subcomponents: [{ '@id': 'pkg:npm/left-pad@1.3.0' }] }, 0],
    ['the package anywhere', { '@id': 'pkg:npm/qs@6.5.2' }, 1],
    ['another version of it', { '@id': 'pkg:npm/qs@6.5.3' }, 0],
    ['another image', { '@id': `pkg:oci/shop@${encodeURIComponent(digestOf('b2'))}` }, 0],
    [
      'an image of this name, which may be another by now',
      { '@id': 'pkg:oci/shop@1.4?repository_url=ghcr.io/acme/shop' },
      0,
    ],
  ])('about %s', (_what, product, count) => {
    expect(settled(vex('1', { status: 'not_affected', product }))).toHaveLength(count);
  });

  test('another vulnerability', () => {
    expect(settled(vex('1', { status: 'fixed', id: 'CVE-2' }))).toEqual([]);
  });

  test('a later word to the contrary unsettles it, an earlier one does not', () => {
    const good = vex('1', { status: 'not_affected', at: '2026-05-02T00:00:00Z' });
    expect(settled(good, vex('2', { status: 'affected', at: '2026-05-03T00:00:00Z' }))).toEqual([]);
    expect(settled(good, vex('2', { status: 'affected', at: '2026-05-01T00:00:00Z' }))).toHaveLength(1);
    expect(settled(good, vex('2', { status: 'affected', at: '2026-05-02T00:00:00Z' }))).toEqual([]);
  });

  test('a statement without a moment settles nothing that somebody contradicts', () => {
    expect(settled(vex('1', { status: 'fixed' }), vex('2', { status: 'affected' }))).toEqual([]);
  });
});

test('whatever a predicate holds, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(SCAN_TYPE, VEX_TYPE), (predicate, type) => {
      expect(() => scanFacts([stated(type, predicate), scan({})], IMAGE)).not.toThrow();
    }),
  );
});
