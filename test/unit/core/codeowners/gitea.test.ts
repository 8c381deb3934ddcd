import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';
import { refusalOf } from './refusal.ts';

function parse(...lines: readonly string[]): ReturnType<typeof parseCodeowners> {
  return parseCodeowners(lines.join('\n'), 'gitea');
}

function refusalCode(run: () => unknown): string | undefined {
  return refusalOf(run)?.code;
}

test('what stands after an unescaped # is a comment, wherever it is', () => {
  expect(parse('src/.*#x @a @b')).toMatchObject({ rules: [], problems: [{ code: 'NO_OWNERS' }] });
  expect(parse('src/.* @a #@b').rules).toMatchObject([{ pattern: 'src/.*', ownerText: '@a' }]);
});

test('a negated rule keeps its pattern without the !', () => {
  expect(parse('!src/.* @a').rules).toMatchObject([{ pattern: 'src/.*', effect: 'assignsOthers' }]);
});

test('an expression is bound at both ends, and blanks of all kinds separate', () => {
  const file = parse('a\tu1 u2');
  expect(ownersOf(file, 'a')).toMatchObject({ owners: [{ name: 'u1' }, { name: 'u2' }] });
  expect(ownersOf(file, 'ab').kind).toBe('noRule');
  expect(ownersOf(file, 'ba').kind).toBe('noRule');
});

test('an owner that several rules name is one', () => {
  const answer = ownersOf(parse('.* @a @b', 'x.* @b @c'), 'x');
  expect(answer).toMatchObject({
    rules: [{ line: 1 }, { line: 2 }],
    owners: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
  });
});

test('what RE2 does not read costs the line', () => {
  const file = parse('( @a', '(?<=x)y @a', 'a{1001} @a', 'ok @a');
  expect(file.rules.map(({ line }) => line)).toEqual([4]);
  expect(file.problems.map(({ line, code, effect }) => [line, code, effect])).toEqual(
    [1, 2, 3].map((line) => [line, 'INVALID_EXPRESSION', 'skipped']),
  );
});

describe('work', () => {
  test('of repetitions is bounded over the file', () => {
    expect(parse(...Array<string>(200).fill('a{1000} @a')).rules).toHaveLength(200);
    expect(refusalCode(() => parse(...Array<string>(300).fill('a{1000} @a')))).toBe('TOO_LARGE');
  });

  test('of Unicode classes and wide ranges is bounded before they are compiled', () => {
    expect(parse('\\\\pL+ @a', '(?i)[a-z].* @a', '[α-ω]+ @a').rules).toHaveLength(3);
    expect(refusalCode(() => parse(`${'\\\\pL'.repeat(1_000)} @a`))).toBe('TOO_LARGE');
    expect(refusalCode(() => parse(`(?i)${'[B-\\\\x{1e900}]'.repeat(100)} @a`))).toBe('TOO_LARGE');
  });

  test('of one path is bounded', () => {
    const file = parse(...Array<string>(40).fill('(a|b|.*c){300}.{900}x{900} @a'));
    expect(refusalCode(() => ownersOf(file, 'ab'))).toBeUndefined();
    expect(refusalCode(() => ownersOf(file, 'ab'.repeat(2_000)))).toBe('TOO_LARGE');
  });
});
