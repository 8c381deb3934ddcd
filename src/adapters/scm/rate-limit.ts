import type { HttpResponse } from '../http/http.ts';

/** What a forge says of how often it may be asked; each part may be missing. */
export type RateLimit = {
  /** Requests in one period, an hour at GitHub. */
  readonly limit?: number;
  readonly remaining?: number;
  /** When the period is over, in milliseconds since 1970. */
  readonly resetMs?: number;
};

/** GitHub asks for at least a minute where it names no time to come ("Rate limits for the REST API"). */
const PAUSE_MS = 60_000;

/** From `X-RateLimit-*` as GitHub has it, or `RateLimit-*` as GitLab. */
export function readRateLimit({ headers }: Pick<HttpResponse, 'headers'>): RateLimit {
  const read = (name: string): number | undefined => {
    const text = headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`] ?? '';
    return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
  };
  const [limit, remaining, reset] = [read('limit'), read('remaining'), read('reset')];
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(reset === undefined ? {} : { resetMs: reset * 1000 }),
  };
}

/** Until when the forge is not to be asked again, in milliseconds since 1970; undefined where its answer is no refusal of that kind. GitHub refuses with 403 too. */
export function pauseUntilMs(response: HttpResponse, nowMs: number): number | undefined {
  const { status, retryAt, bytes } = response;
  const { remaining, resetMs } = readRateLimit(response);
  const isRefusal =
    status === 429 ||
    (status === 403 &&
      (remaining === 0 || retryAt !== undefined || /rate limit/i.test(new TextDecoder().decode(bytes))));
  if (!isRefusal) return undefined;
  if (retryAt !== undefined) return Date.parse(retryAt);
  return remaining === 0 && resetMs !== undefined && resetMs > nowMs ? resetMs : nowMs + PAUSE_MS;
}
