import { rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Instant, Outcome } from '../../core/model/outcome.ts';
import { failed, found, toInstant } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { Contributor, ObjectId, PathHistory, Reachability, SourceRefs } from '../../ports/source-code.ts';
import { attempt } from './attempt.ts';
import type { CloneFolder } from './clone-folder.ts';
import { kindOf, readPointer } from './clone-folder.ts';
import type { CloneRef } from './clone-refs.ts';
import { parseCloneRefs, refsOfClone, refsOfRemote } from './clone-refs.ts';
import { readLog } from './contributors.ts';
import type { ReadObjects } from './explore.ts';
import type { Git } from './git.ts';
import type { ObjectFormat } from './object-id.ts';
import { createObjectReader } from './object-reader.ts';
import { initialise } from './repository-folder.ts';
import type { Workplace } from './workplace.ts';

const REFS_FORMAT = '%(objectname)%00%(*objectname)%00%(symref)%00%(refname)';
const SETTINGS = '^(remote\\..*\\.url|extensions\\.(objectformat|refstorage))$';

/** A clone on this machine: what it holds, and what it remembers of where it comes from. Nothing in it is run, and nothing written. */
export interface Clone {
  readonly folder: CloneFolder;
  /** @throws ToolError */
  readonly readObjects: ReadObjects;
  /** Its own branches and tags, or those that it remembers of `repository`; undefined where it does not know that one. @throws ToolError */
  readRefs(repository: undefined): Promise<SourceRefs>;
  readRefs(repository: string): Promise<SourceRefs | undefined>;
  /** When it last asked where it comes from. */
  lastFetched(): Promise<Instant | undefined>;
  /** As `readRefs` has them. */
  readReachability(commit: ObjectId, repository: string | undefined): Promise<Outcome<Reachability, never>>;
  /** Undefined where its history is cut off. @throws ToolError */
  readContributors(asked: PathHistory): Promise<readonly Contributor[] | undefined>;
  close(): Promise<void>;
}

type CloneOptions = { readonly git: Git; readonly workplace: Workplace; readonly folder: CloneFolder };
/** Of the clone's configuration, what is read: values, and nothing that git would act on. */
type Settings = {
  readonly remotes: readonly { readonly name: string; readonly key: string }[];
  readonly objectFormat: ObjectFormat;
  readonly isReftable: boolean;
};

/**
 * A bare repository of ours stands for the clone, with the clone's objects as its alternates and the clone's refs in the place of its
 * own. So git works with our configuration, and reads no word of the clone's: that can name programs to run.
 */
export function openClone({ git, workplace, folder }: CloneOptions): Clone {
  let opened: ReturnType<typeof open> | undefined;
  async function open() {
    const settings = await readSettings({ git, workplace, folder });
    const gitFolder = await standFor(folder, settings, await workplace.newFolder('clone'));
    const reader = createObjectReader({ git, gitFolder, where: folder.root });
    return { settings, gitFolder, reader, isShallow: (await kindOf(join(folder.commonFolder, 'shallow'))) === 'file' };
  }
  const once = (): ReturnType<typeof open> => (opened ??= open());

  async function listRefs(more: readonly string[] = []): Promise<readonly CloneRef[]> {
    const { gitFolder, settings } = await once();
    if (settings.isReftable) throw unreadable(folder, 'it keeps its branches as a reftable');
    const what = `the branches of ${folder.root}`;
    const { code, output, messages } = await git.run({
      gitFolder,
      what,
      parameters: ['for-each-ref', `--format=${REFS_FORMAT}`, ...more],
    });
    if (code !== 0) throw unreadable(folder, 'its branches cannot be read', messages);
    return parseCloneRefs(output.toString('utf8'));
  }

  async function select(listed: readonly CloneRef[], repository: string | undefined): Promise<SourceRefs | undefined> {
    const { settings } = await once();
    const base = { address: folder.root, objectFormat: settings.objectFormat };
    if (repository === undefined)
      return { ...base, ...refsOfClone(listed, (await readPointer(join(folder.gitFolder, 'HEAD'))) ?? '') };
    const key = repositoryKey(repository);
    const remote = settings.remotes.find((each) => each.key === key);
    if (remote === undefined) return undefined;
    const remembered = refsOfRemote(listed, remote.name);
    // A mirror has the branches of its remote for its own.
    const isMirror = folder.root === folder.gitFolder && remembered.head === undefined;
    return isMirror ? select(listed, undefined) : { ...base, ...remembered };
  }

  return {
    folder,
    readObjects: async (ids) => (await once()).reader.read(ids),
    readRefs: async (repository) => select(await listRefs(), repository),
    lastFetched: async () => {
      const found = await stat(join(folder.commonFolder, 'FETCH_HEAD')).catch(() => undefined);
      return found === undefined ? undefined : toInstant(found.mtimeMs);
    },
    readReachability: (commit, repository) =>
      attempt(async () => {
        const leading = await select(await listRefs([`--contains=${commit}`]), repository);
        const refs = (leading?.refs ?? []).map(({ name }) => name);
        if (refs.length === 0 && (await once()).isShallow) return failed(unreadable(folder, 'its history is cut off'));
        const branch = (await select(await listRefs(), repository))?.head?.branch;
        return found({ refs: refs.toSorted((left, right) => Number(right === branch) - Number(left === branch)) });
      }),
    readContributors: async (asked) => {
      const { gitFolder, isShallow } = await once();
      return isShallow
        ? undefined
        : readLog(git, gitFolder, { ...asked, workFolder: await workplace.newFolder('mailmap') });
    },
    close: async () => (await opened?.catch(() => undefined))?.reader.close(),
  };
}

async function standFor(
  { gitFolder, commonFolder }: CloneFolder,
  { objectFormat }: Settings,
  own: string,
): Promise<string> {
  await initialise(own, { objectFormat, objects: [join(commonFolder, 'objects')] });
  await rm(join(own, 'refs'), { recursive: true });
  await symlink(join(commonFolder, 'refs'), join(own, 'refs'));
  for (const name of ['packed-refs', 'shallow']) {
    if ((await kindOf(join(commonFolder, name))) === 'file') await symlink(join(commonFolder, name), join(own, name));
  }
  return own;
}

/** `git config --file` reads a file as it reads any other: it does not act on it, and includes nothing. */
async function readSettings({ git, workplace, folder }: CloneOptions): Promise<Settings> {
  const gitFolder = await workplace.newFolder('settings');
  await initialise(gitFolder, { objectFormat: 'sha1' });
  const file = join(folder.commonFolder, 'config');
  const { output } = await git.run({
    gitFolder,
    what: `the remotes of ${folder.root}`,
    parameters: ['config', `--file=${file}`, '--no-includes', '--null', '--get-regexp', SETTINGS],
  });
  const entries = output
    .toString('utf8')
    .split('\0')
    .map((entry) => {
      const lineFeed = entry.indexOf('\n');
      return { name: entry.slice(0, lineFeed), value: entry.slice(lineFeed + 1) };
    });
  const valueOf = (name: string): string | undefined =>
    entries.findLast((entry) => entry.name === name)?.value.toLowerCase();
  const remotes = entries.flatMap(({ name, value }) => {
    const [, remote] = /^remote\.(.+)\.url$/s.exec(name) ?? [];
    return remote === undefined ? [] : [{ name: remote, key: repositoryKey(value) }];
  });
  return {
    remotes,
    objectFormat: valueOf('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    isReftable: valueOf('extensions.refstorage') === 'reftable',
  };
}

function unreadable(folder: CloneFolder, reason: string, messages = ''): ToolError {
  return new ToolError('NOT_READABLE', `the clone ${folder.root} cannot be read: ${reason}`, {
    ...(messages === '' ? {} : { got: messages.trim().slice(0, 300) }),
    hint: 'run git fetch in it, or leave --source out',
  });
}
