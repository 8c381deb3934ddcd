import type { ImportedRoots, KeptPin, RootList, RootUpdate } from '../core/model/trust-report.ts';

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
