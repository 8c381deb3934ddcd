import type * as v from 'valibot';

/** One question to a forge's API. */
export type Question = {
  /** Within the API. */
  readonly url: URL;
  /** What is asked for, as messages name it. */
  readonly what: string;
  readonly bytesMax: number;
  /** Sent as JSON by POST. */
  readonly body?: unknown;
  /** What a token must be allowed to for it, where that is not what commits and reviews need. */
  readonly scope?: string;
};

/** A question whose answer is JSON, and is remembered. */
export type JsonQuestion<Value> = {
  /** Within the API, without a slash at its beginning; encoded, with its query. */
  readonly path: string;
  /** What is asked for, as messages name it: `commit 7fd1a60… of acme/shop`. */
  readonly what: string;
  /** Names only what is used: the rest is neither checked nor kept. It must accept its own output, so it transforms nothing. */
  readonly schema: v.GenericSchema<unknown, Value>;
  /** How long the answer stands (`LIVES_MS`); 0 for one that is not to be kept. */
  readonly lifeMs: number | ((value: Value) => number);
  /** Sent as JSON by POST. */
  readonly body?: unknown;
  /** By default 16 MiB. */
  readonly bytesMax?: number;
  readonly scope?: string;
};
