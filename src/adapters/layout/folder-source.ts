import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { ContentSource } from './content-source.ts';
import { isMissing, openToRead, readAt, tooLarge } from './local-files.ts';

/**
 * A folder as a source of content. Symbolic links are followed as long as they stay inside it: a layout from a stranger must not
 * make provtrace read this machine's other files. (`blobs` may therefore be a link to another folder of the layout, and no more.)
 * @throws ToolError `NO_SUCH_IMAGE`, `NOT_AN_IMAGE` where it is no folder, `NOT_READABLE`
 */
export async function openFolder(path: string): Promise<ContentSource> {
  const root = await rootOf(path);
  return {
    async read(name, bytesMax) {
      const file = await resolveInside(root, name);
      return file === undefined ? undefined : readWhole(file, name, bytesMax);
    },
    async topNames() {
      return (await readdir(root)).sort();
    },
  };
}

async function rootOf(path: string): Promise<string> {
  const root = await realpath(path);
  if ((await stat(root)).isDirectory()) return root;
  throw new ToolError('NOT_AN_IMAGE', 'this is not a folder', {
    expected: 'the folder of an OCI image layout',
    got: 'a file',
    hint: 'name an archive as oci-archive:FILE, or docker-archive:FILE where docker save wrote it',
  });
}

async function resolveInside(root: string, name: string): Promise<string | undefined> {
  try {
    const file = await realpath(join(root, name));
    if (file.startsWith(join(root, sep))) return file;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  throw new ToolError('NOT_READABLE', `${name} is a link that leads out of the layout`, {
    expected: 'files inside the layout',
    hint: 'copy the layout with what its links lead to: cp -rL',
  });
}

async function readWhole(path: string, name: string, bytesMax: number): Promise<Uint8Array> {
  await using file = await openToRead(path);
  const stats = await file.stat();
  if (!stats.isFile()) throw new ToolError('NOT_READABLE', `${name} is not a file`, { expected: 'a file' });
  if (stats.size > bytesMax) throw tooLarge(name, stats.size, bytesMax);
  return await readAt(file, 0, stats.size);
}
