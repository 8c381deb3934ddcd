import type { FileHandle } from 'node:fs/promises';
import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import { compressionOf, unpacked } from './compression.ts';
import type { ContentSource } from './content-source.ts';
import { openToRead, tooLarge } from './local-files.ts';
import type { TarEntry } from './tar-entries.ts';
import { tarEntries } from './tar-entries.ts';
import type { TarReader } from './tar-reader.ts';
import { SeekingReader, StreamingReader } from './tar-reader.ts';

/** What an archive holds, by name. `kept` is the content of small files of a compressed archive. */
type TarIndex = ReadonlyMap<string, TarEntry & { readonly kept?: Uint8Array }>;

/** Manifests, configs, statements: kept as they pass by, because a second look at a compressed archive is a second unpacking. */
const KEPT_FILE_BYTES_MAX = 4 * 1024 * 1024;
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * A tar archive as a source of content. A plain one is read by seeking from header to header, never as a whole; one that is
 * compressed with gzip or zstd is unpacked as a stream.
 * @throws ToolError `NO_SUCH_IMAGE`, `NOT_AN_IMAGE`, `NOT_READABLE`, `MALFORMED`, `TOO_LARGE`, `UNSUPPORTED`
 */
export async function openArchive(path: string): Promise<ContentSource> {
  const index = await readArchive(path, indexOf);
  return {
    async read(name, bytesMax) {
      const entry = index.get(name);
      if (entry === undefined) return undefined;
      if (entry.size > bytesMax) throw tooLarge(name, entry.size, bytesMax);
      return entry.kept ?? readArchive(path, (reader) => readEntry(reader, entry));
    },
    topNames() {
      return Promise.resolve([...new Set(Array.from(index.keys(), (name) => name.replace(/\/.*/s, '')))].sort());
    },
  };
}

async function readArchive<Result>(path: string, use: (reader: TarReader) => Promise<Result>): Promise<Result> {
  await using file = await openArchiveFile(path);
  const compression = await compressionOf(file);
  if (compression === undefined) return await use(new SeekingReader(file, (await file.stat()).size));
  const chunks = unpacked(file, compression);
  try {
    return await use(new StreamingReader(chunks));
  } catch (error) {
    throw compression === 'zstd' && error instanceof ToolError ? withFramesHint(error) : error;
  } finally {
    await chunks.return();
  }
}

/** Of several zstd frames in a file, as pzstd writes them, Node unpacks the first one alone (nodejs/node#64741): the archive seems cut off. */
function withFramesHint({ code, message, expected, got, cause }: ToolError): ToolError {
  const hint = 'if zstd -t finds no fault in the file, unpack it first: zstd -d FILE';
  return new ToolError(code, message, withoutUndefined({ expected, got, hint, cause }));
}

async function openArchiveFile(path: string): Promise<FileHandle> {
  const file = await openToRead(path);
  const stats = await file.stat();
  if (stats.isFile()) return file;
  await file.close();
  throw new ToolError('NOT_AN_IMAGE', 'this is not a file', {
    expected: 'a tar archive',
    got: stats.isDirectory() ? 'a folder' : 'a device or pipe',
    hint: 'name the folder of an OCI image layout as oci:DIR',
  });
}

/** Of two files with one name the last counts, as it does when tar unpacks them one after the other. */
async function indexOf(reader: TarReader): Promise<TarIndex> {
  const index = new Map<string, TarEntry & { kept?: Uint8Array }>();
  let keptBytes = 0;
  for await (const entry of tarEntries(reader)) {
    const keeps =
      reader instanceof StreamingReader &&
      entry.size <= KEPT_FILE_BYTES_MAX &&
      keptBytes + entry.size <= KEPT_BYTES_MAX;
    if (keeps) keptBytes += entry.size;
    index.set(entry.name, keeps ? { ...entry, kept: await readContent(reader, entry) } : entry);
  }
  return index;
}

async function readEntry(reader: TarReader, entry: TarEntry): Promise<Uint8Array> {
  await reader.skipTo(entry.offset);
  return readContent(reader, entry);
}

async function readContent(reader: TarReader, entry: TarEntry): Promise<Uint8Array> {
  const bytes = await reader.read(entry.size);
  if (bytes.length === entry.size) return bytes;
  throw new ToolError('MALFORMED', `the archive ends inside ${entry.name}`, {
    expected: `${entry.size} bytes`,
    got: `${bytes.length} bytes`,
  });
}
