/**
 * A case is a folder `fixtures/attestations/<builder>/<version>/<case>` with a statement and what is to be read from it. In `expected.json` a value
 * stands without its path; that every path leads to something in the statement is tested for all of them.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import type { Provenance } from '../../../../src/core/provenance/provenance.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import { resolvePath, withoutPaths } from './reading.ts';

const ROOT = 'fixtures/attestations';
const CASES = globSync(`${ROOT}/*/*/*/statement.json`)
  .map((file) => relative(ROOT, dirname(file)))
  .sort();

function read(name: string): { readonly json: unknown; readonly provenance: Provenance } {
  const bytes = readFileSync(`${ROOT}/${name}/statement.json`);
  const provenance = readProvenance(parseStatement(bytes).statement);
  if (provenance === undefined) throw new Error('not read as provenance');
  return { json: JSON.parse(bytes.toString()), provenance };
}

test('there are cases', () => {
  expect(CASES.length).toBeGreaterThan(15);
});

describe.each(CASES)('%s', (name) => {
  const { json, provenance } = read(name);

  test('says what is expected, and nothing else', () => {
    expect(withoutPaths(provenance)).toEqual(JSON.parse(readFileSync(`${ROOT}/${name}/expected.json`, 'utf8')));
  });

  test('every path leads to what was read', () => {
    const lost = pathsOf(provenance).filter((at) => resolvePath(json, at) === undefined);
    expect(lost).toEqual([]);
  });
});

/** Of values that are read from something that is there: BuildKit says `false`, and the default file name, by leaving them out. */
function pathsOf({ hermetic, reproducible, dockerfile, ...rest }: Provenance): readonly string[] {
  const spoken = {
    ...rest,
    ...(hermetic?.value && { hermetic }),
    ...(reproducible?.value && { reproducible }),
    dockerfile,
  };
  const found: string[] = [];
  JSON.stringify(spoken, (key, value: unknown) => {
    if ((key === 'at' || key === 'commitAt') && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
}
