import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Of the files that say where a repository is. */
const POINTER_BYTES_MAX = 64 * 1024;

/** Where the parts of a clone are (gitrepository-layout(5)). */
export type CloneFolder = {
  /** The working folder, or the bare repository itself. */
  readonly root: string;
  /** With the HEAD of this working folder. */
  readonly gitFolder: string;
  /** With objects, refs and configuration. Another folder than `gitFolder` for a further worktree. */
  readonly commonFolder: string;
};

/** The clone that `folder` is in, found as git finds it, and without running git: its configuration is a stranger's. */
export async function findClone(folder: string): Promise<CloneFolder | undefined> {
  const start = await realpath(folder).catch(() => undefined);
  for (let current = start; current !== undefined; current = parentOf(current)) {
    const gitFolder = await gitFolderIn(current);
    if (gitFolder !== undefined) return { root: current, gitFolder, commonFolder: await commonFolderOf(gitFolder) };
  }
  return undefined;
}

function parentOf(folder: string): string | undefined {
  const parent = dirname(folder);
  return parent === folder ? undefined : parent;
}

async function gitFolderIn(folder: string): Promise<string | undefined> {
  const inside = join(folder, '.git');
  const kind = await kindOf(inside);
  if (kind === 'folder' && (await isRepository(inside))) return inside;
  if (kind === 'file') {
    const [, path] = /^gitdir: (.+?)\r?\n?$/.exec((await readPointer(inside)) ?? '') ?? [];
    return path === undefined ? undefined : resolve(folder, path);
  }
  return (await isRepository(folder)) ? folder : undefined;
}

async function isRepository(folder: string): Promise<boolean> {
  const kinds = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => kindOf(join(folder, name))));
  return kinds[0] === 'file' && kinds[1] === 'folder' && kinds[2] === 'folder';
}

async function commonFolderOf(gitFolder: string): Promise<string> {
  const path = (await readPointer(join(gitFolder, 'commondir')))?.trim();
  return path === undefined || path === '' ? gitFolder : resolve(gitFolder, path);
}

export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return 'folder';
  return found?.isFile() === true ? 'file' : undefined;
}

/** Undefined for what is no file, or too large to be one of these. */
export async function readPointer(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size > POINTER_BYTES_MAX) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}
