import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import type { Dialect } from '../../../../src/core/codeowners/model.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';

function lastLine(dialect: Dialect, lines: readonly string[], path: string): number | undefined {
  const answer = ownersOf(parseCodeowners(lines.join('\n'), dialect), path);
  return answer.kind === 'noRule' ? undefined : answer.rules[0]?.line;
}

test.each(['bitbucketCloud', 'bitbucketDataCenter'] as const)('%s: the last rule that matches decides', (dialect) => {
  const lines = ['* a@b.example', '# comment', '*.js @jane', '/src/*.js @joe'];
  expect(lastLine(dialect, lines, 'a.js')).toBe(3);
  expect(lastLine(dialect, lines, 'src/a.js')).toBe(4);
  expect(lastLine(dialect, lines, 'src/a.c')).toBe(1);
});

describe('cloud', () => {
  test('has the three exceptions of GitHub', () => {
    const file = parseCodeowners('!x @a\n[ab] @a\n\\#x @a', 'bitbucketCloud');
    expect(file.rules).toEqual([]);
    expect(file.problems.map(({ code }) => code)).toEqual(['NEGATION', 'UNESCAPED_BRACKET', 'DANGLING_ESCAPE']);
  });

  test('leaves out an owner that is none, and keeps the rule', () => {
    expect(parseCodeowners('*.js @ @acme/web:random(2) # both', 'bitbucketCloud')).toMatchObject({
      rules: [{ owners: [{ kind: 'team', name: 'acme/web' }] }],
      problems: [{ line: 1, code: 'INVALID_OWNER', effect: 'kept' }],
    });
  });
});

describe('data center', () => {
  test.each([
    ['foo', 'foo', true],
    ['foo', 'x/foo', true],
    ['foo', 'foo/a', false],
    ['foo/', 'x/foo/a/b', true],
    ['/foo', 'x/foo', false],
    ['a/b', 'x/a/b', true],
    ['/a/*', 'a/b', true],
    ['/a/*', 'a/b/c', false],
    ['/a/**', 'a/b/c', true],
    ['/a/**/c', 'a/c', true],
    ['**.css', 'x/y/a.css', true],
    ['*.css', 'x/y/a.css', true],
    ['?.?', '1.2', true],
    ['?.?', 'x/1.22', false],
    ['[ab]', '[ab]', true],
    ['[ab]', 'a', false],
    ['my\\ docs/*.md', 'my docs/a.md', true],
    ['my\\\\ docs/*.md', 'my docs/a.md', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(lastLine('bitbucketDataCenter', [`${pattern} @a`], path)).toBe(expected ? 1 : undefined);
  });

  test('has comments only on lines of their own', () => {
    expect(parseCodeowners('*.js @jane # web', 'bitbucketDataCenter')).toMatchObject({
      rules: [{ owners: [{ name: 'jane' }], ownerText: '@jane # web' }],
      problems: [
        { code: 'INVALID_OWNER', effect: 'kept' },
        { code: 'INVALID_OWNER', effect: 'kept' },
      ],
    });
  });

  test('reads neither negations nor a lone slash', () => {
    const file = parseCodeowners('!x @a\n/ @a\nx', 'bitbucketDataCenter');
    expect(file.problems.map(({ line, code }) => [line, code])).toEqual([
      [1, 'NEGATION'],
      [2, 'NEVER_MATCHES'],
    ]);
    expect(ownersOf(file, 'x').kind).toBe('unowned');
  });
});
