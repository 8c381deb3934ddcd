import { toInstant } from '../../core/model/outcome.ts';
import { tokenAdvice, traitsOf } from './forge-kinds.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Asked } from './refusal.ts';
import { leftOf } from './refusal.ts';

/** One image takes about six requests where there is no token. */
const FEW = 10;

/** Says once for each forge that few requests are left, and what a token would change. */
export function createLimitNotice(
  notice: ((text: string) => void) | undefined,
): (asked: Asked, limit: RateLimit) => void {
  const told = new Set<string>();
  return ({ forge, token }, limit) => {
    const { remaining, resetMs } = limit;
    const left = leftOf(limit);
    if (
      notice === undefined ||
      left === undefined ||
      remaining === undefined ||
      remaining > FEW ||
      told.has(forge.host)
    )
      return;
    told.add(forge.host);
    const until = resetMs === undefined ? '' : ` until ${toInstant(resetMs)}`;
    const advice = token === undefined ? `; a token ${traitsOf(forge).raise}: ${tokenAdvice(forge)}` : '';
    notice(`${forge.host}: ${left}${until}${advice}`);
  };
}
