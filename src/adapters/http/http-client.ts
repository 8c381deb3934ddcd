import { setTimeout as delay } from 'node:timers/promises';
import { createDispatchers } from './dispatchers.ts';
import { exchange } from './exchange.ts';
import type { Failure } from './failure.ts';
import { failureOf, interrupted } from './failure.ts';
import { systemLookup } from './guarded-lookup.ts';
import { createHostPolicy } from './host-policy.ts';
import { createHostQueue } from './host-queue.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from './http.ts';
import { REDIRECTS_MAX, isRedirect, redirected, tooManyRedirects } from './redirect.ts';
import { RETRIES_MAX, RETRY_AFTER_MS_MAX, backoffMs, isPassing, parseRetryAfter, retryInstant } from './retry.ts';

const TOTAL_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 30_000;
const REQUESTS_PER_HOST = 8;

type Attempt = { readonly response: HttpResponse; readonly retryAfterMs: number | undefined } | Failure;

/** The one way out to the network. undici is loaded with the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, signal, onRequest, random = Math.random, sleep = defaultSleep } = options;
  const { totalMs = TOTAL_TIMEOUT_MS, idleMs = IDLE_TIMEOUT_MS } = options.timeouts ?? {};
  const policy = createHostPolicy(options);
  const inTurn = createHostQueue(options.requestsPerHost ?? REQUESTS_PER_HOST);
  const { env = {}, lookup = systemLookup } = options;
  const dispatchers = createDispatchers({ policy, env, lookup, connectTimeoutMs: idleMs });

  async function attemptOnce(request: HttpRequest): Promise<Attempt> {
    try {
      signal?.throwIfAborted();
      const dispatcher = await dispatchers.dispatcherFor(request.url);
      const timeout = AbortSignal.timeout(totalMs);
      onRequest?.({ method: request.method, url: request.url });
      const response = await exchange(request, {
        dispatcher,
        idleMs,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const nowMs = clock.nowMs();
      const retryAfterMs = parseRetryAfter(response.headers['retry-after'], nowMs);
      const retryAt = retryInstant(retryAfterMs, nowMs);
      return { response: retryAt === undefined ? response : { ...response, retryAt }, retryAfterMs };
    } catch (cause) {
      return signal?.aborted === true
        ? { error: interrupted(request, signal), passing: false }
        : failureOf(cause, request);
    }
  }

  async function sendToOne(request: HttpRequest): Promise<HttpResponse> {
    policy.check(request);
    const retriesMax = (request.retry ?? request.method !== 'POST') ? RETRIES_MAX : 0;
    for (let attempt = 1; ; attempt++) {
      const result = await inTurn(request.url.host, () => attemptOnce(request));
      const waitMs = attempt <= retriesMax ? pauseAfter(result, attempt, random) : undefined;
      if (waitMs === undefined) {
        if ('error' in result) throw result.error;
        return result.response;
      }
      await sleep(waitMs, signal).catch((cause: unknown) => {
        throw signal?.aborted === true ? interrupted(request, signal) : cause;
      });
    }
  }

  return {
    send: async (first) => {
      const redirectsMax = first.method === 'POST' ? 0 : (first.redirectsMax ?? REDIRECTS_MAX);
      let request = first;
      for (let redirects = 0; ; redirects++) {
        const response = await sendToOne(request);
        if (redirectsMax === 0 || !isRedirect(response)) return response;
        if (redirects === redirectsMax) throw tooManyRedirects(request);
        request = redirected(request, response);
      }
    },
    baseUrl: (host) => policy.baseUrl(host),
    close: () => dispatchers.close(),
  };
}

/** How long to wait before the next attempt, or undefined where there is to be none. */
function pauseAfter(result: Attempt, attempt: number, random: () => number): number | undefined {
  if ('error' in result) return result.passing ? backoffMs(attempt, random) : undefined;
  if (!isPassing(result.response.status)) return undefined;
  const { retryAfterMs = 0 } = result;
  return retryAfterMs > RETRY_AFTER_MS_MAX ? undefined : backoffMs(attempt, random, retryAfterMs);
}

function defaultSleep(ms: number, signal: AbortSignal | undefined): Promise<unknown> {
  return delay(ms, undefined, signal === undefined ? {} : { signal });
}
