import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';

function parse(...lines: readonly string[]): ReturnType<typeof parseCodeowners> {
  return parseCodeowners(lines.join('\n'), 'gitlab');
}

function matches(pattern: string, path: string): boolean {
  return ownersOf(parse(`${pattern} @a`), path).kind === 'owned';
}

describe('sections', () => {
  test('are merged by name, whatever its case, under the spelling that came first', () => {
    const file = parse('[Docs] @a', '*.md', '[Code]', '[DOCS] @b', '*.txt');
    expect(file.sections).toEqual([
      { name: 'Docs', headerLines: [1, 4], optional: false },
      { name: 'Code', headerLines: [3], optional: true },
    ]);
    expect(file.rules).toMatchObject([
      { line: 2, section: 'Docs', ownerText: '@a', ownersFromLine: 1 },
      { line: 5, section: 'Docs', ownerText: '@b', ownersFromLine: 4 },
    ]);
  });

  test('are optional only where all their rules are', () => {
    const file = parse('^[Docs]', '*.md @a', '[docs]', '*.txt @a', '^[Go]', '*.go @a');
    expect(file.sections.map(({ name, optional }) => [name, optional])).toEqual([
      ['Docs', false],
      ['Go', true],
    ]);
    expect(file.rules.map(({ optional }) => optional)).toEqual([true, false, true]);
  });

  test('say how many must approve; without a number, or with 0, it is 1', () => {
    const file = parse('*.c @a', '[A][3]', '*.c @a', '[B][0]', '*.c @a', '[C][]', '*.c @a', '[D][q]', '*.c @a');
    expect(file.rules.map(({ approvals }) => approvals)).toEqual([1, 3, 1, 1, 1]);
  });

  test('take owners only up to what no owner has', () => {
    const file = parse('[A] @a, @b', '*.c');
    expect(file.rules[0]?.ownerText).toBe('@a');
  });

  test('give their owners to rules without, and never to exclusions', () => {
    const file = parse('[A] @a', '*.c', '!x.c');
    expect(file.rules.map(({ effect, owners }) => [effect, owners.length])).toEqual([
      ['assigns', 1],
      ['excludes', 0],
    ]);
  });

  test('without a header there is none', () => {
    expect(parse('*.c @a')).toMatchObject({ sections: [], rules: [{ line: 1 }] });
    expect(parse('*.c @a').rules[0]).not.toHaveProperty('section');
  });
});

describe('lines that are hardly meant so', () => {
  test.each([
    [['[Docs', '*.md @a'], 1, 'UNCLOSED_SECTION'],
    [['[] @a', '*.md'], 1, 'UNNAMED_SECTION'],
    [['[ ] @a', '*.md'], 1, 'UNNAMED_SECTION'],
    [['^[Docs][2] @a', '*.md'], 1, 'OPTIONAL_WITH_APPROVALS'],
    [['[Docs] nobody', '*.md @a'], 1, 'INVALID_OWNER'],
    [['*.md'], 1, 'NO_OWNERS'],
    [['*.md @a # not a comment'], 1, 'INVALID_OWNER'],
    [['*.md @a', '/**/*.md @b'], 2, 'REPEATED_PATTERN'],
  ] as const)('%j', (lines, line, code) => {
    expect(parse(...lines).problems).toContainEqual(expect.objectContaining({ line, code, effect: 'kept' }));
  });

  test('and others are not', () => {
    const lines = ['* @a b@c.example @@owner', '!x', '^[Docs] @d', '*.md', '[Code][2]', '*.c @g/h', '* @a'];
    expect(parse(...lines).problems).toEqual([]);
  });
});

describe('patterns, as fnmatch of Ruby reads them', () => {
  test.each([
    ['x[a-c]', 'xb', true],
    ['x[a-c]', 'xd', false],
    ['x[!a-c]', 'xd', true],
    ['x[^a-c]', 'xb', false],
    ['x[!a-c]', 'x/', false],
    ['x[a-]', 'x-', true],
    ['x[c-a]', 'xc', true],
    ['x[c-a]', 'xb', false],
    ['x[\\]]', 'x]', true],
    ['x[]a]', 'x]a]', false],
    ['x[]', 'x', false],
    ['x[!]', 'xz', true],
    ['x[é-ü]', 'xö', true],
    ['x[a/b]', 'xa', true],
    ['x[a/b]', 'xa/b', false],
    ['x[ab', 'xa', false],
    ['x[ab', 'x[ab', false],
    ['x\\[ab', 'x[ab', true],
    ['x\\/y', 'x/y', true],
    ['**/\\*', '*', true],
    ['**/\\*', 'a', false],
    ['a**/b', 'aaa/b', true],
    ['a**/b', 'a/x/b', false],
    ['/a/**/**/b', 'a/b', true],
    ['/a/**b', 'a/xb', true],
    ['/a/**b', 'a/x/b', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['x[😀]', 'x😀', true],
    ['x[😀-😂]', 'x😁', true],
    ['x[😀-😂]', 'x\uFF01', false],
    ['a\\ b', 'a b', true],
    ['\\!a', '!a', true],
    ['a//b', 'a/b', false],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });
});

test('a backslash at the end is itself', () => {
  expect(ownersOf(parse('[S] @a', 'x\\'), 'x\\').kind).toBe('owned');
});

test('a ! alone excludes everything from its section', () => {
  const file = parse('* @a', '!', '[Go]', '*.go @b');
  expect(ownersOf(file, 'a.c').kind).toBe('noRule');
  expect(ownersOf(file, 'a.go')).toMatchObject({ kind: 'owned', owners: [{ name: 'b' }] });
});

test('an exclusion that is repeated as a rule excludes no more, and the reverse', () => {
  expect(ownersOf(parse('!*.c', '*.c @a'), 'x.c').kind).toBe('owned');
  expect(ownersOf(parse('*.c @a', '!*.c'), 'x.c').kind).toBe('noRule');
});
