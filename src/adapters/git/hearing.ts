import { realpath } from 'node:fs/promises';
import { ToolError } from '../../core/errors.ts';
import type { Instant, Outcome } from '../../core/model/outcome.ts';
import { failed, found } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { ObjectId, Reachability, SourceReading } from '../../core/model/source.ts';
import type { ReachedSource, SourceLocation, SourceObjects, SourceRefs } from '../../ports/source-code.ts';
import { parseSourceAddress, refused } from './address.ts';
import { unlessToolError } from './attempt.ts';
import type { Clone } from './clone.ts';

export type SourceCodeTools = {
  /** Repositories where they are, with what is remembered of them. */
  readonly origin: SourceObjects;
  /** On this machine, those that the user named first. */
  readonly clones: () => Promise<readonly Clone[]>;
};

/** Who told the branches and tags of a repository, and can tell where they lead. */
export type Heard = {
  readonly refs: Outcome<SourceRefs, 'noSuchRepository'>;
  /** Where more can be fetched from. */
  readonly source?: ReachedSource;
  readonly clone?: SourceReading['clone'];
  readonly reachability: (commit: {
    readonly id: ObjectId;
    readonly bytes: Uint8Array;
  }) => Promise<Outcome<Reachability, never>>;
};

export function asOf({ refs }: Heard): Instant | undefined {
  return refs.kind === 'failed' ? undefined : refs.asOf;
}

/** The repository itself where it can be heard, else a clone that remembers it. @throws ToolError */
export async function hear(tools: SourceCodeTools, at: SourceLocation): Promise<Heard> {
  const address = parseSourceAddress(at);
  if (address.kind === 'clone') return hearNamedClone(await cloneAt(tools, at, address.folder));
  const refs = await tools.origin.fetchRefs(at);
  if (refs.kind === 'found') {
    const source = { ...at, refs: refs.value };
    return { refs, source, reachability: (commit) => tools.origin.fetchReachability(source, commit) };
  }
  const instead = unheard(refs, at);
  for (const clone of await tools.clones()) {
    // One that cannot be read is no help, and no reason to stop.
    const heard = await hearMemory(clone, { repository: at.repository, instead }).catch(unlessToolError);
    if (heard !== undefined) return heard;
  }
  return { refs, reachability: async () => failed(instead) };
}

/** Why a repository was not heard: that there is none is no answer to what is asked about one. */
export function unheard(refs: Exclude<Outcome<SourceRefs, string>, { kind: 'found' }>, at: SourceLocation): ToolError {
  if (refs.kind === 'failed') return refs.error;
  return new ToolError('NOT_READABLE', `there is no repository ${repositoryKey(at.repository)}`);
}

/** Whose branches cannot be read can still have the commit. */
async function hearNamedClone(clone: Clone): Promise<Heard> {
  const about = { clone: { folder: clone.root } };
  try {
    const { refs, reachability } = await clone.ownRefs();
    return { ...about, refs: found(refs), reachability: ({ id }) => reachability(id) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { ...about, refs: failed(error), reachability: async () => failed(error) };
  }
}

async function hearMemory(
  clone: Clone,
  { repository, instead }: { readonly repository: string; readonly instead: ToolError },
): Promise<Heard | undefined> {
  const memory = await clone.memoryOf(repository);
  if (memory === undefined) return undefined;
  const { refs, asOf, reachability } = memory;
  return {
    refs: found(refs, asOf),
    clone: { folder: clone.root, instead },
    reachability: ({ id }) => reachability(id),
  };
}

async function cloneAt({ clones }: SourceCodeTools, at: SourceLocation, folder: string): Promise<Clone> {
  const asked = await realpath(folder).catch(() => folder);
  const clone = (await clones()).find(({ root }) => root === asked);
  if (clone === undefined) throw refused(at, 'a folder of this machine that was not named with --source');
  return clone;
}
