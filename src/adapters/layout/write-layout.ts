import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Digest } from '../../core/model/digest.ts';
import { digestAlgorithm, digestHex } from '../../core/model/digest.ts';
import type { LayoutContent, LayoutFile, LayoutWriter } from '../../ports/layout-writer.ts';
import { fileHeader, TAR_END } from './write-tar.ts';

/** Takes a file at a time, in the order in which they are to stand. */
type Place = { readonly add: (file: LayoutFile) => Promise<void>; readonly close: () => Promise<void> };

export const writeLayout: LayoutWriter = async (path, content) => {
  await assertFree(path);
  // A name that nobody else has: what stands there already is not ours to remove, and another run may write to the same path.
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    const place = path.endsWith('.tar') ? await openTar(partial) : await openFolder(partial);
    await writeAll(content, place);
    await assertFree(path);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    if (error instanceof ToolError) throw error;
    throw new ToolError('OUTPUT_NOT_WRITABLE', `${path} cannot be written`, {
      expected: 'a path in a folder that may be written to',
      cause: error,
    });
  }
};

/** An empty folder is as good as none. */
async function assertFree(path: string): Promise<void> {
  const names = await readdir(path).catch((error: unknown) =>
    error instanceof Error && 'code' in error && error.code === 'ENOENT' ? [] : undefined,
  );
  if (names?.length === 0) return;
  throw new ToolError('USAGE', `there is something at ${path} already`, {
    expected: 'a path where nothing is, or an empty folder',
  });
}

async function writeAll({ blobs, files }: LayoutContent, place: Place): Promise<void> {
  try {
    for (const file of files) await place.add(file);
    for (const { digest, read } of blobs) await place.add({ name: blobName(digest), bytes: await read() });
  } finally {
    await place.close();
  }
}

function blobName(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

async function openFolder(path: string): Promise<Place> {
  await mkdir(path);
  return {
    add: async ({ name, bytes }) => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    },
    close: async () => undefined,
  };
}

async function openTar(path: string): Promise<Place> {
  const file = await open(path, 'wx');
  return {
    add: async ({ name, bytes }) => {
      await file.write(fileHeader(name, bytes.length));
      await file.writeFile(bytes);
      await file.write(padding(bytes.length));
    },
    close: async () => {
      await file.write(TAR_END);
      await file.close();
    },
  };
}

/** Content ends at a block's end. */
function padding(size: number): Uint8Array {
  return new Uint8Array((512 - (size % 512)) % 512);
}
