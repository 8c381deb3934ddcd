import { ToolError } from '../../core/errors.ts';
import type { ObjectId } from '../../core/model/source.ts';
import type { ReadObjects } from './explore.ts';
import { readFolders } from './explore.ts';

/** Folders of one commit that are looked through; Linux has 6,000. One that is in many places counts in each. */
const FOLDERS_MAX = 10_000;
/** Of one content: more say no more than that it is a common one. */
const PATHS_MAX = 100;

export type PathsOfBlobs = ReadonlyMap<ObjectId, readonly string[]>;

/**
 * Where below a folder the files with these ids are, nearest to the root first; undefined where some of the folders are not at hand.
 * @throws ToolError `TOO_LARGE` for more folders than are looked through, `MALFORMED`, and what reading throws
 */
export async function findBlobs(
  read: ReadObjects,
  root: ObjectId,
  ids: readonly ObjectId[],
): Promise<PathsOfBlobs | undefined> {
  const found = new Map<ObjectId, string[]>(ids.map((id) => [id, []]));
  let level = [{ path: '', tree: root }];
  let folderCount = 1;
  while (level.length > 0) {
    const folders = await readFolders(read, [...new Set(level.map(({ tree }) => tree))]);
    const next: typeof level = [];
    for (const { path, tree } of level) {
      const entries = folders.get(tree);
      if (entries === undefined) return undefined;
      for (const { kind, name, id } of entries) {
        const paths = found.get(id);
        if (kind === 'file' && paths !== undefined && paths.length < PATHS_MAX) paths.push(`${path}${name}`);
        if (kind !== 'folder') continue;
        if (++folderCount > FOLDERS_MAX) throw tooMany();
        next.push({ path: `${path}${name}/`, tree: id });
      }
    }
    level = next;
  }
  return found;
}

function tooMany(): ToolError {
  return new ToolError('TOO_LARGE', `the commit has more than the ${FOLDERS_MAX} folders that are looked through`);
}
