import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../../../src/core/graph/order.ts';
import { answersOf, reconcileOne } from '../../../../src/core/graph/reconcile.ts';
import type { Evidence } from '../../../../src/core/model/evidence.ts';
import { SIGNAL_STRENGTHS } from '../../../../src/core/model/evidence.ts';
import { COMMIT, revision, says, states } from './evidence.ts';

const NOBODY: ReadonlySet<Evidence> = new Set();
const value = ({ claim }: { claim: Evidence['claim'] }): string => (claim.kind === 'fact' ? claim.value : '');

/** `settled: a; but b`, `conflict: a, b; but c`, `absent`. */
function outcome(evidence: readonly Evidence[], powerless: ReadonlySet<Evidence> = NOBODY): string {
  const result = reconcileOne(evidence, powerless);
  const answers = result.kind === 'settled' ? [result.answer] : result.kind === 'conflict' ? result.candidates : [];
  const dissent = result.dissent.map(value);
  return `${result.kind}${answers.length === 0 ? '' : `: ${answers.map(value).join(', ')}`}${dissent.length === 0 ? '' : `; but ${dissent.join(', ')}`}`;
}
const ref = (text: string, quality: Parameters<typeof states>[2] = {}) => states('ref', text, quality);

describe('one question, one answer', () => {
  test('nobody says: absent', () => expect(outcome([])).toBe('absent'));

  test('the strongest wins, whatever its rank, and the weaker are its dissent', () => {
    const evidence = [
      ref('a', { strength: 'declared', rank: 0 }),
      ref('b', { strength: 'verified', rank: 900 }),
      ref('c', { strength: 'inferred', rank: 0 }),
      ref('d', { strength: 'attested', rank: 0 }),
    ];
    expect(outcome(evidence)).toBe('settled: b; but d, a, c');
  });

  test('of one strength the better rank wins, and the other is dissent', () => {
    expect(outcome([ref('a', { rank: 301 }), ref('b', { rank: 300 })])).toBe('settled: b; but a');
  });

  test('two different answers of equal strength and rank are a conflict, not an exception', () => {
    expect(outcome([ref('b'), ref('a'), ref('c', { rank: 400 })])).toBe('conflict: a, b; but c');
  });

  test('three too', () => expect(outcome([ref('c'), ref('a'), ref('b')])).toBe('conflict: a, b, c'));

  test('those who agree are one answer, as strong as the strongest of them', () => {
    const result = reconcileOne(
      [ref('a', { strength: 'declared' }), ref('b'), ref('a', { strength: 'verified', rank: 5 })],
      NOBODY,
    );
    expect(result).toMatchObject({ kind: 'settled', answer: { strength: 'verified', rank: 5 } });
    expect(result.kind === 'settled' && result.answer.support.map(({ strength }) => strength)).toEqual([
      'verified',
      'declared',
    ]);
  });

  test('many weak ones do not outvote a strong one', () => {
    const crowd = Array.from({ length: 20 }, (_, index) => ref('crowd', { strength: 'declared', at: `${index}` }));
    expect(outcome([...crowd, ref('one')]).startsWith('settled: one')).toBe(true);
  });

  test('the rank of a weaker piece of evidence does not help an answer', () => {
    const evidence = [ref('a', { rank: 400 }), ref('a', { strength: 'declared', rank: 0 }), ref('b', { rank: 300 })];
    expect(outcome(evidence)).toBe('settled: b; but a, a');
  });
});

describe('powerless evidence', () => {
  const mute = ref('base', { strength: 'verified', rank: 0 });

  test('settles nothing, and is shown as dissent', () => {
    expect(outcome([mute], new Set([mute]))).toBe('absent; but base');
    expect(outcome([mute, ref('own', { strength: 'inferred' })], new Set([mute]))).toBe('settled: own; but base');
  });

  test('makes no conflict', () => {
    const equal = ref('base');
    expect(outcome([equal, ref('own')], new Set([equal]))).toBe('settled: own; but base');
    expect(outcome([equal, ref('own')])).toBe('conflict: base, own');
  });
});

describe('abbreviated commits', () => {
  const SHORT = COMMIT.slice(0, 7);
  const commits = (evidence: readonly Evidence[]): string[] =>
    answersOf(evidence).map(({ claim, strength, support }) =>
      claim.kind === 'edge' && claim.to.kind === 'sourceRevision'
        ? `${claim.to.commit} ${strength} ${support.length}`
        : '',
    );
  const from = (commit: string, quality: Parameters<typeof says>[2] = {}, repository = 'acme/shop') =>
    says('builtFrom', revision(repository, commit), quality);

  test('and the full one that begins so are one answer, and the full one is it', () => {
    expect(commits([from(SHORT), from(COMMIT)])).toEqual([`${COMMIT} attested 2`]);
    expect(commits([from(COMMIT), from(SHORT, { rank: 0 })])).toEqual([`${COMMIT} attested 2`]);
  });

  test('of several lengths, in any order', () => {
    const evidence = [from(SHORT), from(COMMIT.slice(0, 12)), from(COMMIT), from(COMMIT.slice(0, 9))];
    expect(commits(evidence)).toEqual([`${COMMIT} attested 4`]);
    expect(commits(evidence.toReversed())).toEqual([`${COMMIT} attested 4`]);
    expect(commits(evidence.slice(0, 2))).toEqual([`${COMMIT.slice(0, 12)} attested 2`]);
  });

  test('that two full ones begin with is neither of them', () => {
    const other = `${SHORT}${'0'.repeat(33)}`;
    expect(commits([from(SHORT), from(COMMIT), from(other)]).toSorted()).toEqual(
      [`${SHORT} attested 1`, `${COMMIT} attested 1`, `${other} attested 1`].toSorted(),
    );
  });

  test('of another repository is another answer', () => {
    expect(commits([from(SHORT, {}, 'acme/other'), from(COMMIT)])).toHaveLength(2);
    expect(commits([from(SHORT, {}, 'Acme/Shop'), from(COMMIT)])).toEqual([`${COMMIT} attested 2`]);
  });

  test('a full commit is no abbreviation of a longer one', () => {
    expect(commits([from(COMMIT), from(COMMIT.padEnd(64, '0'))])).toHaveLength(2);
  });

  test('what completes an abbreviation lends it no grade, and takes none from it', () => {
    const label = from(COMMIT, { strength: 'declared' });
    expect(commits([from(SHORT, { strength: 'verified' }), label])).toEqual([`${SHORT} verified 2`]);
    expect(commits([from(SHORT, { strength: 'declared' }), from(COMMIT, { strength: 'verified' })])).toEqual([
      `${COMMIT} verified 2`,
    ]);
  });
});

describe('whatever is said', () => {
  const anything = fc.array(
    fc.record({
      text: fc.constantFrom('a', 'b', 'c'),
      strength: fc.constantFrom(...SIGNAL_STRENGTHS),
      rank: fc.integer({ min: 0, max: 3 }),
      mute: fc.boolean(),
      at: fc.constantFrom('x', 'y'),
    }),
    { maxLength: 8 },
  );
  const built = anything.map((rows) => {
    const evidence = rows.map(({ text, strength, rank, at }) => ref(text, { strength, rank, at }));
    return { evidence, powerless: new Set(evidence.filter((_, index) => rows[index]?.mute)) };
  });

  test('nothing is thrown away', () => {
    fc.assert(
      fc.property(built, ({ evidence, powerless }) => {
        const result = reconcileOne(evidence, powerless);
        const answers =
          result.kind === 'settled' ? [result.answer] : result.kind === 'conflict' ? result.candidates : [];
        const shown = [...answers.flatMap(({ support }) => support), ...result.dissent];
        expect(shown).toHaveLength(evidence.length);
        expect(new Set(shown)).toEqual(new Set(evidence));
      }),
    );
  });

  test('the order in which it was gathered changes nothing', () => {
    fc.assert(
      fc.property(built, ({ evidence, powerless }) => {
        const [left, right] = [evidence, evidence.toReversed()].map((items) => reconcileOne(items, powerless));
        const { dissent: _, ...settled } = left!;
        expect(right).toMatchObject(settled);
      }),
    );
  });

  test('no dissent is stronger than the answer, unless it is powerless', () => {
    fc.assert(
      fc.property(built, ({ evidence, powerless }) => {
        const result = reconcileOne(evidence, powerless);
        if (result.kind !== 'settled') return;
        const { strength, rank, claim } = result.answer;
        for (const item of result.dissent.filter((each) => !powerless.has(each))) {
          const worse = SIGNAL_STRENGTHS.indexOf(item.strength) - SIGNAL_STRENGTHS.indexOf(strength);
          expect(worse < 0 || (worse === 0 && item.rank > rank)).toBe(true);
          expect(answerOf(item.claim)).not.toBe(answerOf(claim));
        }
      }),
    );
  });
});
