import { describe, expect, test } from 'vitest';
import { managedKey } from '../../src/adapters/sigstore/managed-key.ts';
import { ALTERATIONS, certificateOf } from '../support/authority-alterations.ts';
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
    if (altered === undefined) {
      // GitHub's own documents are in no log.
      expect(specimen.expected.root).toBe('github');
      return;
    }
    expect(await verdictOn(carried(altered), specimen.trust)).toBe(verdictFor(name, specimen));
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

/** Of a layer the payload's type is part of what is signed; a signature layer that is called an envelope cannot be read. */
function verdictFor(name: keyof typeof ALTERATIONS, { form }: Specimen): string {
  return name === 'the media type' && form === 'dsse' ? 'rejected BAD_SIGNATURE' : VERDICTS[name];
}

function isDonor(other: Specimen, specimen: Specimen): boolean {
  const isBundle = (each: Specimen): boolean => each.form === 'bundle';
  return (
    other.expected.root === specimen.expected.root &&
    isBundle(other) === isBundle(specimen) &&
    !certificateOf(other).equals(certificateOf(specimen))
  );
}
