import * as cel from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedCel } from '../../../../src/core/policy/bounded-cel.ts';
import { stating } from '../claims/documents.ts';
import { judged, leafOf, verdict } from './policies.ts';

const evaluator = boundedCel(cel);

function outcome(expression: string, predicate: unknown): string {
  const program = evaluator(expression);
  if (program.kind === 'refused') return `refused: ${program.message}`;
  const result = program.run(predicate);
  return result.kind === 'error' ? `error: ${result.message}` : String(result.holds);
}

describe('expressions over the predicate', () => {
  test.each([
    ['predicate.passed == true', { passed: true }, 'true'],
    ['predicate.passed', { passed: false }, 'false'],
    ['predicate.failures == 0 && predicate.total > 3', { failures: 0, total: 4 }, 'true'],
    ['predicate.tests.all(t, t.result == "ok")', { tests: [{ result: 'ok' }, { result: 'bad' }] }, 'false'],
    ['glob(predicate.branch, "release-*")', { branch: 'release-1' }, 'true'],
    ['glob(predicate.branch, "release")', { branch: 'release-1' }, 'false'],
    ['has(predicate.signer)', {}, 'false'],
    ['timestamp(predicate.at) > timestamp("2026-01-01T00:00:00Z")', { at: '2026-02-01T00:00:00Z' }, 'true'],
  ])('%s', (expression, predicate, expected) => {
    expect(outcome(expression, predicate)).toBe(expected);
  });

  test.each([
    ['a key that is not there', 'predicate.lost == 1', {}],
    ['one that every object has', 'predicate.constructor == 1', {}],
    ['no truth value', 'predicate.name', { name: 'x' }],
    ['no text', 'glob(predicate.n, "*")', { n: 1 }],
  ])('in error, and so not true: %s', (_name, expression, predicate) => {
    expect(outcome(expression, predicate)).toMatch(/^error: ./);
  });

  test.each([
    ['what cannot be read', '1 +'],
    ['what is not known', 'image == 1'],
    ['what is no truth value', '"a"'],
    ['what is longer than anybody writes', `predicate.a == "${'x'.repeat(5000)}"`],
    ['matches()', 'predicate.a.matches("(a+)+$")'],
    ['matches() deep within', 'predicate.l.all(x, predicate.m.exists(y, y.matches("a")))'],
    ['split()', 'predicate.a.split("").all(x, true)'],
    ['cel.bind()', 'cel.bind(x, predicate.a + predicate.a, x == "")'],
  ])('refused: %s', (_name, expression) => {
    expect(outcome(expression, {})).toMatch(/^refused: ./);
  });

  test('what to write instead is said', () => {
    expect(outcome('predicate.a.matches("a")', {})).toContain('use glob(text, pattern)');
  });
});

describe('the work is bounded before it runs', () => {
  const many = { l: Array.from({ length: 20_000 }, (_, index) => index) };
  test('loops in loops, and in a row', () => {
    expect(outcome('predicate.l.all(x, x >= 0)', many)).toBe('true');
    expect(outcome('predicate.l.all(x, predicate.l.all(y, y >= 0))', many)).toMatch(/^error: too much/);
    expect(outcome('predicate.l.filter(x, x >= 0).filter(x, x >= 0).all(x, true)', many)).toMatch(/^error: too much/);
    expect(outcome('predicate.l.all(x, predicate.l.all(y, y >= 0))', { l: [1, 2, 3] })).toBe('true');
  });

  test('what doubles again and again', () => {
    const doubling = `predicate.l${'.map(x, x + x)'.repeat(12)}.all(x, x != "")`;
    expect(outcome(doubling, { l: ['a'] })).toMatch(/^(?:error: too much|refused)/);
  });

  test('what grows within a loop', () => {
    const longer = (sums: number) => `predicate.l.map(x, x${' + x'.repeat(sums)}).size() > 0`;
    const list = { l: Array.from({ length: 1000 }, () => 'a') };
    expect([outcome(longer(1), list), outcome(longer(20), list)]).toEqual([
      'true',
      expect.stringMatching(/^error: too much/),
    ]);
  });

  test('texts and patterns made to be long', () => {
    expect(outcome('glob(predicate.a, predicate.b)', { a: 'a'.repeat(100_000), b: '*a'.repeat(50_000) })).toMatch(
      /^error: /,
    );
  });
});

test('whatever the expression and the predicate, there is an answer', () => {
  const piece = fc.constantFrom(
    'predicate',
    '.a',
    '[0]',
    '.all(x, ',
    '.map(x, ',
    'x',
    ')',
    '(',
    ' == ',
    ' + ',
    '1',
    '"s"',
    '&&',
    '!',
    'glob(',
    ', ',
    '.matches(',
    '{',
    '}',
    '[',
    ']',
  );
  const expression = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(expression, fc.jsonValue(), (written, predicate) => {
      expect(outcome(written, predicate)).toMatch(/^(?:true$|false$|error: .|refused: .)/);
    }),
    { numRuns: 500 },
  );
});

test('in a policy', () => {
  const TYPE = 'https://example.com/test-result/v1';
  const require = { attestations: [{ predicateType: TYPE, cel: 'predicate.failures == 0' }] };
  const of = (failures: number) => [stating(TYPE, { failures })];
  const options = { evaluateCel: evaluator };
  expect([verdict(require, of(0), { options }), verdict(require, of(1), { options })]).toEqual(['pass', 'fail']);
  expect(leafOf(judged(require, [stating(TYPE, {})], { options }), 'attestations.cel').got).toBe(
    'it cannot be worked out: No such key: failures',
  );
});
