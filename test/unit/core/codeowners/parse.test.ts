import { describe, expect, test } from 'vitest';
import { FILE_BYTES_MAX } from '../../../../src/core/codeowners/lines.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';
import type { ToolError } from '../../../../src/core/errors.ts';
import { refusalOf } from './refusal.ts';

describe('lines that GitHub does not read', () => {
  test.each([
    ['!src @a', 'NEGATION'],
    ['src/[ab].c @a', 'UNESCAPED_BRACKET'],
    ['src/]x @a', 'UNESCAPED_BRACKET'],
    ['a***b @a', 'TRIPLE_STAR'],
    ['/ @a', 'NEVER_MATCHES'],
    ['src//a @a', 'NEVER_MATCHES'],
    ['src\\/a @a', 'DANGLING_ESCAPE'],
    ['src\\', 'DANGLING_ESCAPE'],
    ['src @a b', 'INVALID_OWNER'],
    ['src @a/b/c', 'INVALID_OWNER'],
    ['src @dependabot[bot]', 'INVALID_OWNER'],
    ['src a@b@c', 'INVALID_OWNER'],
  ])('%s', (line, code) => {
    const file = parseCodeowners(`# first\n${line}\n`, 'github');
    expect(file.rules).toEqual([]);
    expect(file.problems).toMatchObject([{ line: 2, code, effect: 'skipped' }]);
    expect(file.problems).toHaveLength(1);
  });

  test('a bracket is shown as it must be written, with what was escaped left as it was', () => {
    const [problem] = parseCodeowners('/app/\\[a]/[id]/x.ts @a', 'github').problems;
    expect(problem?.message).toContain('/app/\\[a\\]/\\[id\\]/x.ts');
  });

  test('escaped brackets, blanks, stars and backslashes are read', () => {
    expect(parseCodeowners('\\[a\\]\\ \\*\\?\\\\ @a', 'github')).toMatchObject({
      problems: [],
      rules: [{ pattern: '\\[a\\]\\ \\*\\?\\\\' }],
    });
  });
});

test('a # inside of a pattern ends it, which is said', () => {
  expect(parseCodeowners('docs/C#/ @a', 'github')).toMatchObject({
    rules: [{ pattern: 'docs/C', owners: [] }],
    problems: [{ code: 'HASH_IN_PATTERN', effect: 'kept' }],
  });
});

test('line numbers count every line, whatever ends it', () => {
  const file = parseCodeowners('\uFEFF*.js @a\r\n\r\n# comment\r\n\t*.md @b\r\n\n!x\n*.go', 'github');
  expect(file.rules.map(({ line, pattern }) => [line, pattern])).toEqual([
    [1, '*.js'],
    [4, '*.md'],
    [7, '*.go'],
  ]);
  expect(file.problems.map(({ line }) => line)).toEqual([6]);
});

test('a byte order mark does not hide a comment (decided: no forge documents it)', () => {
  expect(parseCodeowners('\uFEFF# comment', 'github')).toMatchObject({ rules: [], problems: [] });
});

test('an empty file has no rules in any dialect', () => {
  for (const dialect of ['github', 'gitlab', 'gitea', 'bitbucketCloud', 'bitbucketDataCenter'] as const) {
    const { rules, sections, problems } = parseCodeowners('\n# nothing\n', dialect);
    expect({ rules, sections, problems }).toEqual({ rules: [], sections: [], problems: [] });
  }
});

test('a rule outside of sections is not optional and wants one approval, in every dialect', () => {
  for (const dialect of ['github', 'gitlab', 'gitea', 'bitbucketCloud', 'bitbucketDataCenter'] as const) {
    expect(parseCodeowners('x @a', dialect).rules).toMatchObject([{ line: 1, optional: false, approvals: 1 }]);
  }
});

test('GitHub has no sections', () => {
  expect(parseCodeowners('[Docs] @a\n*.md', 'github')).toMatchObject({
    sections: [],
    rules: [{ pattern: '*.md', owners: [] }],
    problems: [{ line: 1, code: 'UNESCAPED_BRACKET' }],
  });
});

function refusal(text: string): ToolError | undefined {
  return refusalOf(() => parseCodeowners(text, 'github', 'docs/CODEOWNERS'));
}

describe('limits', () => {
  test('a file of 3 MiB is read and one byte more is not, and bytes are counted rather than characters', () => {
    const full = '#é'.padEnd(FILE_BYTES_MAX - 1, 'a');
    expect(refusal(full)).toBeUndefined();
    expect(refusal(`${full}a`)).toMatchObject({ code: 'TOO_LARGE', got: `${FILE_BYTES_MAX + 1}` });
    expect(refusal(`${full}a`)?.message).toContain('docs/CODEOWNERS');
  });

  test('a line of 10 KiB is read, and a longer one is not unless it is a comment', () => {
    const pattern = 'a'.repeat(10 * 1024 - 3);
    expect(refusal(`${pattern} @a`)).toBeUndefined();
    expect(refusal(`x @a\n${pattern}a @a`)).toMatchObject({ code: 'TOO_LARGE', got: `${10 * 1024 + 1}` });
    expect(refusal(`x @a\n${pattern}a @a`)?.message).toContain('line 2');
    expect(refusal(`#${pattern}a @a`)).toBeUndefined();
  });

  test('50,000 rules are read and one more is not', () => {
    expect(refusal('x @a\n'.repeat(50_000))).toBeUndefined();
    expect(refusal('x @a\n'.repeat(50_001))).toMatchObject({ code: 'TOO_LARGE', got: '50001' });
  });
});
