import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readArmour } from '../../../../src/core/commit-signature/armour.ts';
import { objectIdentifier, readBer, readBerMembers } from '../../../../src/core/commit-signature/ber.ts';
import { readCertificateClaims } from '../../../../src/core/commit-signature/certificate-claims.ts';
import { parseCmsSignature } from '../../../../src/core/commit-signature/cms.ts';
import { readProtobuf } from '../../../../src/core/commit-signature/protobuf.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { createAuthority } from '../../../support/authority.ts';
import { element, integer, objectId, octets, sequence } from '../../../support/authority-der.ts';
import { gitsign } from '../../../support/commit-signature-cms.ts';
import { isReadOrRefused } from '../../../support/commit-signature-foreign-bytes.ts';

const authority = createAuthority({ name: 'acme' });
const whole = readArmour(gitsign(Buffer.from('payload'), { authority }));

const bytesOf = (...numbers: number[]) => new Uint8Array(numbers);

describe('BER', () => {
  test('definite lengths, short and long', () => {
    expect(readBer(bytesOf(4, 2, 1, 9))).toEqual({ tag: 4, raw: bytesOf(4, 2, 1, 9), content: bytesOf(1, 9) });
    expect(readBer(octets(Buffer.alloc(70_000, 1))).content).toHaveLength(70_000);
  });

  test('without a length, up to the end that it has', () => {
    const inner = [0x30, 0x80, 0x02, 0x01, 0x05, 0, 0];
    const outer = readBer(bytesOf(0x30, 0x80, ...inner, 0x02, 0x01, 0x00, 0, 0));
    const [first, second] = readBerMembers(outer);
    expect(first?.raw).toEqual(bytesOf(...inner));
    expect(second?.content).toEqual(bytesOf(0));
  });

  test.each([
    ['nothing', []],
    ['a tag alone', [0x30]],
    ['too little', [0x04, 0x02, 0x01]],
    ['too much', [0x04, 0x01, 0x01, 0x01]],
    ['a length of five bytes', [0x04, 0x85, 0, 0, 0, 0, 1, 1]],
    ['a tag of several bytes', [0x1f, 0x81, 0x01, 0x00]],
    ['a value without a length', [0x04, 0x80, 0, 0]],
    ['no end', [0x30, 0x80, 0x02, 0x01, 0x05]],
  ])('%s is none', (_what, numbers) => {
    expect(() => readBer(bytesOf(...numbers))).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  test('a tower of lists is refused before the stack is', () => {
    const tower = bytesOf(...Array.from({ length: 20_000 }, () => [0x30, 0x80]).flat());
    expect(() => readBer(tower)).toThrow('what should be of ASN.1 is nested too deeply');
  });

  test.each(['1.2.840.113549.1.7.2', '2.5.29.17', '0.9.2342', '1.3.6.1.4.1.57264.1.8'])('%s', (dotted) => {
    expect(objectIdentifier(readBer(objectId(dotted)))).toBe(dotted);
  });

  test('what the tests’ own writer writes comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 200n })), (numbers) => {
        const members = readBerMembers(readBer(sequence(...numbers.map(integer))));
        expect(members.map(({ content }) => BigInt(`0x${Buffer.from(content).toString('hex')}`))).toEqual(numbers);
      }),
    );
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(isReadOrRefused(readBer, bytes)).toBe(true);
        expect(isReadOrRefused((all) => objectIdentifier(readBer(all)), element(0x06, bytes))).toBe(true);
      }),
    );
  });
});

describe('CMS', () => {
  test('what is signed is the set of the attributes, in its own bytes', () => {
    const { signedAttributes, digestAlgorithm, messageDigest } = parseCmsSignature(whole);
    expect(signedAttributes[0]).toBe(0x31);
    expect(Buffer.from(whole).includes(Buffer.from(signedAttributes.subarray(1)))).toBe(true);
    expect(digestAlgorithm).toBe('2.16.840.1.101.3.4.2.1');
    expect(messageDigest).toHaveLength(32);
  });

  test('cut anywhere, it is none', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseCmsSignature(whole.subarray(0, length))).toThrow(ToolError);
    }
  });

  test('with any byte changed, it is one or an error of our own', () => {
    for (let place = 0; place < whole.length; place++) {
      for (const change of [0x01, 0x20, 0x80, 0xff]) {
        const bytes = whole.slice();
        bytes[place] = (bytes[place] ?? 0) ^ change;
        expect(isReadOrRefused((all) => readCertificateClaims(parseCmsSignature(all).certificate), bytes)).toBe(true);
      }
    }
  });
});

test('a certificate by Fulcio is told by what only Fulcio writes', () => {
  const leaf = authority.issue({ identity: 'jane@acme.example', issuer: 'https://accounts.acme.example' });
  expect(readCertificateClaims(leaf.certificate)).toEqual({
    isFulcio: true,
    identity: 'jane@acme.example',
    issuer: 'https://accounts.acme.example',
  });
  expect(readCertificateClaims(authority.root.certificate)).toMatchObject({ isFulcio: false, issuer: 'acme' });
});

describe('protobuf', () => {
  test('numbers, bytes, and what is there twice', () => {
    const fields = readProtobuf(bytesOf(0x08, 0x96, 0x01, 0x12, 0x02, 7, 8, 0x08, 0x01, 0x1d, 1, 2, 3, 4));
    expect([...fields]).toEqual([
      [1, [150n, 1n]],
      [2, [bytesOf(7, 8)]],
      [3, [bytesOf(1, 2, 3, 4)]],
    ]);
  });

  test.each([
    ['a length beyond the end', [0x12, 0x03, 1]],
    ['a length beyond everything', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number without end', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a group', [0x0b]],
  ])('%s is none', (_what, numbers) => {
    expect(() => readProtobuf(bytesOf(...numbers))).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(isReadOrRefused(readProtobuf, bytes)).toBe(true);
      }),
    );
  });
});
