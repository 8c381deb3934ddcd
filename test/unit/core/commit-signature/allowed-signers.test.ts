import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllowedSigners } from '../../../../src/core/commit-signature/allowed-signers.ts';
import type { WallClock } from '../../../../src/core/commit-signature/allowed-signer-time.ts';
import { parseSignerTime } from '../../../../src/core/commit-signature/allowed-signer-time.ts';
import { findSigner } from '../../../../src/core/commit-signature/find-signer.ts';
import { wire } from '../../../support/commit-signature-ssh.ts';

const blob = wire('ssh-ed25519', Buffer.alloc(32, 7));
const KEY = `ssh-ed25519 ${blob.toString('base64')}`;
const OTHER = `ssh-ed25519 ${wire('ssh-ed25519', Buffer.alloc(32, 8)).toString('base64')}`;

/** Two hours east of UTC, the whole year. */
const eastern = ({ year, month, day, hour, minute, second }: WallClock) =>
  Date.UTC(year, month - 1, day, hour - 2, minute, second);

function parse(...lines: string[]) {
  return parseAllowedSigners(lines.join('\n'), eastern);
}

describe('lines', () => {
  test('comments and empty lines are passed over; a line has its number', () => {
    const { signers, refused } = parse('# me', '', '  ', `\tjane@acme.example\t${KEY}  Jane's laptop\r`);
    expect(refused).toEqual([]);
    expect(signers).toEqual([{ line: 4, principals: 'jane@acme.example', key: new Uint8Array(blob) }]);
  });

  test('principals may be in quotation marks, and so have blanks', () => {
    expect(parse(`"a@x.example,b c" ${KEY}`).signers[0]?.principals).toBe('a@x.example,b c');
  });

  test('options, whatever their case and order', () => {
    const options = 'Valid-Before="20240101",NAMESPACES="git,file",valid-after="20230101Z"';
    expect(parse(`jane@acme.example ${options} ${KEY}`).signers[0]).toMatchObject({
      namespaces: 'git,file',
      validAfter: Date.UTC(2023, 0, 1),
      validBefore: Date.UTC(2023, 11, 31, 22),
    });
  });

  test.each([
    [`jane@acme.example cert-authority ${KEY}`, 'names a cert-authority, which is not supported'],
    [`jane@acme.example namespaces="git",CERT-AUTHORITY ${KEY}`, 'names a cert-authority, which is not supported'],
    [`jane@acme.example no-touch-required ${KEY}`, 'has an option that is not known: no-touch-required'],
    [`jane@acme.example valid-after=20240101 ${KEY}`, 'has an option that is not known: valid-after=20240101'],
    [`jane@acme.example valid-after="2024" ${KEY}`, 'has a time that cannot be read: 2024'],
    [`jane@acme.example namespaces="" ${KEY}`, 'has an empty list of namespaces'],
    [`jane@acme.example namespaces="git",namespaces="*" ${KEY}`, 'has namespaces twice'],
    [`jane@acme.example namespaces="git ${KEY}`, 'has no key that can be read'],
    ['jane@acme.example', 'has no key that can be read'],
    ['jane@acme.example ssh-ed25519', 'has no key that can be read'],
    ['jane@acme.example ssh-ed25519 §§§', 'has no key that can be read'],
    [`jane@acme.example ${KEY.replace('ssh-ed25519', 'ssh-rsa')}`, 'has no key that can be read'],
    [`"jane@acme.example ${KEY}`, 'has no principals'],
    [`"" ${KEY}`, 'has no principals'],
  ])('%s is refused', (line, why) => {
    expect(parse(line)).toEqual({ signers: [], refused: [{ line: 1, why }] });
  });

  test('any text is read without an error, and each line once at most', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(KEY, 'cert-authority', 'namespaces="git"', 'valid-after="20240101Z"', '"', ',', '#', '\t'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))), (lines) => {
        const text = lines.join('\n');
        const { signers, refused } = parseAllowedSigners(text, eastern);
        const numbers = [...signers, ...refused].map(({ line }) => line);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(numbers.length).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });

  test('a line that is too long is refused, and one that nearly is, is read', () => {
    expect(parse(`${'*,'.repeat(10_000)} ${KEY}`)).toEqual({
      signers: [],
      refused: [{ line: 1, why: 'has more than 16384 characters' }],
    });
    expect(parse(`${'*,'.repeat(8000)} ${KEY}`).signers).toHaveLength(1);
    expect(parse(`jane@acme.example ${'namespaces="'.repeat(1300)} ${KEY}`).signers).toEqual([]);
    expect(parse(`jane@acme.example ${'"'.repeat(16_000)} ${KEY}`).refused).toHaveLength(1);
  });
});

describe('times', () => {
  test.each([
    ['20240229Z', Date.UTC(2024, 1, 29)],
    ['202402291530Z', Date.UTC(2024, 1, 29, 15, 30)],
    ['20240229153045Z', Date.UTC(2024, 1, 29, 15, 30, 45)],
    ['20240229153045', Date.UTC(2024, 1, 29, 13, 30, 45)],
    ['20240229', Date.UTC(2024, 1, 28, 22)],
    ['20230229Z', undefined],
    ['20241301Z', undefined],
    ['2024022924Z', undefined],
    ['202402292400Z', undefined],
    ['', undefined],
    ['20240229T153045Z', undefined],
  ])('%s', (text, expected) => {
    expect(parseSignerTime(text, eastern)).toBe(expected);
  });

  test('every moment comes back', () => {
    const moments = fc.date({
      min: new Date('1000-01-01T00:00:00Z'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (moment) => {
        const text = moment.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '');
        expect(parseSignerTime(`${text}Z`, eastern)).toBe(Math.floor(moment.getTime() / 1000) * 1000);
      }),
    );
  });
});

describe('whose key it is', () => {
  const question = {
    key: new Uint8Array(blob),
    emails: ['jane@acme.example', 'ada@acme.example'],
    namespace: 'git',
    atMs: 0,
  };
  const ask = (...lines: string[]) => findSigner(parse(...lines), question);

  test('the first address that is allowed, by whichever line', () => {
    expect(ask(`ada@* ${KEY}`, `jane@* ${KEY}`)).toEqual({ kind: 'allowed', email: 'ada@acme.example' });
    expect(ask(`*@acme.example ${KEY}`)).toEqual({ kind: 'allowed', email: 'jane@acme.example' });
    expect(ask(`bob@* ${KEY}`, `jane@* valid-before="19691231Z" ${KEY}`, `jane@* ${KEY}`)).toEqual({
      kind: 'allowed',
      email: 'jane@acme.example',
    });
  });

  test('a namespace that a pattern has is enough', () => {
    expect(ask(`* namespaces="g?t" ${KEY}`)).toMatchObject({ kind: 'allowed' });
    expect(ask(`* namespaces="!git,*" ${KEY}`)).toEqual({
      kind: 'notAllowed',
      why: 'line 1 has it for !git,*, and not for git',
    });
  });

  test('nobody for another key, an empty list, and commits without addresses', () => {
    expect(ask(`* ${OTHER}`)).toEqual({ kind: 'notAllowed', why: 'it is not listed' });
    expect(ask()).toEqual({ kind: 'notAllowed', why: 'it is not listed' });
    expect(findSigner(parse(`* ${KEY}`), { ...question, emails: ['', ''] })).toMatchObject({ kind: 'notAllowed' });
  });
});
