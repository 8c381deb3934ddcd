import { describe, expect, test } from 'vitest';
import { EXIT_CODES, worstCode } from '../../../src/commands/exit-codes.ts';

describe('the worst of several codes wins (SPEC 5)', () => {
  const ORDER = [70, 2, 1, 3, 4, 0];
  test.each(ORDER.flatMap((worse, index) => ORDER.slice(index + 1).map((better) => [worse, better] as const)))(
    '%i before %i',
    (worse, better) => {
      expect(worstCode([better, worse, better])).toBe(worse);
      expect(worstCode([worse, better])).toBe(worse);
    },
  );

  test('a signal before all', () => {
    expect(worstCode([70, 2, 130, 0])).toBe(130);
    expect(worstCode([130, 143])).toBe(143);
  });

  test('of one alone it is it', () => {
    for (const code of ORDER) expect(worstCode([code])).toBe(code);
  });
});

describe('errors', () => {
  test.each([
    [
      'what was not heard is undecided',
      3,
      [
        'UNREACHABLE',
        'TIMED_OUT',
        'UNAUTHORISED',
        'FORBIDDEN',
        'RATE_LIMITED',
        'SERVER_ERROR',
        'OFFLINE',
        'NOT_READABLE',
      ],
    ],
    ['what does not hold fails', 1, ['DIGEST_MISMATCH', 'TAG_DIGEST_MISMATCH']],
    ['what is not there is not there', 4, ['NO_SUCH_IMAGE', 'NOT_IN_STORE']],
    [
      'the command line and the configuration',
      2,
      ['USAGE', 'INVALID_REFERENCE', 'INVALID_CONFIGURATION', 'NO_SUCH_PLATFORM', 'AMBIGUOUS_IMAGE'],
    ],
  ] as const)('%s: %i', (_name, expected, codes) => {
    for (const code of codes) expect(EXIT_CODES[code]).toBe(expected);
  });

  test('no error passes', () => {
    expect(Object.entries(EXIT_CODES).filter(([, code]) => code === 0)).toEqual([]);
  });
});
