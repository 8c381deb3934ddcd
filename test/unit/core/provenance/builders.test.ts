/** Adding a builder is one file, one row in the table and one folder of fixtures: no row is without its folder, no folder without its row. */
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FORMATS, readProvenance } from '../../../../src/core/provenance/index.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import { FIXTURES } from './case-image.ts';

/** `<builder>/<version>` to the formats that its statements are read as. */
const FOLDERS = new Map<string, Set<string | undefined>>();
for (const file of globSync(`${FIXTURES}/*/*/*/statement.json`)) {
  const folder = relative(FIXTURES, dirname(dirname(file)));
  const format = readProvenance(parseStatement(readFileSync(file)).statement)?.format;
  FOLDERS.set(folder, (FOLDERS.get(folder) ?? new Set()).add(format));
}
const IDS = FORMATS.map(({ id }) => id).sort();

describe('the table of builders', () => {
  test('names each once', () => {
    expect(new Set(IDS).size).toBe(IDS.length);
  });

  test.each([...FOLDERS])('the statements of %s are of one format', (_folder, formats) => {
    expect(formats.size).toBe(1);
  });

  test('has a row for each folder, and a folder for each row', () => {
    const read = [...FOLDERS.values()].flatMap((formats) => [...formats].map((format) => format ?? 'none'));
    expect(read.sort()).toEqual(IDS);
  });

  test('is all that knows of them: whatever else reads a provenance asks no format by its name', () => {
    // Of the rules that give a SLSA level, one is for what GitHub's own action writes.
    const apart = ['core/build-level.ts'];
    const named = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('core/provenance/') && !apart.includes(file))
      .filter((file) => /\bformat\s*(?:===|!==|\.startsWith)\s*\(?'/.test(provenanceReader(file)));
    expect(named).toEqual([]);
  });
});

/** The text of a file that reads provenance; nothing of other files, whose formats are those of output. */
function provenanceReader(file: string): string {
  const text = readFileSync(join('src', file), 'utf8');
  return text.includes('provenance/provenance.ts') ? text : '';
}
