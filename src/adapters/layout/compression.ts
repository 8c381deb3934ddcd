import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ToolError } from '../../core/errors.ts';
import { readAt } from './local-files.ts';

/** How a whole archive can be compressed. */
type Compression = 'gzip' | 'zstd';

/** An unpacked archive is not larger; a bomb would be. */
const UNPACKED_BYTES_MAX = 64 * 1024 ** 3;

const MAGIC: readonly { readonly bytes: readonly number[]; readonly name: Compression | 'bzip2' | 'xz' }[] = [
  { bytes: [0x1f, 0x8b], name: 'gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd' },
  { bytes: [0x42, 0x5a, 0x68], name: 'bzip2' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], name: 'xz' },
];

/**
 * By the file's first bytes; undefined where it is not compressed.
 * @throws ToolError `UNSUPPORTED` for bzip2 and xz
 */
export async function compressionOf(file: FileHandle): Promise<Compression | undefined> {
  const beginning = await readAt(file, 0, 5);
  const name = MAGIC.find((magic) => magic.bytes.every((byte, index) => byte === beginning[index]))?.name;
  if (name !== 'bzip2' && name !== 'xz') return name;
  throw new ToolError('UNSUPPORTED', `the archive is compressed with ${name}`, {
    expected: 'a tar archive, plain or compressed with gzip or zstd',
    hint: name === 'xz' ? 'unpack it first: xz -dk FILE' : 'unpack it first: bzip2 -dk FILE',
  });
}

/**
 * The unpacked bytes, chunk by chunk. Ending the iteration early closes what it holds, but not `file`.
 * @throws ToolError `MALFORMED`; `TOO_LARGE` above `bytesMax`
 */
export async function* unpacked(
  file: FileHandle,
  compression: Compression,
  bytesMax = UNPACKED_BYTES_MAX,
): AsyncGenerator<Uint8Array, void> {
  const unpacker = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  // Whatever goes wrong comes out of the iteration: the callback is only there because pipeline wants one.
  const packed = file.createReadStream({ start: 0, autoClose: false });
  pipeline(packed, unpacker, () => undefined);
  let size = 0;
  try {
    for await (const chunk of unpacker) {
      if (!(chunk instanceof Uint8Array)) continue;
      size += chunk.length;
      if (size > bytesMax) throw bomb(bytesMax);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError('MALFORMED', 'the archive cannot be unpacked', {
      expected: `a whole ${compression} file`,
      got: error instanceof Error ? error.message : 'an error',
      cause: error,
    });
  }
}

function bomb(bytesMax: number): ToolError {
  return new ToolError('TOO_LARGE', 'the archive is too large when it is unpacked', {
    expected: `at most ${bytesMax} bytes`,
  });
}
