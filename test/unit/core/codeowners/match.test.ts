import { describe, expect, test } from 'vitest';
import { compileGitignoreLike } from '../../../../src/core/codeowners/compile.ts';
import { matchesGlob } from '../../../../src/core/codeowners/glob.ts';
import { matchSteps, stepsSpent } from '../../../../src/core/codeowners/match-steps.ts';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import type { Dialect } from '../../../../src/core/codeowners/model.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';
import { refusalOf } from './refusal.ts';

function refusalCode(text: string, path: string, dialect: Dialect = 'github'): string | undefined {
  return refusalOf(() => ownersOf(parseCodeowners(text, dialect), path))?.code;
}

/** How many comparisons it takes to see that the path does not match. */
function stepsToMiss(pattern: string, path: string): number {
  const steps = matchSteps();
  expect(matchesGlob(compileGitignoreLike(pattern), { segments: path.split('/'), start: 0 }, steps)).toBe(false);
  return stepsSpent(steps);
}

describe('the answer', () => {
  const file = parseCodeowners('*.js @a @b @a\n/x.js\n', 'github', '.github/CODEOWNERS');

  test('owned: file, line, pattern and owners, each once', () => {
    expect(ownersOf(file, 'src/y.js')).toMatchObject({
      kind: 'owned',
      path: 'src/y.js',
      file: '.github/CODEOWNERS',
      dialect: 'github',
      rules: [{ line: 1, pattern: '*.js', ownerText: '@a @b @a' }],
      owners: [{ text: '@a' }, { text: '@b' }],
    });
  });

  test('unowned: the rule that says so', () => {
    const answer = ownersOf(file, 'x.js');
    expect(answer).toMatchObject({ kind: 'unowned', rules: [{ line: 2, pattern: '/x.js', owners: [] }] });
    expect(answer).not.toHaveProperty('owners');
  });

  test('no rule', () => {
    expect(ownersOf(file, 'x.c')).toEqual({
      kind: 'noRule',
      path: 'x.c',
      file: '.github/CODEOWNERS',
      dialect: 'github',
    });
  });

  test('of GitLab: sections side by side, of which one without owners does not take those of another', () => {
    const gitlab = parseCodeowners('* @a\n[Docs]\n*.md\n[Legal] @b\n*.md', 'gitlab', 'CODEOWNERS');
    expect(ownersOf(gitlab, 'x.md')).toMatchObject({
      kind: 'owned',
      rules: [{ line: 1 }, { line: 3, section: 'Docs', owners: [] }, { line: 5, section: 'Legal', ownersFromLine: 4 }],
      owners: [{ name: 'a' }, { name: 'b' }],
    });
    expect(ownersOf(parseCodeowners('*\n[Docs]\n*.md', 'gitlab'), 'x.md')).toMatchObject({
      kind: 'unowned',
      rules: [{ line: 1 }, { line: 3 }],
    });
  });
});

test('a path may begin with ./ or /, and its slash at the end says nothing of a file', () => {
  const file = parseCodeowners('/a/b @a', 'github');
  const paths = ['a/b', './a/b', '/a/b', 'a//b', 'a/b/'];
  expect(paths.filter((path) => ownersOf(file, path).kind === 'owned')).toEqual(paths);
});

describe('a directory is asked for as a file in it that no rule knows', () => {
  test.each([
    ['* @a', '', true],
    ['/* @a', '', true],
    ['/a/ @a', '', false],
    ['/a/ @a', 'a', true],
    ['/a/ @a', 'a/b/', true],
    ['/a/* @a', 'a', true],
    ['/a/* @a', 'a/b', false],
    ['/a/** @a', 'a', true],
    ['*.js @a', 'a', false],
    ['? @a', 'a', true],
    ['? @a', 'aa', false],
    ['Dockerfile @a', 'a', false],
  ])('%s and %j: %s', (line, directory, expected) => {
    const owned = ownersOf(parseCodeowners(line, 'github'), directory, 'directory').kind === 'owned';
    expect(owned).toBe(expected);
  });

  test('of an expression, by the path with a slash at its end', () => {
    const file = parseCodeowners('src/.* @a', 'gitea');
    expect(ownersOf(file, 'src', 'directory')).toMatchObject({ kind: 'owned', path: 'src/' });
    expect(ownersOf(file, 'src').kind).toBe('noRule');
  });
});

describe('not settled by GitHub, and decided here', () => {
  test.each([
    ['**/', 'a', true],
    ['**/', 'a/b', true],
    ['a/**/', 'a/b', true],
    ['a/**/', 'a', false],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(ownersOf(parseCodeowners(`${pattern} @a`, 'github'), path).kind === 'owned').toBe(expected);
  });
});

describe('work is bounded', () => {
  test('patterns that keep other matchers busy take no more steps than pattern times path', () => {
    expect(stepsToMiss('*a*a*a*a*a*a*b', 'a'.repeat(80))).toBeLessThan(14 * 80);
    const deep = 'a/'.repeat(80).slice(0, -1);
    expect(stepsToMiss('**/a/**/a/**/a/**/a/**/a/b', deep)).toBeLessThan(11 * 80);
  });

  test('twice the path is twice the work', () => {
    expect(stepsToMiss('*a*a*a*a*a*a*b', 'a'.repeat(160))).toBeLessThan(14 * 160);
    const deep = 'a/'.repeat(160).slice(0, -1);
    expect(stepsToMiss('**/a/**/a/**/a/**/a/**/a/b', deep)).toBeLessThan(11 * 160);
  });

  test('a file that needs too much of it is refused', () => {
    const line = `*${'a'.repeat(2_000)}?b* @a\n`;
    const path = 'a'.repeat(4_000);
    expect(refusalCode(line, path)).toBeUndefined();
    expect(refusalCode(line.repeat(2), path)).toBe('TOO_LARGE');
    expect(refusalCode('*x*\n'.repeat(50_000), 'a/'.repeat(2_000))).toBe('TOO_LARGE');
  });

  test('so are classes, many sections, and a path that no system has', () => {
    const classes = `x*[${'ab'.repeat(5_000)}]?y* @a`;
    expect(refusalCode(classes, `x${'z'.repeat(4_000)}`, 'gitlab')).toBe('TOO_LARGE');
    const sections = Array.from({ length: 24_000 }, (_, index) => `[S${index}]\n*/x${index}/*`).join('\n');
    const manyNames = Array.from({ length: 800 }, (_, index) => index).join('/');
    expect(refusalCode(sections, manyNames, 'gitlab')).toBe('TOO_LARGE');
    expect(refusalCode('* @a', 'a'.repeat(4_097))).toBe('TOO_LARGE');
    expect(refusalCode('* @a', 'a'.repeat(4_096))).toBeUndefined();
  });
});
