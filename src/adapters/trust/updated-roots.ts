import { join } from 'node:path';
import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import type { Instant } from '../../core/model/outcome.ts';
import { damaged, messageOf, readIfThere, replacePrivately } from './private-files.ts';
import type { ReadRoots, Root, RootReader } from './root.ts';
import { ROOT_FILE_BYTES_MAX } from './root.ts';

/** A root as its repository gave it. */
export type FetchedRoot = {
  readonly name: string;
  /** The repository. */
  readonly source: string;
  /** When the repository confirmed it. */
  readonly asOf: Instant;
  readonly bytes: Uint8Array;
};

const fileSchema = v.strictObject({
  version: v.literal(1),
  source: v.string(),
  asOf: v.pipe(v.string(), v.isoTimestamp()),
  document: v.unknown(),
});

/**
 * What `trust update` kept under the name of a built-in root; no other file can take that name.
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export function readUpdated<Each extends Root>(
  folder: string,
  name: string,
  reader: RootReader<Each>,
): Each | undefined {
  const path = updatedPath(folder, name);
  const bytes = readIfThere(path, ROOT_FILE_BYTES_MAX);
  if (bytes === undefined) return undefined;
  try {
    const { document, source, asOf } = v.parse(fileSchema, parseJson(bytes, 'the file'));
    const { root } = onlyRoot(reader.parse(Buffer.from(JSON.stringify(document)), name), name);
    return { ...root, source, asOf };
  } catch (cause) {
    throw damaged(path, {
      expected: 'a root that provtrace trust update wrote',
      got: messageOf(cause),
      hint: 'provtrace trust update writes it anew; without the file, the root that is built in is used',
      cause,
    });
  }
}

/**
 * Keeps it, to be used in place of the one that is built in.
 * @throws ToolError `MALFORMED` for what is no root, `OUTPUT_NOT_WRITABLE`
 */
export function keepUpdated<Each extends Root>(
  folder: string,
  fetched: FetchedRoot,
  reader: RootReader<Each>,
): { readonly root: Each; readonly problems: readonly ToolError[] } {
  const { name, source, asOf, bytes } = fetched;
  const { root, problems } = onlyRoot(reader.parse(bytes, name), `the root of ${source}`);
  const document = parseJson(bytes, `the root of ${source}`);
  replacePrivately(
    updatedPath(folder, name),
    `${JSON.stringify({ version: 1, source, asOf, document }, undefined, 2)}\n`,
  );
  return { root: { ...root, source, asOf }, problems };
}

/** A root of which nothing could be read would take the place of one that can be used. */
function onlyRoot<Each extends Root>(
  { roots, problems }: ReadRoots<Each>,
  what: string,
): { readonly root: Each; readonly problems: readonly ToolError[] } {
  const [root] = roots;
  if (root !== undefined && root.certificateAuthorities.length > 0) return { root, problems };
  const [problem] = problems;
  throw new ToolError('MALFORMED', `${what} cannot be used`, {
    expected: 'one trusted_root.json with certificate authorities',
    got: problem === undefined ? `${roots.length} roots` : `${problem.message}: ${problem.got ?? ''}`,
  });
}

function updatedPath(folder: string, name: string): string {
  return join(folder, 'updated', `${name}.json`);
}
