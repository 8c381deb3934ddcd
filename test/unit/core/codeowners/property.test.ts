import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseDialect } from '../../../../src/core/codeowners/dialect.ts';
import { explainOwners } from '../../../../src/core/codeowners/explain.ts';
import { ownersOf } from '../../../../src/core/codeowners/match.ts';
import type { Dialect } from '../../../../src/core/codeowners/model.ts';
import { parseCodeowners } from '../../../../src/core/codeowners/parse.ts';
import { referenceFnmatch, referenceGitignoreLike } from './reference-matchers.ts';
import { refusalOf } from './refusal.ts';

const DIALECTS: readonly Dialect[] = ['github', 'gitlab', 'gitea', 'bitbucketCloud', 'bitbucketDataCenter'];

const pieces = [
  'a',
  'b',
  '.',
  '*',
  '?',
  '**',
  '\\',
  '[',
  ']',
  '!',
  '^',
  '-',
  'é',
  '😀',
  ' ',
  '#',
  '@',
  '(',
  '|',
  '{2}',
];
const anyLine = fc.array(fc.constantFrom(...pieces, '/', '\t', '[S]', '@o', '@o/t', 'a@b.c'), { maxLength: 12 });
const anyFile = fc.oneof(
  fc.array(anyLine, { maxLength: 8 }).map((lines) => lines.map((line) => line.join('')).join('\n')),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
  fc.string({ unit: 'binary', maxLength: 100 }),
);
const anyName = fc.array(fc.constantFrom('a', 'b', '.', 'é', '😀', '*', '[', 'ab'), { minLength: 1, maxLength: 4 });
const anyPath = fc
  .array(anyName, { minLength: 1, maxLength: 5 })
  .map((names) => names.map((name) => name.join('').replace(/^\.+$/, 'a')).join('/'));

describe('arbitrary text', () => {
  test.each(DIALECTS)('%s: is read, each line once, or refused with our own error', (dialect) => {
    fc.assert(
      fc.property(anyFile, anyPath, (text, path) => {
        const file = parseCodeowners(text, dialect);
        const skipped = new Set(file.problems.filter(({ effect }) => effect === 'skipped').map(({ line }) => line));
        const headers = file.sections.flatMap(({ headerLines }) => headerLines);
        const read = [...file.rules.map(({ line }) => line), ...skipped, ...headers].sort((a, b) => a - b);
        const lines = text.split('\n').map((line) => line.trim());
        const meaningful = lines.flatMap((line, index) => (line === '' || line.startsWith('#') ? [] : [index + 1]));
        expect(read).toEqual(meaningful);
        const { answer, matching } = explainOwners(file, path);
        const deciding = matching.filter(({ outcome }) => outcome === 'decides').map(({ rule }) => rule.line);
        const rules = answer.kind === 'noRule' ? [] : answer.rules.map(({ line }) => line);
        expect(deciding).toEqual(rules.sort((a, b) => a - b));
      }),
      { numRuns: 1_000 },
    );
  });

  test('has a dialect, or is of another format', () => {
    fc.assert(
      fc.property(anyFile, (text) => {
        let chosen: string | undefined;
        const refusal = refusalOf(() => (chosen = chooseDialect({ text }).dialect));
        expect([...DIALECTS, 'UNSUPPORTED']).toContain(chosen ?? refusal?.code);
      }),
      { numRuns: 1_000 },
    );
  });
});

const anySegment = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('**', '*') },
  { weight: 3, arbitrary: anyName.map((name) => name.join('').replaceAll(/[*[]/g, 'a')) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom('a', 'b', '.', 'é', '😀', '*', '?', '\\*', 'ab'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('').replaceAll(/\*{3,}/g, '**')),
  },
);
const anyPattern = fc
  .tuple(fc.constantFrom('', '/'), fc.array(anySegment, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '', '/'))
  .map(([root, segments, end]) => `${root}${segments.join('/')}${end}`);
const anyClass = fc.constantFrom('[ab]', '[!a]', '[^b-é]', '[\\]a]', '[a-]', '[]', '[', '[z-a]', '[a/b]', '[😀-😂]');
const anyFnmatch = fc
  .tuple(anyPattern, anyClass, fc.nat(20), fc.boolean())
  .map(([pattern, cls, at, plain]) => (plain ? pattern : `${pattern.slice(0, at)}${cls}${pattern.slice(at)}`))
  .filter((pattern) => !/^\^?\[|^[!#]|\\$|\s/.test(pattern));

describe('every pattern matches what a plain reading of the rules says', () => {
  test('github', () => {
    fc.assert(
      fc.property(anyPattern, anyPath, (pattern, path) => {
        const file = parseCodeowners(`${pattern} @a`, 'github');
        expect(file.problems).toEqual([]);
        expect(ownersOf(file, path).kind === 'owned').toBe(referenceGitignoreLike(pattern, path));
      }),
      { numRuns: 20_000 },
    );
  });

  test('gitlab', () => {
    fc.assert(
      fc.property(anyFnmatch, anyPath, (pattern, path) => {
        const file = parseCodeowners(`${pattern} @a`, 'gitlab');
        expect(ownersOf(file, path).kind === 'owned').toBe(referenceFnmatch(pattern, path));
      }),
      { numRuns: 20_000 },
    );
  });
});

test('of many rules the last that matches is found, as if each were tried', () => {
  fc.assert(
    fc.property(fc.array(anyPattern, { maxLength: 30 }), anyPath, (patterns, path) => {
      const file = parseCodeowners(patterns.map((pattern) => `${pattern} @a`).join('\n'), 'github');
      const answer = ownersOf(file, path);
      const expected = patterns.findLastIndex((pattern) => referenceGitignoreLike(pattern, path)) + 1;
      expect(answer.kind === 'noRule' ? 0 : answer.rules[0]?.line).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
});
