import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { ObjectId } from '../../core/model/source.ts';
import type { ObjectFormat } from './object-id.ts';

/**
 * Makes an empty bare repository of `folder`, by hand (gitrepository-layout(5)): `git init` would bring templates, and with them
 * hooks. `objects`: folders of objects of other repositories, which are read as if they were here.
 */
export async function initialise(
  folder: string,
  options: { readonly objectFormat: ObjectFormat; readonly objects?: readonly string[] },
): Promise<void> {
  await mkdir(join(folder, 'objects', 'info'), { recursive: true });
  await mkdir(join(folder, 'objects', 'pack'));
  await mkdir(join(folder, 'refs', 'heads'), { recursive: true });
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(folder, 'config'), configurationFor(options.objectFormat));
  const alternates = (options.objects ?? []).map((path) => `${quotePath(path)}\n`);
  if (alternates.length > 0) await writeFile(join(folder, 'objects', 'info', 'alternates'), alternates.join(''));
}

function configurationFor(objectFormat: ObjectFormat): string {
  const core = (version: number): string => `[core]\n\trepositoryformatversion = ${version}\n\tbare = true\n`;
  return objectFormat === 'sha1' ? core(0) : `${core(1)}[extensions]\n\tobjectformat = sha256\n`;
}

/** A line that begins with a quotation mark is unquoted as in C; any other ends at its line break, and `#` begins a comment. */
function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** `bytes`: as git hashes them. */
export async function writeObject(folder: string, id: ObjectId, bytes: Uint8Array): Promise<void> {
  await mkdir(join(folder, 'objects', id.slice(0, 2)), { recursive: true });
  await writeFile(join(folder, 'objects', id.slice(0, 2), id.slice(2)), deflateSync(bytes));
}
