import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layout } from '../../../../src/render/text/layout.ts';
import { columnsOf } from '../../../../src/render/text/width.ts';
import { pair, words } from '../../../../src/render/text/word.ts';
import type { Word } from '../../../../src/render/text/word.ts';

/** The lines as plain text. */
function laidOut(content: readonly Word[], width: number, { indent = 0, hang = 4 } = {}): string[] {
  return layout({ indent, hang, words: content }, width).map(
    (line) =>
      ' '.repeat(line.indent) +
      line.words.map((word, index) => ' '.repeat(index === 0 ? 0 : word.gap) + word.text).join(''),
  );
}

describe('layout', () => {
  test('breaks between words and hangs', () => {
    const text = 'aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee ffffffffff';
    expect(laidOut(words(text), 40)).toEqual(['aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd', '    eeeeeeeee ffffffffff']);
  });

  test('a line that just fits is not broken, one column more is', () => {
    expect(laidOut(words(`${'a'.repeat(19)} ${'b'.repeat(20)}`), 40)).toHaveLength(1);
    expect(laidOut(words(`${'a'.repeat(20)} ${'b'.repeat(20)}`), 40)).toHaveLength(2);
  });

  test('what is too wide for its place moves left before it is broken', () => {
    const address = `https://x.example/${'a'.repeat(18)}`;
    expect(laidOut([...words('label'), ...words(address)], 40, { hang: 20 })).toEqual(['label', `    ${address}`]);
    expect(laidOut([...words('label'), ...words(`${address}aa`)], 40, { hang: 20 })).toEqual([
      'label',
      `  ${address}aa`,
    ]);
  });

  test('what is wider than the terminal is broken where an address reads best', () => {
    const content = words(`see https://x.example/aaaaaaaaaa/bbbbbbbbbbbb/cccccccccccc@v1 end`);
    expect(laidOut(content, 40)).toEqual(['see https://x.example/aaaaaaaaaa/', '    bbbbbbbbbbbb/cccccccccccc@v1 end']);
  });

  test('and anywhere where there is no such place', () => {
    expect(laidOut(words('x'.repeat(70)), 40)).toEqual(['x'.repeat(40), `    ${'x'.repeat(30)}`]);
    expect(laidOut(words('漢'.repeat(30)), 40)).toEqual(['漢'.repeat(20), `    ${'漢'.repeat(10)}`]);
  });

  test('a name stays with its value', () => {
    const content = [...words('a'.repeat(30)), ...pair('name', 'value')];
    expect(laidOut(content, 40)).toEqual(['a'.repeat(30), '    name: value']);
  });

  test('gaps vanish where a line begins', () => {
    const content = [...words('a'.repeat(38)), ...words('b', { gap: 3 }), ...words('c', { gap: 3 })];
    expect(laidOut(content, 40)).toEqual(['a'.repeat(38), '    b   c']);
  });

  test('nothing is an empty line', () => {
    expect(laidOut([], 40)).toEqual(['']);
  });

  test('a terminal narrower than 40 columns is taken to have 40', () => {
    expect(laidOut(words('a'.repeat(40)), 3)).toEqual(['a'.repeat(40)]);
  });

  test('no line is too wide, and no letter is lost', () => {
    const content = fc.array(
      fc.record({
        text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
        gap: fc.integer({ min: 1, max: 9 }),
        glued: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(content, fc.integer({ min: 40, max: 150 }), fc.integer({ min: 0, max: 24 }), (parts, width, hang) => {
        const made = parts.flatMap(({ text, ...look }) => words(text, look));
        const lines = laidOut(made, width, { hang });
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(made.map(({ text }) => text.replaceAll(' ', '')).join(''));
      }),
    );
  });
});

describe('words', () => {
  test('are clean, and know what is empty', () => {
    expect(words('a\u001b[31m\u202eb\nc').map(({ text }) => text)).toEqual(['ab', 'c']);
    expect(words('\u200b').map(({ text }) => text)).toEqual(['(empty)']);
    expect(words('').map(({ text }) => text)).toEqual(['(empty)']);
  });
  test('never begin a command to a CI runner', () => {
    expect(words('a ::error::x ::1').map(({ text }) => text)).toEqual(['a', ': :error::x', '::1']);
  });
  test('have a link only where it is https', () => {
    expect(words('a', { link: 'https://x.example/' })[0]?.link).toBe('https://x.example/');
    expect(words('a', { link: 'javascript:alert(1)' })[0]?.link).toBeUndefined();
  });
});
