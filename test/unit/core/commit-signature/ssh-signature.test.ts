import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { armourKind, readArmour } from '../../../../src/core/commit-signature/armour.ts';
import { parseSshPublicKey } from '../../../../src/core/commit-signature/ssh-key.ts';
import {
  parseSshSignature,
  readEcdsaNumbers,
  signedBytes,
} from '../../../../src/core/commit-signature/ssh-signature.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { armoured, composeSshSignature, wire } from '../../../support/commit-signature-ssh.ts';
import { isReadOrRefused } from '../../../support/commit-signature-foreign-bytes.ts';

const KEY = wire('ssh-ed25519', Buffer.alloc(32, 7));
const INNER = wire('ssh-ed25519', Buffer.alloc(64, 9));
const compose = (changed: object = {}) =>
  readArmour(composeSshSignature(Buffer.from('payload'), { keyBlob: KEY, sign: () => INNER, ...changed }));

describe('SSH signatures', () => {
  test('every part is where it should be', () => {
    expect(parseSshSignature(compose({ reserved: 'r', hash: 'sha256' }))).toEqual({
      key: { kind: 'ed25519', type: 'ssh-ed25519', bytes: new Uint8Array(32).fill(7) },
      keyBlob: new Uint8Array(KEY),
      namespace: 'git',
      reserved: new Uint8Array([0x72]),
      hash: 'sha256',
      algorithm: 'ssh-ed25519',
      value: new Uint8Array(64).fill(9),
    });
  });

  test('what was signed is as the specification says', () => {
    const digest = createHash('sha512').update('payload').digest();
    const expected = Buffer.concat([Buffer.from('SSHSIG'), wire('git', '', 'sha512', digest)]);
    expect(signedBytes(parseSshSignature(compose()), digest)).toEqual(new Uint8Array(expected));
  });

  test('cut anywhere, it is no signature', () => {
    const whole = compose();
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseSshSignature(whole.subarray(0, length))).toThrow(ToolError);
    }
  });

  test.each([
    ['the whole', { trailing: 'x' }],
    ['what the key made', { sign: () => Buffer.concat([INNER, Buffer.from('x')]) }],
  ])('something after %s is refused', (_what, changed) => {
    expect(() => parseSshSignature(compose(changed))).toThrow('what should be of SSH has something after its end');
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(isReadOrRefused(parseSshSignature, bytes)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = compose().slice();
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(isReadOrRefused(parseSshSignature, bytes)).toBe(true);
      }),
    );
  });
});

describe('keys and numbers', () => {
  test.each([
    ['ssh-ed25519', wire('ssh-ed25519', Buffer.alloc(31))],
    ['a point that is compressed', wire('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 2))],
    ['another curve', wire('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(97, 4))],
    ['an empty modulus', wire('ssh-rsa', Buffer.from([1]), '')],
    ['a negative modulus', wire('ssh-rsa', Buffer.from([1]), Buffer.from([0x80]))],
    ['a modulus of 3 kB', wire('ssh-rsa', Buffer.from([1]), Buffer.alloc(3000, 1))],
    ['more than a key', Buffer.concat([KEY, Buffer.from([0])])],
  ])('%s is no key', (_what, blob) => {
    expect(() => parseSshPublicKey(blob)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  test.each(['ssh-dss', 'ssh-ed448', 'toString', '__proto__'])('%s is not supported', (type) => {
    expect(() => parseSshPublicKey(wire(type, 'x'))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  test('any bytes', () => {
    const type = fc.constantFrom('ssh-ed25519', 'ecdsa-sha2-nistp521', 'ssh-rsa', 'sk-ssh-ed25519@openssh.com');
    fc.assert(
      fc.property(type, fc.uint8Array(), (name, rest) => {
        expect(isReadOrRefused(parseSshPublicKey, Buffer.concat([wire(name), rest]))).toBe(true);
      }),
    );
  });

  test('numbers lose the zero in front, and nothing else', () => {
    const { r, s } = readEcdsaNumbers(wire(Buffer.from([0, 0x80]), Buffer.from([1, 0])));
    expect([[...r], [...s]]).toEqual([[0x80], [1, 0]]);
    expect(() => readEcdsaNumbers(wire(Buffer.from([1]), Buffer.from([1]), ''))).toThrow(ToolError);
  });
});

describe('armour', () => {
  test.each([
    ['-----BEGIN PGP SIGNATURE-----\n', 'openpgp'],
    ['-----BEGIN PGP MESSAGE-----\n', 'openpgp'],
    ['-----BEGIN SSH SIGNATURE-----\r\n', 'ssh'],
    ['-----BEGIN SIGNED MESSAGE-----\n', 'cms'],
    ['-----BEGIN CERTIFICATE-----\n', undefined],
    [' -----BEGIN SSH SIGNATURE-----\n', undefined],
    ['toString', undefined],
    ['', undefined],
  ])('%j', (armour, kind) => {
    expect(armourKind(armour)).toBe(kind);
  });

  test('what was armoured comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(readArmour(armoured(Buffer.from(bytes), 'SSH SIGNATURE'))).toEqual(bytes);
      }),
    );
  });

  test.each([
    ['two blocks', armoured(KEY, 'SSH SIGNATURE') + armoured(KEY, 'SSH SIGNATURE')],
    ['something around it', `x\n${armoured(KEY, 'SSH SIGNATURE')}`],
    ['another end', armoured(KEY, 'SSH SIGNATURE').replace('END SSH', 'END PGP')],
    ['no base64', '-----BEGIN SSH SIGNATURE-----\nA\n-----END SSH SIGNATURE-----'],
  ])('%s is no armour', (_what, armour) => {
    expect(() => readArmour(armour)).toThrow('the signature is not one block of base64');
  });
});
