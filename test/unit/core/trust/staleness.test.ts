import { describe, expect, test } from 'vitest';
import type { RootSummary } from '../../../../src/core/model/trust-report.ts';
import { isOpenAt, stalenessOf } from '../../../../src/core/trust/staleness.ts';

const OPEN = { name: 'CA', validFrom: '2026-01-01T00:00:00Z' };
const ENDED = { name: 'CA', validFrom: '2025-01-01T00:00:00Z', validUntil: '2026-02-01T00:00:00Z' };

function root(parts: Partial<RootSummary> = {}): RootSummary {
  const base = { name: 'github', kind: 'builtIn', source: 'somewhere', logs: [], timestampAuthorities: 1 } as const;
  return { ...base, asOf: '2026-01-01T00:00:00Z', certificateAuthorities: [ENDED, OPEN], ...parts };
}

function why(summary: RootSummary, now: string): string | undefined {
  return stalenessOf(summary, Date.parse(now))?.why;
}

describe('a root is stale by its age', () => {
  // 2026-01-01 and 200, 201, 400 and 401 days.
  test.each([
    ['github', '2026-07-20T00:00:00Z', false],
    ['github', '2026-07-21T00:00:00Z', true],
    ['public-good', '2026-07-21T00:00:00Z', false],
    ['public-good', '2027-02-05T00:00:00Z', false],
    ['public-good', '2027-02-06T00:00:00Z', true],
  ])('%s at %s: %s', (name, now, isStale) => {
    expect(why(root({ name }), now) !== undefined).toBe(isStale);
    expect(why(root({ name, kind: 'updated' }), now) !== undefined).toBe(isStale);
  });

  test('but not where nobody knows how often it changes, or when it was published', () => {
    expect(why(root({ name: 'acme' }), '2036-01-01T00:00:00Z')).toBeUndefined();
    expect(why(root({ name: 'imported:github', kind: 'imported' }), '2036-01-01T00:00:00Z')).toBeUndefined();
    const { asOf: _, ...undated } = root();
    expect(why(undated, '2036-01-01T00:00:00Z')).toBeUndefined();
  });

  test('and says how old it is, and the command that renews it', () => {
    expect(stalenessOf(root(), Date.parse('2026-12-01T00:00:00Z'))).toEqual({
      why: 'it is 334 days old, and GitHub changes its authorities about every six months',
      renew: 'gh attestation trusted-root > roots.jsonl && provtrace trust import roots.jsonl',
    });
    expect(stalenessOf(root({ name: 'public-good' }), Date.parse('2028-01-01T00:00:00Z'))?.renew).toBe(
      'provtrace trust update',
    );
  });
});

describe('a root is stale when none of its authorities is open', () => {
  test('as all have ended', () => {
    const ended = root({ certificateAuthorities: [ENDED], validUntil: '2026-02-01T00:00:00Z' });
    expect(why(ended, '2026-02-01T00:00:00Z')).toBeUndefined();
    expect(why(ended, '2026-02-01T00:00:01Z')).toBe(
      'none of its authorities issues certificates now; the last did until 2026-02-01T00:00:00Z',
    );
    expect(stalenessOf({ ...ended, kind: 'imported' }, Date.parse('2026-03-01T00:00:00Z'))?.renew).toBe(
      'provtrace trust import FILE, with a newer one',
    );
  });

  test('as none has begun, or there is none', () => {
    expect(why(root({ certificateAuthorities: [OPEN] }), '2025-12-31T23:59:59Z')).toBe(
      'none of its authorities issues certificates now',
    );
    expect(why(root({ certificateAuthorities: [] }), '2026-01-02T00:00:00Z')).toBe(
      'none of its authorities issues certificates now',
    );
  });

  test('and both ends of a window belong to it', () => {
    const moments = ['2024-12-31T23:59:59Z', ENDED.validFrom, ENDED.validUntil, '2026-02-01T00:00:01Z'];
    expect(moments.map((moment) => isOpenAt(ENDED, Date.parse(moment)))).toEqual([false, true, true, false]);
  });
});
