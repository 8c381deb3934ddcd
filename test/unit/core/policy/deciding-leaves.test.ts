import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decidingLeaves } from '../../../../src/core/policy/deciding-leaves.ts';
import type { Judged } from '../../../../src/core/policy/judgement.ts';
import { allOf, branch, leaf, leavesOf } from '../../../../src/core/policy/judgement.ts';

const part = (name: string, holds: boolean | undefined): Judged =>
  leaf({ requirement: name, expected: 'x', got: 'y', holds });
const good = part('good', true);
const bad = part('bad', false);
const open = part('open', undefined);
const named = (judged: Judged): readonly string[] => decidingLeaves(judged).map(({ requirement }) => requirement);

describe('the leaves that decided', () => {
  test('are all of what is all required, those that hold too', () => {
    expect(named(allOf('all', [good, bad, open]))).toEqual(['good', 'bad', 'open']);
  });

  test('are of a choice the one that passed, and none of those that did not', () => {
    expect(named(branch({ join: 'any', requirement: 'any', parts: [bad, good, open] }))).toEqual(['good']);
  });

  test('are of a choice that failed the nearest, and of one that is open those that are', () => {
    const other = allOf('other', [part('far', false), part('farther', false)]);
    expect(named(branch({ join: 'any', requirement: 'any', parts: [bad, other] }))).toEqual(['bad']);
    expect(named(branch({ join: 'any', requirement: 'any', parts: [bad, open] }))).toEqual(['open']);
  });

  test('count where there are too few', () => {
    const few = branch({ join: 'atLeast', n: 3, requirement: 'mine', parts: [good, good] });
    expect(decidingLeaves(few)[2]).toMatchObject({
      requirement: 'policy.atLeast',
      verdict: 'fail',
      expected: '3 that hold',
      got: '2 of 2',
    });
  });

  test('of nothing are one that fails: nothing passes because nothing was there', () => {
    expect(decidingLeaves(allOf('mine', []))).toMatchObject([
      { requirement: 'policy.all', verdict: 'fail', got: '0 of 0' },
    ]);
    expect(decidingLeaves(branch({ join: 'any', requirement: 'mine', parts: [] }))).toMatchObject([
      { requirement: 'policy.any', verdict: 'fail' },
    ]);
  });
});

const trees = fc.letrec<{ judged: Judged }>((tie) => ({
  judged: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom(good, bad, open),
    fc
      .record({
        join: fc.constantFrom('all', 'any', 'atLeast'),
        n: fc.integer({ min: 0, max: 4 }),
        parts: fc.array(tie('judged'), { maxLength: 4 }),
      })
      .map((parts) => branch({ ...parts, requirement: 'of the user' })),
  ),
})).judged;

test('whatever the tree, the worst of them is as bad as the whole, and none worse', () => {
  const order = ['pass', 'undecided', 'fail'];
  fc.assert(
    fc.property(trees, (judged) => {
      const ranks = decidingLeaves(judged).map(({ verdict }) => order.indexOf(verdict));
      expect(Math.max(...ranks)).toBe(order.indexOf(judged.verdict));
    }),
    { numRuns: 2000 },
  );
});

test('none of them is made up but for a count, and no name of the user’s is among them', () => {
  fc.assert(
    fc.property(trees, (judged) => {
      const known = new Set<unknown>(leavesOf(judged));
      for (const each of decidingLeaves(judged))
        expect(known.has(each) || /^policy\.(?:all|any|atLeast)$/.test(each.requirement)).toBe(true);
    }),
  );
});
