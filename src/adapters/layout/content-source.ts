/** The files of a layout or archive, by the path that they have in it. */
export interface ContentSource {
  /**
   * The whole file; undefined where there is none of that name.
   * @param name relative, with `/`
   * @throws ToolError `TOO_LARGE` above `bytesMax`; `NOT_READABLE`; `MALFORMED` for a damaged archive
   */
  read(name: string, bytesMax: number): Promise<Uint8Array | undefined>;
  /** What is at the top, sorted, for messages that say what was found instead of an image. */
  topNames(): Promise<readonly string[]>;
}
