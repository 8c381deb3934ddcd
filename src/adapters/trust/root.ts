import type { ToolError } from '../../core/errors.ts';
import type { Instant } from '../../core/model/outcome.ts';

/** What this folder needs to know of a root of trust; whoever reads and uses roots knows more. */
export type Root = {
  readonly name: string;
  readonly source: string;
  readonly asOf?: Instant;
  readonly certificateAuthorities: readonly {
    /** In DER, the one that signs first. */
    readonly certificates: readonly Buffer[];
    readonly validFor: { readonly start: Date; readonly end: Date };
  }[];
  readonly logs: readonly { readonly url: string }[];
  readonly timestampAuthorities: readonly unknown[];
};

/** `problems` are entries that were left out, and documents that are no root. */
export type ReadRoots<Each extends Root> = { readonly roots: readonly Each[]; readonly problems: readonly ToolError[] };

/** How roots are read, which the verifying adapter knows. */
export type RootReader<Each extends Root> = {
  /** Those that provtrace carries with it. */
  readonly embedded: () => readonly Each[];
  /** Nothing is thrown: a file that is no root gives no roots, and the problem. */
  readonly parse: (bytes: Uint8Array, name: string) => ReadRoots<Each>;
};

/** The largest known root has 31 kB, and a file may hold several. */
export const ROOT_FILE_BYTES_MAX = 4 * 1024 * 1024;
