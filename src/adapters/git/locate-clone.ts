import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ToolError } from '../../core/errors.ts';
import { findClone } from './clone-folder.ts';
import { openStand } from './clone-stand.ts';
import type { Git } from './git.ts';
import type { Workplace } from './workplace.ts';

/** A clone, and paths of the working folder as it has them. */
export type LocatedClone = {
  /** Absolute; `url` is the same as `file:`. */
  readonly folder: string;
  readonly url: string;
  /** Of the remote that it was cloned from. */
  readonly host?: string;
  /** From the root of the clone, with slashes. */
  readonly paths: readonly { readonly path: string; readonly isFolder: boolean }[];
};
type Located = { readonly root: string; readonly path: string; readonly isFolder: boolean };

/**
 * The clone that all of these paths are in; what they name need not be there any more.
 * @throws ToolError `USAGE`
 */
export async function locateClone(
  paths: readonly string[],
  tools: { readonly workingFolder: string; readonly git: Git; readonly workplace: Workplace },
): Promise<LocatedClone> {
  const located = await Promise.all(paths.map((path) => locate(path, tools.workingFolder)));
  const [first, ...others] = located;
  if (first === undefined) throw new ToolError('USAGE', 'no path is given', { expected: 'at least one' });
  const other = others.find(({ root }) => root !== first.root);
  if (other !== undefined)
    throw new ToolError('USAGE', 'the paths are in different clones', { expected: first.root, got: other.root });
  const host = await hostOfOrigin(first.root, tools);
  return {
    folder: first.root,
    url: pathToFileURL(first.root).href,
    paths: located.map(({ path, isFolder }) => ({ path, isFolder })),
    ...(host === undefined ? {} : { host }),
  };
}

async function locate(path: string, workingFolder: string): Promise<Located> {
  const whole = resolve(workingFolder, path);
  const there = await nearestFolder(whole);
  const clone = there === undefined ? undefined : await findClone(there);
  if (there === undefined || clone === undefined)
    throw new ToolError('USAGE', `${path} is in no clone of a git repository`, {
      hint: 'give --repo URL to ask about a repository that is not on this machine',
    });
  // The root is without symbolic links, and so must be what is compared with it.
  const inside = relative(clone.root, join(await realpath(there), relative(there, whole)));
  const found = await stat(whole).catch(() => undefined);
  return {
    root: clone.root,
    path: inside.split(sep).join('/'),
    isFolder: found === undefined ? path.endsWith('/') : found.isDirectory(),
  };
}

/** What was removed has a folder that is still there. */
async function nearestFolder(path: string): Promise<string | undefined> {
  for (let current = path; ; current = dirname(current)) {
    const found = await stat(current).catch(() => undefined);
    if (found?.isDirectory() === true) return current;
    if (dirname(current) === current) return undefined;
  }
}

async function hostOfOrigin(
  root: string,
  { git, workplace }: { readonly git: Git; readonly workplace: Workplace },
): Promise<string | undefined> {
  const folder = await findClone(root);
  if (folder === undefined) return undefined;
  const { remotes } = await openStand({ git, workplace, folder });
  const origin = remotes.find(({ name }) => name === 'origin') ?? remotes[0];
  const [host] = origin?.key.split('/') ?? [];
  return host !== undefined && /^[a-z0-9][a-z0-9.-]*(?::\d+)?$/.test(host) ? host : undefined;
}
