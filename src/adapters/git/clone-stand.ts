import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryKey } from '../../core/source-url.ts';
import type { CloneFolder } from './clone-folder.ts';
import { kindOf } from './clone-folder.ts';
import type { Git } from './git.ts';
import type { ObjectFormat } from './object-id.ts';
import { initialise } from './repository-folder.ts';
import type { Workplace } from './workplace.ts';

const SETTINGS = '^(remote\\..*\\.url|extensions\\.(objectformat|refstorage))$';

/** A bare repository of ours that stands for a clone. */
export type CloneStand = {
  readonly gitFolder: string;
  readonly objectFormat: ObjectFormat;
  readonly remotes: readonly Remote[];
  /** Its history is cut off somewhere. */
  readonly isShallow: boolean;
  /** Its branches are kept in a way that git does not know without its configuration. */
  readonly isReftable: boolean;
};
export type Remote = { readonly name: string; readonly key: string };
export type StandOptions = { readonly git: Git; readonly workplace: Workplace; readonly folder: CloneFolder };

/**
 * With the clone's objects as its alternates and the clone's refs in the place of its own. So git works with our configuration, and
 * reads no word of the clone's: that can name programs to run.
 */
export async function openStand({ git, workplace, folder }: StandOptions): Promise<CloneStand> {
  const settings = await readSettings({ git, workplace, folder });
  const gitFolder = await workplace.newFolder('clone');
  const { commonFolder } = folder;
  const objectFormat = settings.valueOf('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
  await initialise(gitFolder, { objectFormat, objects: [join(commonFolder, 'objects')] });
  await rm(join(gitFolder, 'refs'), { recursive: true });
  await symlink(join(commonFolder, 'refs'), join(gitFolder, 'refs'));
  const [isPacked, isShallow] = await Promise.all(
    ['packed-refs', 'shallow'].map(async (name) => {
      const isThere = (await kindOf(join(commonFolder, name))) === 'file';
      if (isThere) await symlink(join(commonFolder, name), join(gitFolder, name));
      return isThere;
    }),
  );
  return {
    gitFolder,
    objectFormat,
    remotes: settings.remotes,
    isShallow: isShallow === true,
    isReftable: isPacked !== true && settings.valueOf('extensions.refstorage') === 'reftable',
  };
}

type Settings = { readonly remotes: readonly Remote[]; readonly valueOf: (name: string) => string | undefined };

/** `git config --file` reads a file as it reads any other: it does not act on it, and includes nothing. */
async function readSettings({ git, workplace, folder }: StandOptions): Promise<Settings> {
  const gitFolder = await workplace.newFolder('settings');
  await initialise(gitFolder, { objectFormat: 'sha1' });
  const { output } = await git.run({
    gitFolder,
    what: `the remotes of ${folder.root}`,
    parameters: [
      'config',
      `--file=${join(folder.commonFolder, 'config')}`,
      '--no-includes',
      '--null',
      '--get-regexp',
      SETTINGS,
    ],
  });
  const entries = output
    .toString('utf8')
    .split('\0')
    .map((entry) => {
      const lineFeed = entry.indexOf('\n');
      return { name: entry.slice(0, lineFeed), value: entry.slice(lineFeed + 1) };
    });
  return {
    remotes: entries.flatMap(({ name, value }) => {
      const [, remote] = /^remote\.(.+)\.url$/s.exec(name) ?? [];
      return remote === undefined ? [] : [{ name: remote, key: repositoryKey(value) }];
    }),
    valueOf: (name) => entries.findLast((entry) => entry.name === name)?.value.toLowerCase(),
  };
}
