import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'golden');

/** The output that is kept under this name; `UPDATE_GOLDEN=1` keeps `output` first, and the diff is read in review. */
export function golden(name: string, output: string): string {
  const file = join(FOLDER, `${name}.golden`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, output);
  }
  return readFileSync(file, 'utf8');
}
