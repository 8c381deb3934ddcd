import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CATALOG_FILE_BYTES_MAX, type Catalog } from '../../core/catalog/model.ts';
import { readCatalogTree, type ReadTree, type TreeEntry } from '../../core/catalog/read-tree.ts';
import type { CatalogSettings } from '../../core/catalog/settings.ts';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';

type FileSettings = Extract<CatalogSettings, { file: string }>;

/** A file with what it names beside it, or a folder with all catalog files in it. */
export async function readLocalCatalog(settings: FileSettings, folder: string): Promise<Outcome<Catalog, 'noCatalog'>> {
  const path = resolve(folder, settings.file);
  const { format, columns } = settings;
  const place = await placeOf(path);
  if (place.kind !== 'found') return place;
  const { root, start } = place.value;
  const read = treeReader(root, start);
  const tree = { origin: { name: path }, start: [start], read, format, columns, bytesMax: CATALOG_FILE_BYTES_MAX };
  return found(await readCatalogTree(tree));
}

type TreePlace = { readonly root: string; readonly start: string };

async function placeOf(path: string): Promise<Outcome<TreePlace, 'noCatalog'>> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    return found({ root: await realpath(isFolder ? path : dirname(path)), start: isFolder ? '' : basename(path) });
  } catch (error) {
    return isMissing(error) ? absent('noCatalog') : failed(notReadable(path, error));
  }
}

/** `start` is the user's own word, and may be a link; a link that a file names could lead anywhere. */
function treeReader(root: string, start: string): ReadTree {
  return async (paths) =>
    new Map(
      await Promise.all(
        paths.map(async (path) => [path, await readEntry(join(root, path), { isGiven: path === start })] as const),
      ),
    );
}

async function readEntry(
  path: string,
  { isGiven }: { readonly isGiven: boolean },
): Promise<Outcome<TreeEntry, 'noSuchPath'>> {
  try {
    if (!isGiven && (await realpath(path)) !== path) return found({ kind: 'link' });
    if ((await stat(path)).isDirectory()) return found({ kind: 'folder', names: await namesIn(path) });
    return await readFile(path);
  } catch (error) {
    return isMissing(error) ? absent('noSuchPath') : failed(notReadable(path, error));
  }
}

async function namesIn(path: string): Promise<readonly { readonly name: string; readonly kind: string }[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .map((entry) => ({ name: entry.name, kind: entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'link' }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Opened without waiting: a named pipe would otherwise last until somebody writes to it. */
async function readFile(path: string): Promise<Outcome<TreeEntry, 'noSuchPath'>> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const status = await file.stat();
  if (!status.isFile()) return failed(notReadable(path, undefined));
  if (status.size > CATALOG_FILE_BYTES_MAX) {
    return failed(
      new ToolError('TOO_LARGE', `the catalog ${path} is too large`, {
        expected: `at most ${CATALOG_FILE_BYTES_MAX} bytes`,
        got: `${status.size} bytes`,
      }),
    );
  }
  return found({ kind: 'file', bytes: new Uint8Array(await file.readFile()) });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function notReadable(path: string, cause: unknown): ToolError {
  return new ToolError('NOT_READABLE', `the catalog ${path} cannot be read`, {
    expected: 'a file or folder that this user may read',
    ...(cause instanceof Error ? { got: cause.message, cause } : {}),
  });
}
