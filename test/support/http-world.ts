import { inspect } from 'node:util';
import { createHttpClient } from '../../src/adapters/http/http-client.ts';
import type { HttpClient, HttpClientOptions, HttpRequest } from '../../src/adapters/http/http.ts';
import { ToolError } from '../../src/core/errors.ts';

/** 2026-11-21T12:00:00Z, and it stays. */
export const TEST_NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

export type TestHttp = {
  readonly http: HttpClient;
  /** What would have been waited between attempts, in milliseconds. */
  readonly pauses: readonly number[];
};

/** A client that waits for nothing, and takes every loopback host to be named by the user unless told otherwise. */
export function openHttp(options: Partial<HttpClientOptions> = {}): TestHttp {
  const pauses: number[] = [];
  const http = createHttpClient({
    clock: { nowMs: () => TEST_NOW_MS },
    namedByUser: () => true,
    random: () => 0.5,
    sleep: async (ms) => {
      pauses.push(ms);
    },
    ...options,
  });
  return { http, pauses };
}

export function requestOf(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), what: 'the thing', namedBy: 'the test', bytesMax: 1000, ...more };
}

/** The ToolError that a promise is rejected with; anything else fails the test. */
export async function toolErrorOf(promise: Promise<unknown>): Promise<ToolError> {
  const outcome = await promise.then(
    (value) => new Error(`expected a ToolError, and there was a result: ${inspect(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof ToolError) return outcome;
  throw outcome;
}

/** Everything that an error holds, causes and hidden members among it. */
export function everythingIn(error: unknown): string {
  return inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null });
}
