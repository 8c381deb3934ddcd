import type { ObjectId, SourceCommit } from '../../core/model/source.ts';
import { fetchCommits } from './at-hand.ts';
import { unlessToolError } from './attempt.ts';
import type { Places } from './explore.ts';
import type { FileTools } from './files.ts';
import type { PathsOfBlobs } from './find-blobs.ts';
import { findBlobs } from './find-blobs.ts';
import { objectFormatOf } from './object-id.ts';

type Searched = { readonly files: FileTools; readonly commit: SourceCommit; readonly places: Places };

/**
 * Where a commit has files of these contents, as `SourceReading` has it. What the paths that were asked for have costs nothing; for the rest all
 * folders are looked through, which came with the commit: only where it is remembered from elsewhere may they have to be fetched.
 */
export async function locateBlobs(
  blobs: readonly ObjectId[],
  { files, commit, places }: Searched,
): Promise<PathsOfBlobs> {
  const wanted = new Set(blobs.filter((id) => objectFormatOf(id) === objectFormatOf(commit.id)));
  const near = Map.groupBy(
    [...places].flatMap(([path, place]) => (place.kind === 'file' && wanted.has(place.id) ? [{ path, ...place }] : [])),
    ({ id }) => id,
  );
  const rest = [...wanted].filter((id) => !near.has(id));
  const far = rest.length === 0 ? undefined : await search(rest, files, commit).catch(unlessToolError);
  return new Map([...[...near].map(([id, found]) => [id, found.map(({ path }) => path)] as const), ...(far ?? [])]);
}

async function search(
  ids: readonly ObjectId[],
  files: FileTools,
  { id, tree }: SourceCommit,
): Promise<PathsOfBlobs | undefined> {
  const found = await findBlobs(files.read, tree, ids);
  if (found !== undefined || files.source === undefined) return found;
  const lacks = await fetchCommits(files, [id]);
  return lacks.size === 0 ? findBlobs(files.read, tree, ids) : undefined;
}
