import type { Instant } from '../../core/model/outcome.ts';
import { toInstant } from '../../core/model/outcome.ts';

/** Repetitions, beside the first attempt. */
export const RETRIES_MAX = 3;
/** A server that wants more patience than this is not waited for: the user is told when to come back. */
export const RETRY_AFTER_MS_MAX = 30_000;
const BACKOFF_BASE_MS = 500;
const YEAR_MS = 365 * 24 * 3_600_000;

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether an answer of that status says "not now" and not "no". */
export function isPassing(status: number): boolean {
  return RETRIED_STATUSES.has(status);
}

/** How long Retry-After (RFC 9110, 10.2.3) asks to wait, from seconds or a date; undefined where it says neither. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, YEAR_MS);
  // Date.parse reads much that is no date, and what names no zone as local time.
  const at = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun).* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - nowMs, 0), YEAR_MS);
}

export function retryInstant(waitMs: number | undefined, nowMs: number): Instant | undefined {
  return waitMs === undefined ? undefined : toInstant(nowMs + waitMs);
}

/** Full jitter: many clients that failed together must not come back together. What the server asked for is never cut short. */
export function backoffMs(attempt: number, random: () => number, retryAfterMs = 0): number {
  return retryAfterMs + Math.floor(random() * BACKOFF_BASE_MS * 2 ** (attempt - 1));
}
