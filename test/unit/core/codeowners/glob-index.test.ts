import { describe, expect, test } from 'vitest';
import { compileGitignoreLike } from '../../../../src/core/codeowners/compile.ts';
import { indexedPath, indexGlobs } from '../../../../src/core/codeowners/glob-index.ts';
import { matchSteps, stepsSpent } from '../../../../src/core/codeowners/match-steps.ts';

const GLOBS = 2_000;

function find(patterns: readonly string[], path: string): { readonly found: number; readonly spent: number } {
  const steps = matchSteps();
  const found = indexGlobs(patterns.map(compileGitignoreLike))(indexedPath(path.split('/')), steps);
  return { found, spent: stepsSpent(steps) };
}

describe(`among ${GLOBS} globs of a form, one that matches is found without trying the others`, () => {
  test.each<readonly [form: string, (index: number) => string, path: string]>([
    ['a directory', (index) => `/services/s${index}/`, 'services/s7/src/a.c'],
    ['a file', (index) => `/services/s${index}`, 'services/s7'],
    ['kinds of files', (index) => `*.k${index}`, 'services/a.b.k7'],
    ['kinds of files in a directory', (index) => `/services/**/*.k${index}`, 'services/x/y/a.k7'],
    ['the end of a name', (index) => `*_test.k${index}`, 'services/a_test.k7'],
    ['the two ends of a name', (index) => `a*_test.k${index}`, 'services/a_b_test.k7'],
    ['a name anywhere', (index) => `n${index}`, 'services/n7/x'],
    ['a name below a directory', (index) => `/services/**/n${index}/x`, 'services/a/n7/x'],
    ['a name after a star', (index) => `/services/*/n${index}/`, 'services/a/n7/x'],
    ['the longer of two names', (index) => `**/src/**/name-${index}/*.c`, 'src/a/name-7/b.c'],
    ['deeper than the tree', (index) => `/1/2/3/4/5/6/7/8/9/n${index}`, '1/2/3/4/5/6/7/8/9/n7'],
  ])('%s', (_, form, path) => {
    const { found, spent } = find(
      Array.from({ length: GLOBS }, (_unused, index) => form(index)),
      path,
    );
    expect(found).toBe(7);
    expect(spent).toBeLessThan(30);
  });
});

test('the last of several that match is found, whatever their forms', () => {
  const patterns = ['*', '/a/', '/a/b.c', 'b.c', '*.c', '/a/*', '/a/**/*.c', 'a/b*', '**/b.c'];
  for (let count = 1; count <= patterns.length; count++) {
    expect(find(patterns.slice(0, count), 'a/b.c').found).toBe(count - 1);
    expect(find(patterns.slice(0, count).reverse(), 'a/b.c').found).toBe(count - 1);
  }
});

test('none is -1', () => {
  expect(find([], 'a').found).toBe(-1);
  expect(find(['/b', '*.c', 'a/'], 'a').found).toBe(-1);
});
