import type { Outcome } from '../../core/model/outcome.ts';
import type { ObjectId, SourceLocation, SourceObject } from '../../ports/source-code.ts';
import type { Explored, ReadObjects } from './explore.ts';
import { explore, isComplete } from './explore.ts';
import type { FileTools } from './files.ts';
import type { SourceCodeTools } from './hearing.ts';
import { unlessToolError } from './hearing.ts';

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

/** Explores commits; those that are not at hand with all folders on the way are fetched together. @throws ToolError */
export async function bring(tools: FileTools, targets: readonly Target[]): Promise<readonly Brought[]> {
  const look = ({ id, paths }: Target): Promise<Explored> => explore(tools.read, id, paths);
  const looked = await Promise.all(targets.map(async (target) => ({ target, explored: await look(target) })));
  const incomplete = looked.filter(({ explored }) => !isComplete(explored)).map(({ target }) => target.id);
  const lacks = await fetchCommits(tools, [...new Set(incomplete)]);
  return Promise.all(
    looked.map(async ({ target, explored }) => {
      if (isComplete(explored) || tools.source === undefined) return { explored };
      const lack = lacks.get(target.id);
      return { explored: await look(target), ...(lack === undefined ? {} : { lack }) };
    }),
  );
}

async function fetchCommits(
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
