import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

const FOLDER = join(import.meta.dirname, 'golden');

/** Compares with the kept output; `UPDATE_GOLDEN=1` keeps this one instead, and its diff is read in review. */
export function expectGolden(name: string, output: string): void {
  const file = join(FOLDER, `${name}.golden`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, output);
  }
  expect(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(output).toBe(readFileSync(file, 'utf8'));
}
