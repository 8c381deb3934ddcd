import { Readable, pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ToolError } from '../../core/errors.ts';
import type { LayerFile, LayerFiles } from '../../ports/layer-files.ts';
import type { TarEntry } from './tar-entries.ts';
import { tarEntries } from './tar-entries.ts';
import { StreamingReader } from './tar-reader.ts';

/** A layer that holds documents is some megabytes; a bomb would be more. */
const UNPACKED_BYTES_MAX = 2 * 1024 ** 3;
/** Of the files that are wanted, together. */
const KEPT_BYTES_MAX = 256 * 1024 * 1024;
const FILES_MAX = 1000;

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

export const layerFiles: LayerFiles = async (layer, isWanted) => {
  const chunks = unpacked(layer);
  const reader = new StreamingReader(chunks);
  const files: LayerFile[] = [];
  let kept = 0;
  try {
    for await (const entry of tarEntries(reader)) {
      if (!isWanted(entry.name)) continue;
      kept += entry.size;
      if (kept > KEPT_BYTES_MAX || files.length >= FILES_MAX) throw tooMuch();
      files.push({ name: entry.name, bytes: await contentOf(reader, entry) });
    }
  } catch (error) {
    throw asLayerError(error);
  } finally {
    await chunks.return();
  }
  return files;
};

async function contentOf(reader: StreamingReader, { name, size }: TarEntry): Promise<Uint8Array> {
  const bytes = await reader.read(size);
  if (bytes.length === size) return bytes;
  throw new ToolError('MALFORMED', `the layer ends inside ${name}`, {
    expected: `${size} bytes`,
    got: `${bytes.length} bytes`,
  });
}

async function* unpacked(layer: Uint8Array): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const chunk of streamOf(layer)) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > UNPACKED_BYTES_MAX) throw tooMuch();
    yield chunk;
  }
}

function streamOf(layer: Uint8Array): AsyncIterable<unknown> | Iterable<unknown> {
  const unpacker = begins(layer, GZIP) ? createGunzip() : begins(layer, ZSTD) ? createZstdDecompress() : undefined;
  if (unpacker === undefined) return [layer];
  // Whatever goes wrong comes out of the iteration: the callback is only there because pipeline wants one.
  pipeline(Readable.from([layer]), unpacker, () => undefined);
  return unpacker;
}

function begins(layer: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => layer[index] === byte);
}

function tooMuch(): ToolError {
  return new ToolError('TOO_LARGE', 'the layer holds more than is read of one', {
    expected: `at most ${UNPACKED_BYTES_MAX} bytes unpacked, and ${KEPT_BYTES_MAX} bytes in ${FILES_MAX} files of interest`,
  });
}

/** An archive that is none is no image's fault here. */
function asLayerError(error: unknown): unknown {
  if (error instanceof ToolError && error.code !== 'NOT_AN_IMAGE') return error;
  if (!(error instanceof Error)) return error;
  return new ToolError('MALFORMED', 'the layer cannot be unpacked', {
    expected: 'a tar archive, plain or compressed with gzip or zstd',
    got: error.message,
    cause: error,
  });
}
