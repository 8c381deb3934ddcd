import type { ToolError } from '../errors.ts';

/** A moment, RFC 3339 in UTC with seconds or milliseconds (`2026-11-21T12:00:00Z`). */
export type Instant = string;

/** The moment as an Instant, to the whole second. */
export function toInstant(epochMs: number): Instant {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/**
 * What every port answers with. Absent is an answer; failed is the lack of one, and never the same as absent.
 * `asOf` is there where the answer can change: the moment it was learned, which may be long ago when served from the store.
 */
export type Outcome<Value, Absence extends string> =
  | { readonly kind: 'found'; readonly value: Value; readonly asOf?: Instant }
  | { readonly kind: 'absent'; readonly reason: Absence; readonly asOf?: Instant }
  | { readonly kind: 'failed'; readonly error: ToolError };

export function found<Value>(value: Value, asOf?: Instant): Outcome<Value, never> {
  return { kind: 'found', value, ...(asOf === undefined ? {} : { asOf }) };
}

export function absent<Absence extends string>(reason: Absence, asOf?: Instant): Outcome<never, Absence> {
  return { kind: 'absent', reason, ...(asOf === undefined ? {} : { asOf }) };
}

export function failed(error: ToolError): Outcome<never, never> {
  return { kind: 'failed', error };
}
