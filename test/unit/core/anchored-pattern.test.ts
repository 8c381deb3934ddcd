import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { compileExpression } from '../../../src/core/anchored-expression.ts';
import { matchesPattern } from '../../../src/core/anchored-pattern.ts';

/** The same by trying every choice, as one would write it down first. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [, stars = '', rest = ''] = /^(\**)([\s\S]*)$/.exec(pattern) ?? [];
  if (stars === '') return text.startsWith(pattern.slice(0, 1)) && naive(pattern.slice(1), text.slice(1));
  for (let taken = 0; taken <= text.length; taken++) {
    if (stars === '*' && text.slice(0, taken).includes('/')) return false;
    if (naive(rest, text.slice(taken))) return true;
  }
  return false;
}

describe('a pattern', () => {
  test.each([
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop', true],
    ['ghcr.io/acme/shop', 'ghcr.io/acme/shop-evil', false],
    ['ghcr.io/acme/shop', 'evil-ghcr.io/acme/shop', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/shop', true],
    ['ghcr.io/acme/*', 'ghcr.io/acme/', true],
    ['ghcr.io/acme/*', 'ghcr.io/acme/team/shop', false],
    ['ghcr.io/acme/**', 'ghcr.io/acme/team/shop', true],
    ['ghcr.io/acme/*', 'ghcr.io/acme-evil/shop', false],
    ['ghcr.io/acme*', 'ghcr.io/acme-evil', true],
    ['*/acme/*', 'ghcr.io/acme/shop', true],
    ['*/acme/*', 'x/ghcr.io/acme/shop', false],
    ['**', '', true],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['***', 'a/b', true],
    ['a.c', 'abc', false],
    ['a+', 'aa', false],
    ['[ab]', 'a', false],
    ['a?', 'ab', false],
    ['(a|b)', 'a', false],
    ['a', 'a\n', false],
    ['*', 'a\nb', true],
  ])('%o of %o: %s', (pattern, text, matches) => expect(matchesPattern(pattern, text)).toBe(matches));

  const piece = fc.constantFrom('a', 'b', '/', '*', '**', '.', 'ab');
  const joined = (max: number) => fc.array(piece, { maxLength: max }).map((pieces) => pieces.join(''));

  test('says the same as trying every choice', () => {
    fc.assert(
      fc.property(joined(7), joined(7), (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(naive(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  test('without a star matches itself, and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        fc.pre(!left.includes('*'));
        expect(matchesPattern(left, left)).toBe(true);
        expect(matchesPattern(left, right)).toBe(left === right);
      }),
    );
  });

  describe('takes a walk over the text for each wildcard, and no more', () => {
    afterEach(() => vi.restoreAllMocks());

    /** How often a position of the text was looked at. */
    function looks(pattern: string, text: string): number {
      const has = vi.spyOn(Set.prototype, 'has');
      const startsWith = vi.spyOn(String.prototype, 'startsWith');
      matchesPattern(pattern, text);
      return has.mock.calls.length + startsWith.mock.calls.length;
    }

    test.each([
      ['stars between letters', `${'*a'.repeat(100)}b`, 'a'.repeat(1000)],
      ['stars between slashes', `${'**/'.repeat(100)}b`, '/'.repeat(1000)],
      ['a text that never ends as it should', '**a**b', 'ab'.repeat(1000)],
    ])('%s', (_name, pattern, text) => {
      const tokens = pattern.split(/(\*+)/).filter((part) => part !== '').length;
      const seen = looks(pattern, text);
      expect(seen).toBeGreaterThan(text.length);
      expect(seen).toBeLessThan((tokens + 1) * (text.length + 2));
    });
  });
});

describe('an expression', () => {
  test.each([
    ['acme', 'acme', true],
    ['acme', 'acme-evil', false],
    ['acme', 'x acme', false],
    ['a|ab', 'ab', true],
    ['ab|a', 'abc', false],
    ['^acme$', 'acme', true],
    ['(?m)^acme$', 'evil\nacme', false],
    ['acme.*', 'acme\nevil', false],
    ['.*', '', true],
    ['', 'x', false],
  ])('%o of %o: %s', (expression, text, matches) => expect(compileExpression(expression)?.(text)).toBe(matches));

  test.each(['(', '[', '*', 'a{1001}', '(?=a)', String.raw`\1`, '((a{100}){100}){100}'])('is none in %o', (text) => {
    expect(compileExpression(text)).toBeUndefined();
  });

  test('that would make a backtracking engine try for ever, ends', () => {
    expect(compileExpression('(a*)*b')?.('a'.repeat(5000))).toBe(false);
    expect(compileExpression('(a|aa)+$')?.(`${'a'.repeat(5000)}b`)).toBe(false);
  });

  test('is never thrown over, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (expression, text) => {
        expect(compileExpression(expression)?.(text)).toBeOneOf([true, false, undefined]);
      }),
    );
  });
});
