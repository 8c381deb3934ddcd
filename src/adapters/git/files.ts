import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { ObjectId, SourceEntry, SourcePaths } from '../../core/model/source.ts';
import type { ReachedSource, SourceObject, SourceObjectMap, SourceObjects } from '../../ports/source-code.ts';
import type { Place, Places, ReadObjects } from './explore.ts';
import { openObject } from './objects.ts';

/** Contents, and why some are not there. */
export type LoadedFiles = { readonly objects: SourceObjectMap; readonly failure?: ToolError };
export type FileTools = {
  readonly read: ReadObjects;
  readonly origin: SourceObjects;
  /** Missing where nothing more can be fetched. */
  readonly source: ReachedSource | undefined;
};

/** The contents of all files at these places; what is not at hand is fetched together. @throws ToolError */
export async function loadFiles(places: readonly Place[], { read, origin, source }: FileTools): Promise<LoadedFiles> {
  const ids = [
    ...new Set(places.flatMap((place) => (place.kind === 'file' || place.kind === 'link' ? [place.id] : []))),
  ];
  const objects = await read(ids);
  const missing = ids.filter((id) => !objects.has(id));
  if (missing.length === 0 || source === undefined) return { objects };
  const fetched = await origin.fetchFiles(source, missing);
  if (fetched.kind === 'failed') return { objects, failure: fetched.error };
  return { objects: new Map([...objects, ...(await read(missing))]) };
}

/** `lack`: why folders on the way are not at hand. */
export function describePaths(places: Places, loaded: LoadedFiles, lack: ToolError | undefined): SourcePaths {
  return new Map([...places].map(([path, place]) => [path, describe(path, { place, loaded, lack })]));
}

function describe(
  path: string,
  {
    place,
    loaded,
    lack,
  }: { readonly place: Place; readonly loaded: LoadedFiles; readonly lack: ToolError | undefined },
): Outcome<SourceEntry, 'noSuchPath'> {
  switch (place.kind) {
    case 'absent':
      return absent('noSuchPath');
    case 'unknown':
      return failed(lack ?? notThere(path));
    case 'folder':
      return found({ kind: 'folder', id: place.id, names: place.names });
    case 'submodule':
      return found({ kind: 'submodule', commit: place.id });
    case 'file':
    case 'link':
      return describeContent(path, { kind: place.kind, id: place.id }, loaded);
  }
}

function describeContent(
  path: string,
  { kind, id }: { readonly kind: 'file' | 'link'; readonly id: ObjectId },
  { objects, failure }: LoadedFiles,
): Outcome<SourceEntry, 'noSuchPath'> {
  const object = objects.get(id);
  if (object === undefined) return failed(failure ?? notThere(path));
  if (object.kind === 'tooLarge') return failed(tooLarge(path, object));
  const { content } = openObject(object.bytes);
  return found(
    kind === 'file' ? { kind, id, bytes: content } : { kind, id, target: new TextDecoder().decode(content) },
  );
}

function notThere(path: string): ToolError {
  return new ToolError('NOT_READABLE', `the content of ${path} is not at hand, or is damaged`);
}

function tooLarge(path: string, { size }: Extract<SourceObject, { kind: 'tooLarge' }>): ToolError {
  return new ToolError('TOO_LARGE', `${path} is too large`, { got: `${size} bytes` });
}
