import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';
import { readCases } from './fixtures.ts';

const { github, gitlab, gitea, githubDocumentation } = readCases();

test('there are 137 cases', () => {
  expect([github.length, gitlab.length, gitea.length]).toEqual([84, 36, 17]);
});

describe('github', () => {
  test.each(github)('$id', ({ codeowners, path, owners }) => {
    const lines = codeowners === 'GITHUB_DOCUMENTATION' ? githubDocumentation : codeowners;
    const answer = ownersOf(parseCodeowners(lines.join('\n'), 'github'), path);
    const kind = owners === null ? 'noRule' : owners.length === 0 ? 'unowned' : 'owned';
    expect(answer.kind).toBe(kind);
    expect(answer.kind === 'owned' ? answer.owners.map(({ text }) => text) : []).toEqual(owners ?? []);
  });
});

describe('gitlab', () => {
  test.each(gitlab)('$id', ({ codeowners, paths }) => {
    const file = parseCodeowners(codeowners.join('\n'), 'gitlab');
    const said = Object.keys(paths).map((path) => {
      const answer = ownersOf(file, path);
      if (answer.kind === 'noRule') return [path, null];
      return [path, Object.fromEntries(answer.rules.map((rule) => [rule.section ?? '', rule.ownerText]))];
    });
    expect(Object.fromEntries(said)).toEqual(paths);
  });
});

describe('gitea', () => {
  test.each(gitea)('$id', ({ codeowners, paths, problem }) => {
    const file = parseCodeowners(codeowners.join('\n'), 'gitea');
    const said = Object.keys(paths).map((path) => {
      const answer = ownersOf(file, path);
      return [path, answer.kind === 'owned' ? answer.owners.map(({ name }) => name) : null];
    });
    expect(Object.fromEntries(said)).toEqual(paths);
    expect(file.problems).toMatchObject(problem === undefined ? [] : [{ line: 1, code: problem, effect: 'skipped' }]);
    expect(file.problems).toHaveLength(problem === undefined ? 0 : 1);
  });
});
