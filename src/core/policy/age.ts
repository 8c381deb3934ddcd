import type { Instant } from '../model/outcome.ts';
import { toInstant } from '../model/outcome.ts';
import type { Leaf } from './judgement.ts';
import { leaf } from './judgement.ts';
import { ageMs } from './shape-parts.ts';

/** Clocks of builders, scanners and logs differ by so much, and no more. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Whether none of the moments is longer ago than that, nor still to come; the oldest is shown. A moment that nobody states is not young. */
export function ageLeaf(
  requirement: string,
  moments: readonly Instant[] | Instant | undefined,
  asked: { readonly maxAge: string; readonly now: Instant; readonly evidence: readonly string[] },
): Leaf {
  const nowMs = Date.parse(asked.now);
  const times = [moments ?? []].flat().sort((left, right) => Date.parse(left) - Date.parse(right));
  const isYoung = times.every((time) => {
    const old = nowMs - Date.parse(time);
    return old <= ageMs(asked.maxAge) && old >= -CLOCK_SKEW_MS;
  });
  return leaf({
    requirement,
    expected: `from ${toInstant(nowMs - ageMs(asked.maxAge))} or later (${asked.maxAge})`,
    got: times[0] ?? 'nothing states when',
    holds: times.length > 0 && isYoung,
    evidence: asked.evidence,
  });
}
