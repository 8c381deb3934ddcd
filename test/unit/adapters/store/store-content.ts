import { hash } from 'node:crypto';
import type { Digest } from '../../../../src/core/model/digest.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { FactKey } from '../../../../src/ports/store.ts';

export const DAY_MS = 86_400_000;
export const NOON_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
export const FOREVER_MS = Number.MAX_SAFE_INTEGER;
export const SHOP = { transport: 'registry', name: 'ghcr.io/acme/shop' } as const;

export type HandClock = Clock & { advance(ms: number): void };

export function handClock(startMs = NOON_MS): HandClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${hash(algorithm, bytes, 'hex')}`)!;
}

/** Content that is the same for the same number, and larger than a page of the database. */
export function content(number: number): { readonly digest: Digest; readonly bytes: Uint8Array } {
  const bytes = bytesOf(`content ${number} `.repeat(500));
  return { bytes, digest: digestOf(bytes) };
}

export function factKey(name: string, key: Partial<FactKey> = {}): FactKey {
  return { kind: 'tag', scope: 'registry ghcr.io/acme/shop', name, audience: '', ...key };
}

/** The fact with which a registry wrapper says that content was shown; it promises that the content is there. */
export function promise(name: string): FactKey {
  return factKey(name, { kind: 'content' });
}
