import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, isPassing, parseRetryAfter, retryInstant } from '../../../../src/adapters/http/retry.ts';
import { TEST_NOW_MS } from '../../../support/http-world.ts';

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7000],
    // The forms of RFC 9110, 5.6.7 that name their zone, ninety seconds on.
    ['Sat, 21 Nov 2026 12:01:30 GMT', 90_000],
    ['Saturday, 21-Nov-26 12:01:30 GMT', 90_000],
    ['Sat Nov 21 12:01:30 2026', undefined],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-11-21', undefined],
    ['Sat, nonsense', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (value, expected) => {
    expect(parseRetryAfter(value, TEST_NOW_MS)).toBe(expected);
  });

  it('is a time that can be written, whatever the server says', () => {
    const values = fc.oneof(
      fc.string(),
      fc.bigInt({ min: 0n }).map(String),
      fc.date().map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(values, (value) => {
        const waitMs = parseRetryAfter(value, TEST_NOW_MS);
        expect(waitMs ?? 0).toBeGreaterThanOrEqual(0);
        expect(retryInstant(waitMs, TEST_NOW_MS) ?? '2026-').toMatch(/^202\d-/);
      }),
    );
  });
});

describe('backoffMs', () => {
  it('grows, from nothing to its bound, and never cuts what the server asked for', () => {
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, () => 0))).toEqual([0, 0, 0]);
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, () => 0.5))).toEqual([250, 500, 1000]);
    expect(backoffMs(1, () => 0, 9000)).toBe(9000);
  });
});

describe('isPassing', () => {
  it.each([408, 429, 500, 502, 503, 504])('%d may be otherwise the next time', (status) => {
    expect(isPassing(status)).toBe(true);
  });
  it.each([200, 301, 400, 401, 403, 404, 406, 501, 505])('%d is an answer', (status) => {
    expect(isPassing(status)).toBe(false);
  });
});
