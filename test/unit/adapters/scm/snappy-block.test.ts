import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBytesMax, decompressBlock } from '../../../../src/adapters/scm/snappy-block.ts';
import { ToolError } from '../../../../src/core/errors.ts';

// The library that is not used to read is good enough to write.
const library: { readonly compress: (bytes: Uint8Array) => Uint8Array } = createRequire(import.meta.url)('snappyjs');

const LIMIT = 1 << 20;
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const decompressed = (...bytes: readonly number[]): string => text(decompressBlock(Uint8Array.from(bytes), LIMIT));

/** The refusal of a block; undefined where it is decompressed. */
function refusalOf(block: Uint8Array, bytesMax = LIMIT): ToolError | undefined {
  try {
    decompressBlock(block, bytesMax);
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}

const outcomeOf = (block: Uint8Array): string => refusalOf(block, 2000)?.code ?? 'decompressed';

describe('a block is decompressed', () => {
  test.each<[string, readonly number[], string]>([
    ['that is empty', [0], ''],
    ['of a literal', [3, 0x08, 0x61, 0x62, 0x63], 'abc'],
    ['of a literal and a copy of one byte of offset', [10, 0x00, 0x61, 0x15, 0x01], 'aaaaaaaaaa'],
    ['of a copy of two bytes of offset', [6, 0x04, 0x61, 0x62, 0x0e, 0x02, 0x00], 'ababab'],
    ['of a copy of four bytes of offset', [6, 0x04, 0x61, 0x62, 0x0f, 0x02, 0x00, 0x00, 0x00], 'ababab'],
    [
      'of a copy from further back than it is long',
      [7, 0x10, 0x61, 0x62, 0x63, 0x64, 0x65, 0x06, 0x04, 0x00],
      'abcdebc',
    ],
    ['of a length in two bytes', [0x80, 0x01, 0xf0, 0x7f, ...Array.from({ length: 128 }, () => 0x61)], 'a'.repeat(128)],
    [
      'of a literal with two bytes of length',
      [0x2c, 0xf4, 0x2b, 0x00, ...Array.from({ length: 44 }, () => 0x62)],
      'b'.repeat(44),
    ],
  ])('%s', (_, block, content) => {
    expect(decompressed(...block)).toBe(content);
  });

  test('however it was compressed', () => {
    const repetitive = fc
      .array(fc.constantFrom('{"a":', '"sha256:', 'x', '}'), { maxLength: 4000 })
      .map((parts) => new TextEncoder().encode(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 4000 }), repetitive), (content) => {
        const block = library.compress(content);
        expect(Buffer.compare(decompressBlock(block, LIMIT), content)).toBe(0);
        expect(block.length).toBeLessThanOrEqual(blockBytesMax(content.length));
      }),
    );
  });
});

describe('a block is refused', () => {
  test.each<[string, readonly number[]]>([
    ['that is nothing', []],
    ['whose length does not end', [0x80, 0x80]],
    ['whose length is longer than 32 bits need', [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['that gives less than it says', [4, 0x08, 0x61, 0x62, 0x63]],
    ['that gives more than it says', [2, 0x08, 0x61, 0x62, 0x63]],
    ['whose literal is cut off', [3, 0x08, 0x61, 0x62]],
    ['whose literal has no length', [61, 0xf0]],
    ['whose copy has no offset', [5, 0x00, 0x61, 0x01]],
    ['whose copy has half an offset', [5, 0x00, 0x61, 0x0e, 0x01]],
    ['whose copy is from nowhere', [5, 0x00, 0x61, 0x01, 0x00]],
    ['whose copy is from before the beginning', [5, 0x00, 0x61, 0x01, 0x02]],
    // As a number of 32 bits with a sign, this length leads back to its own beginning.
    ['whose literal has a length near 2^32', [5, 0xfc, 0xfa, 0xff, 0xff, 0xff, 0, 0, 0, 0]],
    ['that is in the framed format', [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]],
    ['that is JSON', [...new TextEncoder().encode('{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}')]],
  ])('%s', (_, block) => {
    expect(refusalOf(Uint8Array.from(block))?.code).toBe('MALFORMED');
  });

  test('that says it is larger than allowed, before any room is made for it', () => {
    expect(refusalOf(Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x08, 0x00, 0x61]))).toMatchObject({
      code: 'TOO_LARGE',
      expected: `at most ${LIMIT} bytes`,
      got: `${2 ** 31}`,
    });
    expect(refusalOf(Uint8Array.from([4, 0x0c, 0x61, 0x62, 0x63, 0x64]), 3)?.code).toBe('TOO_LARGE');
    expect(text(decompressBlock(Uint8Array.from([3, 0x08, 0x61, 0x62, 0x63]), 3))).toBe('abc');
  });

  test('or gives what it says, whatever the bytes, also of a good block that was cut or altered', () => {
    const good = library.compress(new TextEncoder().encode('{"mediaType":"a"}'.repeat(40)));
    const cut = fc.nat(good.length - 1).map((length) => good.subarray(0, length));
    const altered = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => good.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), cut, altered), (block) => {
        expect(['decompressed', 'MALFORMED', 'TOO_LARGE']).toContain(outcomeOf(block));
      }),
      { numRuns: 2000 },
    );
    for (let length = 0; length < good.length; length++)
      expect(refusalOf(good.subarray(0, length))?.code).toBe('MALFORMED');
  });
});
