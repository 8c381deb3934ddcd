import { ToolError } from '../../core/errors.ts';
import { joinRepositoryPath } from '../../core/source-url/repository-path.ts';
import type { FolderName, ObjectId, SourceCommit } from '../../core/model/source.ts';
import type { SourceObject, SourceObjectMap } from '../../ports/source-code.ts';
import type { TreeEntry } from './objects.ts';
import { openObject, parseCommit, parseTagTarget, parseTree } from './objects.ts';

/** Annotated tags of annotated tags. */
const TAG_DEPTH_MAX = 5;
/** Paths of one question, and how deep. */
const PATHS_MAX = 10_000;
const PATH_DEPTH_MAX = 200;

/** Gives those of the objects that are at hand. */
export type ReadObjects = (ids: readonly ObjectId[]) => Promise<SourceObjectMap>;

/** What is at a path; `unknown` where a folder on the way is not at hand. */
export type Place =
  | { readonly kind: 'absent' | 'unknown' }
  | { readonly kind: 'file' | 'link' | 'submodule'; readonly id: ObjectId }
  | { readonly kind: 'folder'; readonly id: ObjectId; readonly names: readonly FolderName[] };
export type Places = ReadonlyMap<string, Place>;
export type Explored =
  /** `missing`: the commit, or the tag that leads to it, is not at hand. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'notACommit' }
  | {
      readonly kind: 'commit';
      readonly commit: SourceCommit;
      /** As git hashes it. */
      readonly bytes: Uint8Array;
      readonly places: Places;
    };

/**
 * What is at `paths` of a commit, as far as objects at hand tell. From the commit's id on, each object was checked against the id
 * that the one before has for it, so that where they came from does not matter.
 * @throws ToolError `MALFORMED`, `TOO_LARGE`, and what reading throws
 */
export async function explore(read: ReadObjects, id: ObjectId, paths: readonly string[]): Promise<Explored> {
  let target = id;
  for (let depth = 0; depth <= TAG_DEPTH_MAX; depth++) {
    const object = (await read([target])).get(target);
    if (object === undefined) return { kind: 'missing' };
    const { bytes, type, content } = whole(target, object);
    if (type === 'commit') {
      const commit = parseCommit(target, content);
      return { kind: 'commit', commit, bytes, places: await findPlaces(read, commit.tree, paths) };
    }
    if (type !== 'tag') break;
    target = parseTagTarget(content);
  }
  return { kind: 'notACommit' };
}

export function isComplete(explored: Explored): boolean {
  return explored.kind === 'commit' && [...explored.places.values()].every(({ kind }) => kind !== 'unknown');
}

/** A path on its way down: the folder that it has reached, and what is left of it. */
type Step = { readonly path: string; readonly tree: ObjectId; readonly rest: readonly string[] };

/** Level by level, so that what is needed of one level is read together. */
async function findPlaces(read: ReadObjects, root: ObjectId, paths: readonly string[]): Promise<Places> {
  if (paths.length > PATHS_MAX) throw new ToolError('TOO_LARGE', `more than ${PATHS_MAX} paths were asked for`);
  const places = new Map<string, Place>();
  let steps = paths.flatMap((path): readonly Step[] => {
    const rest = segmentsOf(path);
    if (rest === undefined) places.set(path, { kind: 'absent' });
    return rest === undefined ? [] : [{ path, tree: root, rest }];
  });
  while (steps.length > 0) {
    const folders = await readFolders(read, [...new Set(steps.map(({ tree }) => tree))]);
    steps = steps.flatMap((step) => {
      const next = takeStep(step, folders.get(step.tree));
      if ('path' in next) return [next];
      places.set(step.path, next);
      return [];
    });
  }
  // As they were asked, and not as they were found.
  return new Map(paths.map((path) => [path, places.get(path) ?? { kind: 'absent' }]));
}

/** Undefined for what no repository can hold. */
function segmentsOf(path: string): readonly string[] | undefined {
  const joined = joinRepositoryPath(path);
  if (joined === undefined) return undefined;
  const segments = joined === '.' ? [] : joined.split('/');
  return segments.length > PATH_DEPTH_MAX ? undefined : segments;
}

function takeStep({ path, tree, rest }: Step, entries: readonly TreeEntry[] | undefined): Step | Place {
  if (entries === undefined) return { kind: 'unknown' };
  const [segment, ...further] = rest;
  if (segment === undefined) {
    return { kind: 'folder', id: tree, names: entries.map(({ name, kind }) => ({ name, kind })) };
  }
  const entry = entries.find(({ name }) => name === segment);
  if (entry === undefined) return { kind: 'absent' };
  if (entry.kind === 'folder') return { path, tree: entry.id, rest: further };
  return further.length > 0 ? { kind: 'absent' } : { kind: entry.kind, id: entry.id };
}

/** Those that are at hand. @throws ToolError */
export async function readFolders(
  read: ReadObjects,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, readonly TreeEntry[]>> {
  const folders = new Map<ObjectId, readonly TreeEntry[]>();
  for (const [id, object] of await read(ids)) {
    const { type, content } = whole(id, object);
    if (type !== 'tree') throw new ToolError('MALFORMED', `${id} should be a folder and is not`, { got: type });
    folders.set(id, parseTree(id, content));
  }
  return folders;
}

function whole(id: ObjectId, object: SourceObject): ReturnType<typeof openObject> & { readonly bytes: Uint8Array } {
  if (object.kind === 'object') return { bytes: object.bytes, ...openObject(object.bytes) };
  throw new ToolError('TOO_LARGE', `the object ${id} is too large`, { got: `${object.size} bytes` });
}
