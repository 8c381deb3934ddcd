import { ToolError } from '../../core/errors.ts';
import type { TarExtension, TarHeader } from './tar-header.ts';
import { parsePaxRecords, parseTarHeader, parseText, TAR_BLOCK_BYTES } from './tar-header.ts';
import type { TarReader } from './tar-reader.ts';

/** A regular file in a tar archive. */
export type TarEntry = {
  /** Without `.` parts: `blobs/sha256/…`. */
  readonly name: string;
  /** Where its content begins, in bytes from the beginning of the (unpacked) archive. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
};

const ENTRIES_MAX = 200_000;
const EXTENSION_BYTES_MAX = 64 * 1024;

/**
 * The regular files of a tar archive, in its order. Links, devices and names that lead elsewhere (absolute, or with `..`) are left
 * out: nothing that a layout or `docker save` needs has them. Whoever reads an entry's content does so before asking for the next.
 * @throws ToolError `NOT_AN_IMAGE` where the file is no tar archive at all; `MALFORMED` where one is damaged or cut off;
 * `TOO_LARGE` above 200,000 entries; `UNSUPPORTED` for GNU's sparse files
 */
export async function* tarEntries(reader: TarReader): AsyncGenerator<TarEntry, void> {
  let extension: TarExtension = {};
  for (let count = 0; count < ENTRIES_MAX; count++) {
    const header = await readHeader(reader);
    if (header === undefined) return;
    const isExtension = header.type === 'x' || header.type === 'L';
    const offset = reader.position;
    const size = isExtension ? header.size : (extension.size ?? header.size);
    if (isExtension) {
      extension = { ...extension, ...(await readExtension(reader, header)) };
    } else {
      const name = safeName(extension.name ?? header.name);
      extension = {};
      if (name !== undefined && isRegularFile(header.type)) yield { name, offset, size };
    }
    const next = offset + Math.ceil(size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
    await reader.skipTo(next);
  }
  throw new ToolError('TOO_LARGE', 'the archive has too many entries', { expected: `at most ${ENTRIES_MAX}` });
}

async function readHeader(reader: TarReader): Promise<TarHeader | undefined> {
  const isFirst = reader.position === 0;
  const block = await reader.read(TAR_BLOCK_BYTES);
  if (!isFirst && block.length < TAR_BLOCK_BYTES) throw cutOff(reader.position);
  try {
    const header = block.length < TAR_BLOCK_BYTES ? undefined : parseTarHeader(block);
    if (header?.type === 'S') throw new ToolError('UNSUPPORTED', 'the archive has sparse files of the old GNU format');
    if (header !== undefined || !isFirst) return header;
  } catch (error) {
    if (!isFirst || !(error instanceof ToolError) || error.code !== 'MALFORMED') throw error;
  }
  throw new ToolError('NOT_AN_IMAGE', 'the file is not a tar archive', {
    expected: 'a tar archive, plain or compressed with gzip or zstd',
    got:
      block.length === 0
        ? 'an empty file'
        : `a file that begins with ${JSON.stringify(parseText(block.subarray(0, 16)))}`,
  });
}

/** `x`: pax records; `L`: GNU's long name, with a NUL at its end. Both are about the next entry. */
async function readExtension(reader: TarReader, header: TarHeader): Promise<TarExtension> {
  if (header.size > EXTENSION_BYTES_MAX) {
    throw new ToolError('TOO_LARGE', 'the archive has an extended header that is too large', {
      expected: `at most ${EXTENSION_BYTES_MAX} bytes`,
      got: `${header.size} bytes`,
    });
  }
  const bytes = await reader.read(header.size);
  return header.type === 'x' ? parsePaxRecords(bytes) : { name: parseText(bytes) };
}

/** `7` is "contiguous file", which POSIX says to treat as a regular one. */
function isRegularFile(type: string): boolean {
  return type === '0' || type === '\0' || type === '7';
}

/** The name without `.` parts; undefined for what does not name a file in the archive. */
function safeName(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '.');
  // An empty part is at the beginning of an absolute path, or at the end of a folder's.
  return parts.some((part) => part === '' || part === '..') ? undefined : parts.join('/');
}

function cutOff(position: number): ToolError {
  return new ToolError('MALFORMED', 'the archive is cut off', {
    expected: 'more entries, or the block of zeros that ends an archive',
    got: `its end after ${position} bytes`,
    hint: 'copy or save it again',
  });
}
