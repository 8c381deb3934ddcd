/** A regular file of a layer; `name` is without a leading slash. */
export type LayerFile = { readonly name: string; readonly bytes: Uint8Array };

/**
 * The files of a layer (tar, plain or compressed with gzip or zstd) whose names are wanted, read as a stream: the rest is passed over.
 * Deleted files (image-spec, layer.md "Whiteouts") are not there.
 * @throws ToolError `MALFORMED` for what is no archive; `TOO_LARGE` for a bomb, or more than is kept in memory
 */
export type LayerFiles = (layer: Uint8Array, isWanted: (name: string) => boolean) => Promise<readonly LayerFile[]>;
