import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePaxRecords, parseTarHeader } from '../../../../src/adapters/layout/tar-header.ts';
import { ToolError } from '../../../../src/core/errors.ts';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The length counts itself. */
function record(keyword: string, value: string): string {
  const rest = bytes(` ${keyword}=${value}\n`).length;
  const digits = [1, 2, 3, 4, 5].find((length) => String(rest + length).length === length)!;
  return `${rest + digits} ${keyword}=${value}\n`;
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('pax records', () => {
  test('say name and size of the next entry, in any order, among others', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.nat({ max: 3 }), (name, size, turn) => {
        const records = [
          record('path', name),
          record('size', `${size}`),
          record('mtime', '1.5'),
          record('a.b', 'c=d\n'),
        ];
        const turned = [...records.slice(turn), ...records.slice(0, turn)];
        expect(parsePaxRecords(bytes(turned.join('')))).toEqual({ name, size });
      }),
    );
  });

  test('may say neither', () => {
    expect(parsePaxRecords(bytes(''))).toEqual({});
    expect(parsePaxRecords(bytes(record('comment', 'x')))).toEqual({});
  });

  test.each([
    ['no length', 'path=a\n'],
    ['a length that is no number', 'x path=a\n'],
    ['a length of nothing', '0 path=a\n'],
    ['a length that ends in the keyword', '4 path=a\n'],
    ['a length beyond the end', '99 path=a\n'],
    ['a length without end', `${'9'.repeat(400)} path=a\n`],
    ['no value', '7 path\n'],
    ['a value that belongs to the next record', `7 path\n${record('size', '1')}`],
    ['no line end', '9 path=ab'],
    ['a size that is no number', record('size', 'big')],
    ['a negative size', record('size', '-1')],
    ['a size beyond all files', record('size', '1'.repeat(16))],
  ])('with %s are damage', (_, text) => {
    expect(thrownBy(() => parsePaxRecords(bytes(text)))).toMatchObject({ name: 'ToolError', code: 'MALFORMED' });
  });

  test('that are arbitrary bytes give a value or that error', () => {
    const texts = fc.stringMatching(/^[0-9 =pathsize\n]*$/).map(bytes);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), texts), (input) => {
        const thrown = thrownBy(() => parsePaxRecords(input));
        expect(thrown === undefined || (thrown instanceof ToolError && thrown.code === 'MALFORMED')).toBe(true);
      }),
    );
  });
});

describe('a header block', () => {
  test('of zeros ends the archive', () => {
    expect(parseTarHeader(new Uint8Array(512))).toBeUndefined();
  });

  test('that is arbitrary bytes is damage, even where its checksum is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), fc.boolean(), (block, isSummed) => {
        fc.pre(block.some((byte) => byte !== 0));
        if (isSummed) {
          block.fill(0x20, 148, 156);
          const sum = block.reduce((total, byte) => total + byte, 0);
          block.set(bytes(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
        }
        const thrown = thrownBy(() => parseTarHeader(block));
        expect(thrown === undefined ? isSummed : thrown instanceof ToolError && thrown.code === 'MALFORMED').toBe(true);
      }),
    );
  });
});
