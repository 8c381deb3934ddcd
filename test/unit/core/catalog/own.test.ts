import { expect, test } from 'vitest';
import { readText, shownProblems } from './catalogs.ts';

test.each([
  ['version: 1\nservices:\n  a: { ownr: x }\n', 'UNKNOWN_KEY 3: unknown key services.a.ownr', 'did you mean owner?'],
  ['version: 1\nservice_s: {}\nteams: {}\n', 'UNKNOWN_KEY 2: unknown key service_s', 'did you mean services?'],
  [
    'version: 1\npeople:\n  a: { zzzzzzzz: x }\n',
    'UNKNOWN_KEY 3: unknown key people.a.zzzzzzzz',
    'known are name, email, github',
  ],
])('%j names the nearest key', (text, problem, hint) => {
  const { problems } = readText(text);
  expect(shownProblems(problems)).toEqual([problem]);
  expect(problems[0]?.hint).toBe(hint);
});

test('an item that is wrong costs itself, and says where', () => {
  const { teams, problems } = readText('version: 1\nteams:\n  a:\n    email: { x: y }\n  b: { slack: "#b" }\n  c:\n');
  expect(teams.map(({ name }) => name)).toEqual(['b', 'c']);
  expect(problems).toMatchObject([{ code: 'WRONG_VALUE', place: { line: 4 } }]);
  expect(problems[0]?.message).toContain('teams.a.email is not what is expected');
});

test('another version is read as far as it is understood', () => {
  const { teams, problems } = readText('version: 2\nteams: { a: {} }\n');
  expect(teams).toHaveLength(1);
  expect(shownProblems(problems)).toEqual(['WRONG_VALUE 1: version is not 1, so not all may be understood']);
});

test('a document of no known format says which it might have been', () => {
  const { problems } = readText('kind: Deployment\nspec: {}\n');
  expect(problems).toMatchObject([{ code: 'UNKNOWN_FORMAT', hint: 'it has the keys kind, spec' }]);
});

test('a document of another format than the configured one is not read', () => {
  const { teams, problems } = readText('version: 1\nteams: { a: {} }\n', { format: 'backstage' });
  expect(teams).toEqual([]);
  expect(problems).toMatchObject([{ code: 'UNKNOWN_FORMAT', message: 'not of the format backstage' }]);
});

test.each([
  ['apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {}\n', 'NAMELESS 1: there is no metadata.name'],
  ['schema-version: v2.1\nteam: a\n', 'NAMELESS 1: there is no dd-service'],
  ['apiVersion: v3\nkind: service\nmetadata: {}\n', 'NAMELESS 1: there is no metadata.name'],
  ['version: 1\nservice: { owner: a }\n', 'NAMELESS 2: there is no service.name'],
  ['openapi: 3.0.0\ninfo: { x-cortex-type: service }\n', 'NAMELESS 2: there is no info.x-cortex-tag'],
  ['configVersion: 1\n', 'NAMELESS 1: there is no name'],
])('%j has no name', (text, problem) => {
  expect(shownProblems(readText(text).problems)).toEqual([problem]);
});

test('comments alone say nothing, and that is no problem', () => {
  expect(readText('# nothing yet\n---\n')).toMatchObject({ components: [], problems: [] });
  expect(readText('')).toMatchObject({ components: [], problems: [] });
});
