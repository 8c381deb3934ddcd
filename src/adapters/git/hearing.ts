import { realpath } from 'node:fs/promises';
import { ToolError } from '../../core/errors.ts';
import type { Instant, Outcome } from '../../core/model/outcome.ts';
import { found } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { ObjectId, ReachedSource, Reachability, SourceLocation, SourceObjects, SourceReading, SourceRefs } from '../../ports/source-code.ts';
import { parseSourceAddress, refused } from './address.ts';
import type { Clone } from './clone.ts';

export type SourceCodeTools = {
  /** Repositories where they are, with what is remembered of them. */
  readonly origin: SourceObjects;
  /** On this machine, those that the user named first. */
  readonly clones: () => Promise<readonly Clone[]>;
};

/** Who told the branches and tags of a repository, and can tell where they lead. */
export type Heard = {
  readonly refs: SourceRefs;
  readonly asOf?: Instant;
  /** Where more can be fetched from. */
  readonly source?: ReachedSource;
  readonly clone?: SourceReading['clone'];
  readonly reachability: (commit: { readonly id: ObjectId; readonly bytes: Uint8Array }) => Promise<Outcome<Reachability, never>>;
};

/** The repository itself where it can be heard, else a clone that remembers it. @throws ToolError */
export async function hear(tools: SourceCodeTools, at: SourceLocation): Promise<Outcome<Heard, 'noSuchRepository'>> {
  const address = parseSourceAddress(at);
  if (address.kind === 'clone') return found(await hearClone(await cloneAt(tools, at, address.folder), undefined));
  const asked = await tools.origin.fetchRefs(at);
  if (asked.kind === 'found') {
    const source = { ...at, refs: asked.value };
    return found({
      refs: asked.value,
      source,
      reachability: (commit) => tools.origin.fetchReachability(source, commit),
      ...(asked.asOf === undefined ? {} : { asOf: asked.asOf }),
    });
  }
  const instead = asked.kind === 'failed' ? asked.error : noSuchRepository(at);
  for (const clone of await tools.clones()) {
    const heard = await hearClone(clone, { repository: at.repository, instead }).catch(unlessToolError);
    if (heard !== undefined) return found(heard);
  }
  return asked;
}

/** A clone that was named is read for what it is; another one for what it remembers, if it does. */
async function hearClone(clone: Clone, of: undefined): Promise<Heard>;
async function hearClone(clone: Clone, of: Remembered | undefined): Promise<Heard | undefined>;
async function hearClone(clone: Clone, of: Remembered | undefined): Promise<Heard | undefined> {
  const refs = await clone.readRefs(of?.repository);
  if (refs === undefined) return undefined;
  const asOf = of === undefined ? undefined : await clone.lastFetched();
  return {
    refs,
    clone: { folder: clone.folder.root, ...(of === undefined ? {} : { instead: of.instead }) },
    reachability: async ({ id }) => clone.readReachability(id, of?.repository),
    ...(asOf === undefined ? {} : { asOf }),
  };
}
type Remembered = { readonly repository: string; readonly instead: ToolError };

async function cloneAt({ clones }: SourceCodeTools, at: SourceLocation, folder: string): Promise<Clone> {
  const asked = await realpath(folder).catch(() => folder);
  const clone = (await clones()).find(({ folder: { root } }) => root === asked);
  if (clone === undefined) throw refused(at, 'a folder of this machine that was not named with --source');
  return clone;
}

export function noSuchRepository({ repository }: SourceLocation): ToolError {
  return new ToolError('NOT_READABLE', `there is no repository ${repositoryKey(repository)}`);
}

/** A clone that cannot be read is no help, and no reason to stop. */
function unlessToolError(error: unknown): undefined {
  if (!(error instanceof ToolError)) throw error;
}
