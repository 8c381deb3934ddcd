import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from '../../../src/core/nearest.ts';

describe('the nearest word', () => {
  test.each([
    ['trce', 'trace'],
    ['traec', 'trace'],
    ['tracee', 'trace'],
    ['Trace', 'trace'],
    ['verfiy', 'verify'],
    ['cahce', 'cache'],
    ['completoin', 'completion'],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['trace', 'verify', 'cache', 'completion'])).toBe(expected);
  });

  test.each(['alpine', 'nginx', 'redis', 'x', 'vf', ''])('there is none to %o', (word) => {
    expect(nearest(word, ['trace', 'verify', 'cache', 'completion'])).toBeUndefined();
  });

  test('is the first of those that are as near', () => {
    expect(nearest('cat', ['bat', 'car'])).toBe('bat');
    expect(nearest('cat', ['bar', 'car'])).toBe('car');
  });

  test('of none is none', () => expect(nearest('trace', [])).toBeUndefined());
});

describe('how far it may be', () => {
  test.each([
    ['ab', 'ax', true],
    ['ab', 'xy', false],
    ['abcdef', 'abxyef', true],
    ['abcdef', 'axyzef', false],
    ['abcdefghi', 'abcdefxyz', true],
    ['abcdefghijkl', 'abcdefghwxyz', false],
  ])('%s and %s: %s', (word, other, isNear) => {
    expect(nearest(word, [other])).toBe(isNear ? other : undefined);
  });
});

const word = fc.stringMatching(/^[a-z]{1,9}$/);

test('a word is nearest to itself, wherever it stands', () => {
  fc.assert(
    fc.property(word, fc.array(word), fc.array(word), (own, before, after) => {
      expect(nearest(own, [...before, own, ...after])).toBe(own);
    }),
  );
});

test('one edit away is always near', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,9}$/), fc.nat(), fc.stringMatching(/^[a-z]$/), (own, at, letter) => {
      const place = at % own.length;
      const changed = [
        own.slice(0, place) + own.slice(place + 1),
        own.slice(0, place) + letter + own.slice(place),
        own.slice(0, place) + letter + own.slice(place + 1),
        own.slice(0, place) + (own[place + 1] ?? '') + (own[place] ?? '') + own.slice(place + 2),
      ];
      for (const misspelt of changed) expect(nearest(misspelt, [own])).toBe(own);
    }),
  );
});

test('nearness goes both ways where the words are as long', () => {
  fc.assert(
    fc.property(word, word, (left, right) => {
      fc.pre(left.length === right.length);
      expect(nearest(left, [right]) === right).toBe(nearest(right, [left]) === left);
    }),
  );
});
