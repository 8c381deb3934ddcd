import type { Pin } from '../core/claims/speakers.ts';
import type { Instant } from '../core/model/outcome.ts';

/** A root of trust in use. */
export type RootSummary = {
  readonly name: string;
  readonly source: string;
  readonly asOf?: Instant;
  readonly certificateAuthorities: readonly string[];
  readonly logs: readonly string[];
  readonly timestampAuthorities: number;
  /** The end of the last window in which it can have issued a certificate; missing where it is open. */
  readonly validUntil?: Instant;
};

/** What `provtrace trust` keeps beside the configuration, and never in the cache (SPEC 8). */
export interface TrustFiles {
  /** @throws ToolError `INVALID_CONFIGURATION` where a file of the user cannot be read. */
  readPins(): Promise<readonly Pin[]>;
  addPins(pins: readonly Pin[]): Promise<void>;
  removePins(images: string): Promise<number>;
  /** Built in, updated and imported. */
  listRoots(): Promise<readonly RootSummary[]>;
  /** Checks the file and keeps a copy. */
  importRoots(path: string): Promise<readonly RootSummary[]>;
  /** Asks Sigstore's TUF repository, and goes out for it. */
  updateRoots(): Promise<readonly RootSummary[]>;
}
