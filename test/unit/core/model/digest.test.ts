import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestAlgorithm, digestHex, parseDigest, referrersTag } from '../../../../src/core/model/digest.ts';

const SHA256 = `sha256:${'0a'.repeat(32)}`;
const SHA512 = `sha512:${'0a'.repeat(64)}`;

describe('a digest', () => {
  test.each([SHA256, SHA512])('%s is one', (text) => {
    expect(parseDigest(text)).toBe(text);
  });

  test.each([
    '',
    'sha256:',
    SHA256.slice(0, -1),
    `${SHA256}0`,
    SHA256.toUpperCase(),
    SHA256.replace('0', 'A'),
    SHA256.replace('0', 'g'),
    SHA256.replace('sha256', 'sha512'),
    SHA256.replace('sha256', 'md5'),
    SHA256.slice('sha256:'.length),
    ` ${SHA256}`,
    `${SHA256}\n`,
    `${SHA256}\n${SHA256}`,
  ])('%j is none', (text) => {
    expect(parseDigest(text)).toBeUndefined();
  });

  test('is split into its algorithm and its hexadecimal part', () => {
    expect([SHA256, SHA512].map((text) => digestAlgorithm(parseDigest(text)!))).toEqual(['sha256', 'sha512']);
    expect([SHA256, SHA512].map((text) => digestHex(parseDigest(text)!).length)).toEqual([64, 128]);
  });

  test('has a fallback tag, which is a tag: 128 characters at most', () => {
    expect(referrersTag(parseDigest(SHA256)!)).toBe(`sha256-${'0a'.repeat(32)}`);
    // The specification cuts the encoded part at 64 characters.
    expect(referrersTag(parseDigest(SHA512)!)).toBe(`sha512-${'0a'.repeat(32)}`);
  });

  test('is made of exactly the text that it was parsed from', () => {
    const nearly = fc.stringMatching(/^sha(?:256|512):(?:[0-9a-f]{64}){1,2}[0-9a-g]?$/);
    const texts = fc.oneof(fc.string(), nearly);
    fc.assert(
      fc.property(texts, (text) => {
        const digest = parseDigest(text);
        const isOne = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/.test(text);
        expect(digest).toBe(isOne ? text : undefined);
      }),
    );
  });
});
