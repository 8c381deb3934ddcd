import { describe, expect, test } from 'vitest';
import { explainOwners } from '../../../../src/core/codeowners/explain.ts';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import type { Dialect } from '../../../../src/core/codeowners/model.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';

type Outcome = readonly [line: number, outcome: string, to?: number];

function explain(dialect: Dialect, lines: readonly string[], path: string): readonly Outcome[] {
  const file = parseCodeowners(lines.join('\n'), dialect);
  const { answer, matching } = explainOwners(file, path);
  expect(answer).toEqual(ownersOf(file, path));
  return matching.map((match) =>
    match.outcome === 'loses' ? [match.rule.line, match.outcome, match.to.line] : [match.rule.line, match.outcome],
  );
}

test('the last line wins, and those before it lost to it; what does not match is not told', () => {
  expect(explain('github', ['* @a', '*.js @b', '*.c @c', '/x.js @d'], 'x.js')).toEqual([
    [1, 'loses', 4],
    [2, 'loses', 4],
    [4, 'decides'],
  ]);
});

test('nothing matches', () => {
  expect(explain('github', ['*.c @a'], 'x.js')).toEqual([]);
});

test('of Gitea all that match decide', () => {
  expect(explain('gitea', ['.* @a', '.*\\\\.c @b', '!src/.* @c'], 'x.c')).toEqual([
    [1, 'decides'],
    [2, 'decides'],
    [3, 'decides'],
  ]);
});

describe('of GitLab', () => {
  test('each section has its winner', () => {
    expect(explain('gitlab', ['* @a', '*.md @b', '[Docs]', '* @c', '*.md @d'], 'x.md')).toEqual([
      [1, 'loses', 2],
      [2, 'decides'],
      [4, 'loses', 5],
      [5, 'decides'],
    ]);
  });

  test('an exclusion beats the rules of its section, and those alone', () => {
    expect(explain('gitlab', ['* @a', '[Docs]', '!x.md', '*.md @d'], 'x.md')).toEqual([
      [1, 'decides'],
      [3, 'excludes'],
      [4, 'loses', 3],
    ]);
  });

  test('two exclusions both exclude', () => {
    expect(explain('gitlab', ['!x.md', '* @a', '!*.md'], 'x.md')).toEqual([
      [1, 'excludes'],
      [2, 'loses', 3],
      [3, 'excludes'],
    ]);
  });

  test('a line whose pattern is repeated lost to the repetition, which stands in its place', () => {
    expect(explain('gitlab', ['*.md @a', 'README.md @b', '*.md @c'], 'README.md')).toEqual([
      [1, 'loses', 3],
      [2, 'decides'],
      [3, 'loses', 2],
    ]);
    expect(explain('gitlab', ['!*.rb', '*.rb @u', '!a.rb'], 'a.rb')).toEqual([
      [1, 'loses', 2],
      [2, 'loses', 3],
      [3, 'excludes'],
    ]);
  });
});
