import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SIGNAL_STRENGTHS } from '../../../../../src/core/model/evidence.ts';
import type { ChainFacts } from '../../../../../src/core/sbom/enrich/chain-facts.ts';
import { toEnrichedCycloneDx } from '../../../../../src/core/sbom/enrich/cyclonedx.ts';
import { ENRICHED_VERSIONS } from '../../../../../src/core/sbom/export-formats.ts';
import { toEnrichedSpdx } from '../../../../../src/core/sbom/enrich/spdx.ts';
import { OPTIONS, read, shop, throughText } from '../documents.ts';
import { spdxErrors } from '../spdx-validity.ts';
import { cycloneDxErrors } from '../validity.ts';
import { FACTS, at, digestOf } from './facts.ts';

/** Words that mean something somewhere, and any others. */
const text = fc
  .oneof(
    fc.constantFrom('https://a.example/#b#c', '%', '://', '\u0000', '@a/b', 'a@b', 'pkg:oci/x', 'provtrace:claim'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  // Control characters alone are blank too.
  .filter((written) => written.replaceAll(/[\s\p{C}]/gu, '') !== '');
const optional = fc.option(text, { nil: undefined });
const said = { grade: fc.constantFrom(...SIGNAL_STRENGTHS), origin: text };
const digest = fc.constantFrom(digestOf('ab'), digestOf('cd'), FACTS.image.digest);
const grade = fc.constantFrom('none' as const, ...SIGNAL_STRENGTHS);

/** `undefined` stands for a member that is not there. */
function present(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const facts = fc
  .record({
    image: fc.record({ digest, otherDigests: fc.array(digest), name: optional, platform: optional }),
    grades: fc.record({ origin: grade, ownership: grade }),
    source: fc.option(
      fc.record({ repository: text, commit: optional, commitUrl: optional, ref: optional, path: optional, ...said }),
      { nil: undefined },
    ),
    build: fc.option(
      fc.record({
        builderId: text,
        buildType: optional,
        invocationUrl: optional,
        started: optional,
        finished: optional,
        ...said,
      }),
      { nil: undefined },
    ),
    bases: fc.array(fc.record({ name: optional, digest: fc.option(digest, { nil: undefined }), ...said }), {
      maxLength: 3,
    }),
    verified: fc.array(
      fc.record({
        claim: text,
        predicateType: optional,
        document: digest,
        location: optional,
        signer: text,
        issuer: optional,
        root: text,
        times: fc.array(text),
      }),
      { maxLength: 3 },
    ),
    owners: fc.array(fc.record({ handle: text, contacts: fc.array(text), ...said }), { maxLength: 3 }),
  })
  .map((value) => present(value) as ChainFacts);
const sboms = fc.constantFrom(undefined, shop(), shop('spdx-2.3.json'));

test('whatever the facts are, the documents are valid and are read without a problem', async () => {
  await fc.assert(
    fc.asyncProperty(facts, sboms, fc.constantFrom(...ENRICHED_VERSIONS), async (chain, sbom, version) => {
      const cycloneDx = throughText((await toEnrichedCycloneDx(chain, sbom, { ...OPTIONS, version })).value);
      const spdx = throughText(toEnrichedSpdx(chain, sbom, OPTIONS).value);
      expect(cycloneDxErrors(cycloneDx, version)).toEqual([]);
      expect(spdxErrors(spdx)).toEqual([]);
      const citations = (at(cycloneDx, '/citations') ?? []) as readonly { readonly pointers: readonly string[] }[];
      for (const pointer of citations.flatMap(({ pointers }) => pointers)) expect(at(cycloneDx, pointer)).toBeDefined();
      for (const document of [cycloneDx, spdx]) {
        const after = read(document);
        expect(after.problems).toEqual([]);
        expect(after.sbom.namedDigests).toContain(chain.image.digest);
      }
    }),
    { numRuns: 150 },
  );
});
