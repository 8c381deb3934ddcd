import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { ObjectId } from '../../core/model/source.ts';
import type { SourceLocation, SourceObject } from '../../ports/source-code.ts';
import { unlessToolError } from './attempt.ts';
import type { Explored, Places, ReadObjects } from './explore.ts';
import { explore, isComplete } from './explore.ts';
import type { FileTools } from './files.ts';
import type { SourceCodeTools } from './hearing.ts';

/** Objects that are on this machine: shown by the repository before, or in a clone of whatever name, since an id says what it is for. */
export function readerOf({ clones, origin }: SourceCodeTools, at: SourceLocation): ReadObjects {
  return async (ids) => {
    const shown = await origin.readObjects(at, ids);
    if (shown.kind === 'failed') throw shown.error;
    const objects = new Map<ObjectId, SourceObject>(shown.kind === 'found' ? shown.value : []);
    const missing = (): readonly ObjectId[] => ids.filter((id) => !objects.has(id));
    // Whether there are clones is looked up only for what is not there without them.
    for (const clone of missing().length === 0 ? [] : await clones()) {
      // What is wrong with a clone is no reason not to ask the repository.
      for (const [id, object] of (await clone.readObjects(missing()).catch(unlessToolError)) ?? [])
        objects.set(id, object);
    }
    return objects;
  };
}

export type Target = { readonly id: ObjectId; readonly paths: readonly string[] };
/** `lack`: why not everything is at hand. */
export type Brought = { readonly explored: Explored; readonly lack?: Lack };
export type Lack = Exclude<Outcome<never, 'noSuchCommit'>, { kind: 'found' }>;
export const NOTHING: Brought = { explored: { kind: 'missing' } };

/** Of what was brought, for what is known of it: its places. */
export function placesOf({ explored }: Brought): Places {
  return explored.kind === 'commit' ? explored.places : new Map();
}

/** Why something of what was brought is not at hand, where that is known. */
export function reasonOf({ lack }: Brought): ToolError | undefined {
  return lack?.kind === 'failed' ? lack.error : undefined;
}

/** Why a commit is not at hand that should be. */
export function whyMissing(commit: ObjectId, brought: Brought): ToolError {
  return reasonOf(brought) ?? new ToolError('NOT_READABLE', `the commit ${commit} is not at hand, or is damaged`);
}

/** Explores commits; those that are not at hand with all folders on the way are fetched together. @throws ToolError */
export async function bring(tools: FileTools, targets: readonly (Target | undefined)[]): Promise<readonly Brought[]> {
  const look = ({ id, paths }: Target): Promise<Explored> => explore(tools.read, id, paths);
  const looked = await Promise.all(targets.map(async (target) => target && { target, explored: await look(target) }));
  const incomplete = looked.flatMap((each) =>
    each === undefined || isComplete(each.explored) ? [] : [each.target.id],
  );
  const lacks = await fetchCommits(tools, [...new Set(incomplete)]);
  return Promise.all(
    looked.map(async (each) => {
      if (each === undefined) return NOTHING;
      if (isComplete(each.explored)) return { explored: each.explored };
      const lack = lacks.get(each.target.id);
      return { explored: await look(each.target), ...(lack === undefined ? {} : { lack }) };
    }),
  );
}

/** Why some of them cannot be brought, with all their folders. */
export async function fetchCommits(
  { origin, source }: Pick<FileTools, 'origin' | 'source'>,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, Lack>> {
  if (source === undefined || ids.length === 0) return new Map();
  const fetched = await origin.fetchCommits(source, ids);
  if (fetched.kind === 'found') return new Map();
  if (fetched.kind === 'failed' || ids.length === 1) return new Map(ids.map((id) => [id, fetched]));
  // One of them is not there, and it is not said which.
  const each = await Promise.all(ids.map((id) => fetchCommits({ origin, source }, [id])));
  return new Map(each.flatMap((lacks) => [...lacks]));
}
