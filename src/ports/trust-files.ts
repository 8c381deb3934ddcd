import type { PinnedSigner } from '../core/claims/speakers.ts';
import type { ToolError } from '../core/errors.ts';
import type { Instant } from '../core/model/outcome.ts';

/** A `Pin` that a file can hold: a regular expression is compiled where it is read, and none is kept. */
export type KeptPin = { readonly images: string; readonly signer: Exclude<PinnedSigner, { kind: 'expression' }> };

/** One that issues certificates to signers, and when it did. */
export type AuthoritySummary = {
  readonly name: string;
  readonly validFrom: Instant;
  /** Missing where the end is open. */
  readonly validUntil?: Instant;
};

/** A root of trust in use. */
export type RootSummary = {
  readonly name: string;
  readonly kind: 'builtIn' | 'updated' | 'imported';
  /** Where it was published, or the file that holds it. */
  readonly source: string;
  /** When it was published, or last confirmed by its publisher. */
  readonly asOf?: Instant;
  readonly certificateAuthorities: readonly AuthoritySummary[];
  readonly logs: readonly string[];
  readonly timestampAuthorities: number;
};

/** `problems` are entries of roots that could not be read and were left out. */
export type RootList = { readonly roots: readonly RootSummary[]; readonly problems: readonly ToolError[] };
export type ImportedRoots = RootList & {
  /** The copy that was kept. */
  readonly path: string;
  /** False where a file with the same content was imported before. */
  readonly isNew: boolean;
};
/** What asking one repository for its root came to. Whatever is not `updated` left what is in use as it was. */
export type RootUpdate = { readonly name: string; readonly source: string } & (
  | {
      readonly kind: 'updated';
      readonly isChanged: boolean;
      readonly root: RootSummary;
      readonly problems: readonly ToolError[];
    }
  | { readonly kind: 'failed'; readonly error: ToolError }
  /** It was not asked: nothing is known by which its answer could be checked. */
  | { readonly kind: 'unstarted'; /** The TUF `root.json` that could be put there. */ readonly path: string }
);

/**
 * What `provtrace trust` keeps beside the configuration, and never in the cache (SPEC 8). Where there is no home, reading finds
 * what is built in, and writing is `INVALID_CONFIGURATION`; what cannot be written is `OUTPUT_NOT_WRITABLE`.
 */
export interface TrustFiles {
  /** @throws ToolError `INVALID_CONFIGURATION` for a damaged file: a lost pin must not go unnoticed. */
  readPins(): Promise<readonly KeptPin[]>;
  /**
   * @param keyFiles PEM files, in which the keys of pins by key are: they are kept with their pins.
   * @returns those that were not there before, and the file that holds them all.
   */
  addPins(
    pins: readonly KeptPin[],
    keyFiles: readonly string[],
  ): Promise<{ readonly added: readonly KeptPin[]; readonly path: string }>;
  /** @param images the pattern exactly as it was pinned. @returns what was removed. */
  removePins(images: string): Promise<readonly KeptPin[]>;
  /**
   * Built in or updated, and imported.
   * @throws ToolError `INVALID_CONFIGURATION` for a damaged file.
   */
  listRoots(): Promise<RootList>;
  /**
   * Checks the file and keeps a copy, byte for byte.
   * @throws ToolError `USAGE` for a file that cannot be read, `INVALID_CONFIGURATION` for one that holds no root.
   */
  importRoots(path: string): Promise<ImportedRoots>;
  /** Asks the repositories of the built-in roots, and goes out for it. Each is asked, whatever came of the others. */
  updateRoots(): Promise<readonly RootUpdate[]>;
}
