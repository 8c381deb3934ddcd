import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { managedKey } from '../../src/adapters/sigstore/managed-key.ts';
import { createSigstoreVerifier } from '../../src/adapters/sigstore/verifier.ts';
import { ALTERATIONS, certificateOf, saysAnythingElse } from '../support/authority-alterations.ts';
import type { Alteration } from '../support/authority-alterations.ts';
import { createKeyPair } from '../support/authority-keys.ts';
import type { Specimen } from '../support/authority-specimens.ts';
import {
  WHERE,
  certificateSpecimens,
  chainguardSpecimen,
  hasCorpus,
  keySpecimens,
} from '../support/authority-specimens.ts';
import { carried, verdictOn } from '../support/authority-trust.ts';

const SPECIMENS = hasCorpus ? [...certificateSpecimens(), chainguardSpecimen()] : [];

/** What each must come to, where a certificate signed. */
const VERDICTS: Readonly<Record<keyof typeof ALTERATIONS, string>> = {
  'a byte of the payload': 'rejected BAD_SIGNATURE',
  'a byte of the signature': 'rejected BAD_SIGNATURE',
  'the subject': 'rejected BAD_SIGNATURE',
  'the certificate of another': 'rejected BAD_SIGNATURE',
  'the log entry of another': 'rejected LOG_ENTRY_MISMATCH',
  'the media type': 'rejected MALFORMED_BUNDLE',
  'a time outside the validity': 'rejected OUTSIDE_VALIDITY',
  'the key replaced': 'rejected BAD_SIGNATURE',
};

describe.skipIf(!hasCorpus).each(SPECIMENS)(`$name, altered, does not verify (${WHERE})`, (specimen) => {
  const donor = SPECIMENS.find((other) => isDonor(other, specimen));

  test.each(alterations())('%s', async (name, alter) => {
    if (donor === undefined) throw new Error(`nobody else signed under ${specimen.expected.root}`);
    const altered = alter(specimen, donor);
    const verdict = altered === undefined ? 'nothing to alter' : await verdictOn(carried(altered), specimen.trust);
    expect(verdict).toBe(verdictFor(name, specimen));
  });
});

describe.skipIf(!hasCorpus)(`everything signed ${WHERE}`, () => {
  test('with any byte altered never throws, and never says anything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SPECIMENS),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (specimen, position, mask) => {
          const bytes = Buffer.from(specimen.bytes);
          const at = position % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ mask;
          const verifier = createSigstoreVerifier(specimen.trust);
          const original = await verifier.verify(carried(specimen));
          expect(saysAnythingElse(await verifier.verify(carried({ ...specimen, bytes })), original)).toBe(false);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe.skipIf(!hasCorpus).each(hasCorpus ? keySpecimens() : [])(
  `$name, altered, is signed by no known key (${WHERE})`,
  (specimen) => {
    const applicable = alterations().filter(([name]) =>
      ['a byte of the payload', 'a byte of the signature', 'the subject', 'the media type'].includes(name),
    );

    test.each(applicable)('%s', async (_, alter) => {
      expect(await verdictOn(carried(alter(specimen, specimen) ?? specimen), specimen.trust)).toBe('attested NO_KEY');
    });

    test('the key replaced', async () => {
      const keys = [managedKey(createKeyPair().publicKey, 'another')];
      expect(await verdictOn(carried(specimen), { ...specimen.trust, keys })).toBe('attested NO_KEY');
    });

    test('nothing, where a log entry is required', async () => {
      expect(await verdictOn(carried(specimen), { ...specimen.trust, transparencyLog: 'required' })).toBe(
        'attested NO_LOG_ENTRY',
      );
    });
  },
);

function alterations(): readonly (readonly [keyof typeof ALTERATIONS, Alteration])[] {
  const names = Object.keys(ALTERATIONS).filter((name): name is keyof typeof ALTERATIONS => name in ALTERATIONS);
  return names.map((name) => [name, ALTERATIONS[name]]);
}

/** Of a layer the payload's type is part of what is signed. GitHub's own documents are in no log. */
function verdictFor(name: keyof typeof ALTERATIONS, { form, expected }: Specimen): string {
  if (name === 'the media type' && form === 'dsse') return 'rejected BAD_SIGNATURE';
  return name === 'the log entry of another' && expected.root === 'github' ? 'nothing to alter' : VERDICTS[name];
}

function isDonor(other: Specimen, specimen: Specimen): boolean {
  if (other.expected.root !== specimen.expected.root || certificateOf(other).equals(certificateOf(specimen)))
    return false;
  // Bundles and annotations keep log entries in different ways.
  return (other.form === 'bundle') === (specimen.form === 'bundle');
}
