const ITEM_BYTES_MAX = 1024 * 1024;
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;

/** Counts what is kept in memory, and drops the oldest when that is too much. */
export class RecentBytes {
  readonly #kept: { readonly bytes: number; readonly drop: () => void }[] = [];
  #total = 0;

  /** False for what is too large to keep. `drop` is called when others need the room. */
  keep(bytes: number, drop: () => void): boolean {
    if (bytes > ITEM_BYTES_MAX) return false;
    this.#kept.push({ bytes, drop });
    this.#total += bytes;
    while (this.#total > TOTAL_BYTES_MAX) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) break;
      this.#total -= oldest.bytes;
      oldest.drop();
    }
    return true;
  }
}
