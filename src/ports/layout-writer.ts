import type { Digest } from '../core/model/digest.ts';

/** A file of a layout. */
export type LayoutFile = {
  /** Relative, with `/`, such as `provtrace/trace.json`. */
  readonly name: string;
  readonly bytes: Uint8Array;
};
/** Content under its digest, fetched when its turn to be written comes: layers are large. */
export type LayoutBlob = {
  readonly digest: Digest;
  /** @throws ToolError */
  readonly read: () => Promise<Uint8Array>;
};

/** What an OCI image layout is made of. */
export type LayoutContent = { readonly blobs: readonly LayoutBlob[]; readonly files: readonly LayoutFile[] };

/**
 * Writes a layout where nothing is yet: to a folder, or to a tar archive where the path ends in `.tar`. Whoever looks at the path
 * never sees half of it.
 * @throws ToolError `USAGE` where something is there; `OUTPUT_NOT_WRITABLE`; what reading a blob throws
 */
export type LayoutWriter = (path: string, content: LayoutContent) => Promise<void>;
