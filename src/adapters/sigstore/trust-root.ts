import type { KeyObject } from 'node:crypto';
import type { Instant } from '../../core/model/outcome.ts';

/** When something may be relied on; both ends belong to it. */
export type Window = { readonly start: Date; readonly end: Date };
/** A chain of certificates, the one that signs first, its root last, in DER. */
export type Authority = { readonly certificates: readonly Buffer[]; readonly validFor: Window };
/** A transparency log, of signatures or of certificates. */
export type Log = {
  readonly url: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
  readonly validFor: Window;
};

/**
 * One trust domain: whom one `trusted_root.json` tells to believe. Two of them are never merged, because what is required
 * of a signature is the domain's own (reference: sigstore client specification; traps V13).
 */
export type TrustRoot = {
  readonly name: string;
  readonly source: string;
  /** When the root was published, where that is known. */
  readonly asOf?: Instant;
  readonly certificateAuthorities: readonly Authority[];
  readonly timestampAuthorities: readonly Authority[];
  readonly logs: readonly Log[];
  readonly certificateLogs: readonly Log[];
  /** A domain that names logs requires them. Counted before anything was left out, so that a damaged root asks no less. */
  readonly requires: { readonly logEntries: 0 | 1; readonly certificateLogs: 0 | 1 };
};

/** The end of what has no end: the last moment that a Date can be. */
export const NEVER = new Date(8_640_000_000_000_000);
