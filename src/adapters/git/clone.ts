import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Instant, Outcome } from '../../core/model/outcome.ts';
import { found, toInstant } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { Contributor, ObjectId, Reachability } from '../../core/model/source.ts';
import type { PathHistory, SourceRefs } from '../../ports/source-code.ts';
import { attempt } from './attempt.ts';
import { readPointer } from './clone-folder.ts';
import type { CloneRef } from './clone-refs.ts';
import { parseCloneRefs, refsOfClone, refsOfRemote } from './clone-refs.ts';
import type { CloneStand, StandOptions } from './clone-stand.ts';
import { openStand } from './clone-stand.ts';
import { readLog } from './contributors.ts';
import type { ReadObjects } from './explore.ts';
import { createObjectReader } from './object-reader.ts';

const REFS_FORMAT = '%(objectname)%00%(*objectname)%00%(symref)%00%(refname)';

/** A clone on this machine. Nothing in it is run, and nothing is written to it. */
export interface Clone {
  /** The working folder, or the bare repository itself. */
  readonly root: string;
  /** @throws ToolError */
  readonly readObjects: ReadObjects;
  /** Its own branches and tags, with what is checked out as its head. @throws ToolError */
  ownRefs(): Promise<CloneView>;
  /** What it remembers of where it comes from; undefined where that is not `repository`. @throws ToolError */
  memoryOf(repository: string): Promise<CloneView | undefined>;
  /** Undefined where its history is cut off. @throws ToolError */
  readContributors(asked: PathHistory): Promise<readonly Contributor[] | undefined>;
  close(): Promise<void>;
}
export type CloneView = {
  readonly refs: SourceRefs;
  /** When it last asked where it comes from, for what it remembers. */
  readonly asOf?: Instant;
  readonly reachability: (commit: ObjectId) => Promise<Outcome<Reachability, never>>;
};

/** Nothing is looked at before something is asked. */
export function openClone(options: StandOptions): Clone {
  return new StoodForClone(options);
}

/** What a listing means, to whom the clone is shown. */
type Select = (listed: readonly CloneRef[]) => Pick<SourceRefs, 'head' | 'refs' | 'notes'>;
type Opened = CloneStand & { readonly reader: ReturnType<typeof createObjectReader> };

class StoodForClone implements Clone {
  readonly #options: StandOptions;
  #opened: Promise<Opened> | undefined;

  constructor(options: StandOptions) {
    this.#options = options;
  }

  get root(): string {
    return this.#options.folder.root;
  }

  readonly readObjects: ReadObjects = async (ids) => (await this.#open()).reader.read(ids);

  async ownRefs(): Promise<CloneView> {
    const head = (await readPointer(join(this.#options.folder.gitFolder, 'HEAD'))) ?? '';
    return this.#view((listed) => refsOfClone(listed, head));
  }

  async memoryOf(repository: string): Promise<CloneView | undefined> {
    const { gitFolder, commonFolder } = this.#options.folder;
    const key = repositoryKey(repository);
    const remote = (await this.#open()).remotes.find((each) => each.key === key);
    if (remote === undefined) return undefined;
    const fetched = await stat(join(commonFolder, 'FETCH_HEAD')).catch(() => undefined);
    const isBare = this.root === gitFolder;
    // A bare clone has the branches of its remote for its own.
    const view = isBare ? await this.ownRefs() : await this.#view((listed) => refsOfRemote(listed, remote.name));
    return { ...view, ...(fetched === undefined ? {} : { asOf: toInstant(fetched.mtimeMs) }) };
  }

  async readContributors(asked: PathHistory): Promise<readonly Contributor[] | undefined> {
    const { gitFolder, isShallow } = await this.#open();
    const { git, workplace } = this.#options;
    if (isShallow) return undefined;
    return readLog(git, gitFolder, { ...asked, workFolder: await workplace.newFolder('mailmap') });
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.reader.close();
  }

  #open(): Promise<Opened> {
    const open = async (): Promise<Opened> => {
      const stand = await openStand(this.#options);
      const { git } = this.#options;
      return { ...stand, reader: createObjectReader({ git, gitFolder: stand.gitFolder, where: this.root }) };
    };
    return (this.#opened ??= open());
  }

  async #view(select: Select): Promise<CloneView> {
    const { objectFormat } = await this.#open();
    const refs = { address: this.root, objectFormat, ...select(await this.#listRefs()) };
    return { refs, reachability: (commit) => attempt(() => this.#reachability(commit, { refs, select })) };
  }

  async #reachability(
    commit: ObjectId,
    { refs, select }: { readonly refs: SourceRefs; readonly select: Select },
  ): Promise<Outcome<Reachability, never>> {
    const leading = select(await this.#listRefs([`--contains=${commit}`])).refs.map(({ name }) => name);
    if (leading.length === 0 && (await this.#open()).isShallow) throw this.#unreadable('its history is cut off');
    const isDefault = (name: string): boolean => name === refs.head?.branch;
    return found({ refs: [...leading.filter(isDefault), ...leading.filter((name) => !isDefault(name))] });
  }

  async #listRefs(more: readonly string[] = []): Promise<readonly CloneRef[]> {
    const { gitFolder, isReftable } = await this.#open();
    if (isReftable) throw this.#unreadable('it keeps its branches as a reftable');
    const { code, output, messages } = await this.#options.git.run({
      gitFolder,
      what: `the branches of ${this.root}`,
      parameters: ['for-each-ref', `--format=${REFS_FORMAT}`, ...more],
    });
    if (code !== 0) throw this.#unreadable('its branches cannot be read', messages);
    return parseCloneRefs(output.toString('utf8'));
  }

  #unreadable(reason: string, messages = ''): ToolError {
    return new ToolError('NOT_READABLE', `the clone ${this.root} cannot be read: ${reason}`, {
      ...(messages === '' ? {} : { got: messages.trim().slice(0, 300) }),
      hint: 'run git fetch in it, or leave --source out',
    });
  }
}
