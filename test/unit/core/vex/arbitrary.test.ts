import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { readVulnerabilities } from '../../../../src/core/vex/read.ts';

/** Documents that are told by one member, with any values where others are asked for. */
const any = fc.jsonValue({ maxDepth: 3 });
const some = (...keys: readonly string[]): fc.Arbitrary<object> =>
  fc.dictionary(
    fc.constantFrom(...keys),
    fc.oneof(any, fc.array(fc.dictionary(fc.constantFrom(...keys), any), { maxLength: 3 })),
  );
const documents = fc.oneof(
  some('statements', 'vulnerability', 'products', 'status', '@id', 'subcomponents', 'hashes').map((rest) => ({
    '@context': 'https://openvex.dev/ns',
    ...rest,
  })),
  some('product_tree', 'vulnerabilities', 'cve', 'product_status', 'flags', 'scores', 'branches', 'relationships').map(
    (rest) => ({ ...rest, document: { csaf_version: '2.0' } }),
  ),
  some('vulnerabilities', 'id', 'affects', 'ref', 'versions', 'ratings', 'analysis', 'components').map((rest) => ({
    ...rest,
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
  })),
  some('result', 'Results', 'matches', 'vulnerability', 'severity', 'id', 'db').map((rest) => ({ scanner: rest })),
  some('Vulnerabilities', 'VulnerabilityID', 'PkgName').map((rest) => ({ SchemaVersion: 2, Results: [rest, 1] })),
  any,
);

test('whatever is read gives statements with an id, or an error of our own', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const reading = readVulnerabilities(document);
      if (reading.kind === 'refused') expect(reading.error).toBeInstanceOf(ToolError);
      else for (const { vulnerability } of reading.document.statements) expect(vulnerability).not.toBe('');
    }),
    { numRuns: 800 },
  );
});
