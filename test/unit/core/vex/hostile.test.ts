import { describe, expect, test } from 'vitest';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import { joinStatements } from '../../../../src/core/vex/join.ts';
import type { VulnerabilityDocument } from '../../../../src/core/vex/model.ts';
import { readVulnerabilities } from '../../../../src/core/vex/read.ts';
import { IMAGE_DIGEST, cycloneDx, library, read } from '../sbom/documents.ts';

/** Enough that work for each pair of them would outlast the time that a test has. */
const MANY = 50_000;
const IMAGE = { digests: [parseDigest(IMAGE_DIGEST)!], names: ['ghcr.io/acme/shop'] };

function documentOf(written: unknown): VulnerabilityDocument {
  const reading = readVulnerabilities(written);
  if (reading.kind === 'refused') throw reading.error;
  return reading.document;
}

function many<Value>(make: (index: number) => Value): readonly Value[] {
  return Array.from({ length: MANY }, (_, index) => make(index));
}

describe(`${MANY} of everything`, () => {
  test('CSAF: words about all products, and about one group of all', () => {
    const ids = many((index) => `p${index}`);
    const { statements } = documentOf({
      document: { csaf_version: '2.0' },
      product_tree: { product_groups: [{ group_id: 'all', product_ids: ids }] },
      vulnerabilities: [
        {
          cve: 'CVE-1',
          product_status: { known_not_affected: ids },
          threats: many((index) => ({ category: 'impact', details: `general ${index}` })),
          flags: many(() => ({ label: 'component_not_present', group_ids: ['all'] })),
        },
      ],
    });
    expect(statements).toMatchObject([{ justification: 'component_not_present', detail: 'general 0' }]);
    expect(statements[0]?.products).toHaveLength(MANY);
  });

  test('OpenVEX: products that each have all subcomponents', () => {
    const { sbom } = read(cycloneDx([library('a', { purl: 'pkg:npm/a@1.0.0' })]));
    const { statements } = documentOf({
      '@context': 'https://openvex.dev/ns',
      statements: [
        {
          vulnerability: 'CVE-1',
          status: 'affected',
          products: many(() => 'pkg:oci/shop'),
          subcomponents: many((index) => `pkg:npm/b${index}`),
        },
      ],
    });
    expect(joinStatements(statements, sbom, IMAGE)).toMatchObject([{ about: 'unjoined' }]);
  });

  test('CycloneDX: a range with a thousand bounds for as many components', () => {
    const bounds = Array.from({ length: 2_000 }, (_, index) => `${index}.0.0`).join('|');
    const document = {
      ...cycloneDx(
        Array.from({ length: 2_000 }, (_, index) => library(`a${index}`, { purl: `pkg:npm/a@${index}.1.0` })),
      ),
      vulnerabilities: [{ id: 'CVE-1', affects: [{ ref: 'a1', versions: [{ range: `vers:npm/${bounds}` }] }] }],
    };
    const { statements } = documentOf(document);
    expect(joinStatements(statements, read(document).sbom, IMAGE)).toMatchObject([{ about: 'unjoined' }]);
  });
});
