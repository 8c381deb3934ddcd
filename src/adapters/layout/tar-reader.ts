import type { FileHandle } from 'node:fs/promises';
import { readAt } from './local-files.ts';

/** The bytes of a tar archive, forwards. */
export interface TarReader {
  readonly position: number;
  /** The next `length` bytes; fewer where the archive ends. */
  read(length: number): Promise<Uint8Array>;
  /** Goes on at `position`, which is not behind, or at the end of the archive. */
  skipTo(position: number): Promise<void>;
}

/** Of a file, by seeking: what is skipped is not read. */
export class SeekingReader implements TarReader {
  position = 0;
  readonly #file: FileHandle;
  readonly #size: number;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  async read(length: number): Promise<Uint8Array> {
    const bytes = await readAt(this.#file, this.position, Math.min(length, this.#size - this.position));
    this.position += bytes.length;
    return bytes;
  }

  skipTo(position: number): Promise<void> {
    this.position = Math.min(position, this.#size);
    return Promise.resolve();
  }
}

/** Of a stream, which holds one chunk at a time. */
export class StreamingReader implements TarReader {
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  async read(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    const end = this.position + length;
    while (this.position < end) {
      const part = await this.#next(end - this.position);
      if (part === undefined) break;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async skipTo(position: number): Promise<void> {
    while (this.position < position && (await this.#next(position - this.position)) !== undefined);
  }

  /** Some of the next bytes, at most `lengthMax`; undefined at the end. */
  async #next(lengthMax: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return undefined;
      this.#rest = chunk.value;
    }
    const part = this.#rest.subarray(0, lengthMax);
    this.#rest = this.#rest.subarray(part.length);
    this.position += part.length;
    return part;
  }
}
