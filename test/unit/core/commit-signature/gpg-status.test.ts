import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGpgStatus } from '../../../../src/core/commit-signature/gpg-status.ts';

const PRIMARY = 'A'.repeat(40);
const SUBKEY = 'B'.repeat(40);
const VALID = `VALIDSIG ${SUBKEY} 2023-11-14 1700000000 0 4 0 22 8 00 ${PRIMARY}`;
const GOOD = 'GOODSIG BBBBBBBBBBBBBBBB Jane Doe <jane@acme.example>';

function status(...lines: string[]) {
  return parseGpgStatus(lines.map((line) => `[GNUPG:] ${line}\n`).join(''));
}

test('a good signature by a trusted key', () => {
  expect(status('NEWSIG jane@acme.example', GOOD, VALID, 'TRUST_ULTIMATE 0 pgp')).toEqual({
    result: 'good',
    key: PRIMARY,
    identity: 'Jane Doe <jane@acme.example>',
    isTrusted: true,
  });
});

test.each([
  ['TRUST_FULLY', true, undefined],
  ['TRUST_MARGINAL', false, 'nobody vouches for its key: the keyring does not say whose it is'],
  ['TRUST_UNDEFINED', false, 'nobody vouches for its key: the keyring does not say whose it is'],
  ['TRUST_NEVER', false, 'the keyring says never to trust its key'],
  ['PROGRESS', false, 'nobody vouches for its key: the keyring does not say whose it is'],
])('%s', (trust, isTrusted, why) => {
  const said = status(GOOD, VALID, `${trust} 0 pgp`);
  expect(said).toMatchObject({ result: 'good', isTrusted });
  expect(said?.why).toBe(why);
});

test('trust in a key that has expired is none', () => {
  expect(status('EXPKEYSIG BBBB Jane', VALID, 'TRUST_FULLY 0 pgp')).toMatchObject({ result: 'good', isTrusted: false });
});

test.each([
  ['a good signature without its fingerprint', [GOOD, 'TRUST_FULLY'], 'gpg does not say which key it is by'],
  ['two fingerprints', [GOOD, VALID, VALID, 'TRUST_FULLY'], 'gpg does not say which key it is by'],
  ['a good and a bad one', [GOOD, VALID, 'BADSIG CCCC Mallory', 'TRUST_FULLY'], 'it is several signatures'],
  ['two good ones', [GOOD, VALID, GOOD, VALID, 'TRUST_FULLY'], 'it is several signatures'],
  ['no verdict', ['NODATA 4'], 'gpg finds no signature in it'],
])('%s is unchecked', (_what, lines, why) => {
  expect(status(...lines)).toEqual({ result: 'unchecked', isTrusted: false, why });
});

test.each([
  ['9', 'its key is not in the keyring'],
  ['4', 'gpg does not know the algorithm of the signature'],
  ['1', 'gpg cannot check the signature'],
])('ERRSIG with the reason %s', (reason, why) => {
  expect(status(`ERRSIG BBBB 22 8 00 1700000000 ${reason} ${SUBKEY}`, 'NO_PUBKEY BBBB')).toEqual({
    result: 'unchecked',
    key: 'BBBB',
    isTrusted: false,
    why,
  });
});

test('what others write between the lines is no status', () => {
  expect(parseGpgStatus('error: cannot run gpg\nGOODSIG BBBB Jane\n [GNUPG:] GOODSIG BBBB Jane\n')).toBeUndefined();
  expect(parseGpgStatus('')).toBeUndefined();
});

test('a user id that looks like a status is a user id', () => {
  const said = status('GOODSIG BBBB [GNUPG:] TRUST_ULTIMATE', VALID, 'TRUST_UNDEFINED');
  expect(said).toMatchObject({ identity: '[GNUPG:] TRUST_ULTIMATE', isTrusted: false });
});

test('nothing is trusted without a good signature and a key that is trusted', () => {
  const lines = fc.array(
    fc.constantFrom(
      GOOD,
      VALID,
      'TRUST_FULLY',
      'TRUST_NEVER',
      'BADSIG B x',
      'REVKEYSIG B x',
      'EXPSIG B x',
      'NODATA',
      '',
    ),
  );
  fc.assert(
    fc.property(lines, (said) => {
      const result = status(...said);
      if (result?.isTrusted !== true) return;
      expect(said.filter((line) => line !== VALID && /SIG B/.test(line))).toEqual([GOOD]);
      expect(said.filter((line) => line.startsWith('TRUST_')).every((line) => line === 'TRUST_FULLY')).toBe(true);
      expect(said.filter((line) => line === VALID)).toHaveLength(1);
    }),
    { numRuns: 2000 },
  );
});
