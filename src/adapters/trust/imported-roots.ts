import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { damaged, isMissing, messageOf, readIfThere, readNamed, replacePrivately } from './private-files.ts';
import type { ReadRoots, Root, RootReader } from './root.ts';
import { ROOT_FILE_BYTES_MAX } from './root.ts';

const HASH_LENGTH = 12;
const STEM_LENGTH_MAX = 64;

export type ImportedFile<Each extends Root> = ReadRoots<Each> & { readonly path: string; readonly isNew: boolean };

/** All that were imported, by the names of their files. @throws ToolError `INVALID_CONFIGURATION` */
export function readImported<Each extends Root>(folder: string, reader: RootReader<Each>): ReadRoots<Each> {
  const files = keptFiles(folder).map((name) => readKept(keptPath(folder, name), reader));
  return { roots: files.flatMap(({ roots }) => roots), problems: files.flatMap(({ problems }) => problems) };
}

/**
 * Keeps a copy of the file, byte for byte. Its name says what it was called and what is in it, so that no content is there twice.
 * @throws ToolError `USAGE`, `TOO_LARGE`, `INVALID_CONFIGURATION`, `OUTPUT_NOT_WRITABLE`
 */
export async function importRootFile<Each extends Root>(
  folder: string,
  path: string,
  reader: RootReader<Each>,
): Promise<ImportedFile<Each>> {
  const bytes = await readNamed(path, ROOT_FILE_BYTES_MAX);
  const { roots, problems } = reader.parse(bytes, path);
  if (roots.length === 0) throw problems[0] ?? new ToolError('INVALID_CONFIGURATION', `${path} holds no root of trust`);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_LENGTH);
  const before = keptFiles(folder).find((name) => name.endsWith(`-${hash}.json`));
  const kept = keptPath(folder, before ?? `${stemOf(path)}-${hash}.json`);
  replacePrivately(kept, bytes);
  return { ...readKept(kept, reader), path: kept, isNew: before === undefined };
}

/** `imported:` begins no name of a root that speaks for platforms, so that no file can be called as one of these. */
function readKept<Each extends Root>(path: string, reader: RootReader<Each>): ReadRoots<Each> {
  const bytes = readIfThere(path, ROOT_FILE_BYTES_MAX) ?? new Uint8Array();
  const { roots, problems } = reader.parse(bytes, `imported:${basename(path, '.json')}`);
  if (roots.length > 0) return { roots: roots.map((root) => ({ ...root, source: path })), problems };
  throw damaged(path, {
    expected: 'a root of trust, as it was imported',
    got: problems[0]?.got ?? 'nothing',
    hint: 'import it again, or remove the file',
  });
}

function keptFiles(folder: string): readonly string[] {
  const path = join(folder, 'roots');
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new ToolError('INVALID_CONFIGURATION', `${path} cannot be read`, {
      expected: 'a readable folder',
      got: messageOf(cause),
      cause,
    });
  }
}

function keptPath(folder: string, name: string): string {
  return join(folder, 'roots', name);
}

function stemOf(path: string): string {
  const stem = basename(path)
    .replace(/\.jsonl?$/i, '')
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, STEM_LENGTH_MAX);
  return stem.replace(/^\.+/, '') || 'root';
}
