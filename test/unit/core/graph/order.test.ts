import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareEvidence, inOrder } from '../../../../src/core/graph/order.ts';
import type { Gathered } from '../../../../src/core/model/chain.ts';
import { SIGNAL_STRENGTHS } from '../../../../src/core/model/evidence.ts';
import { provenance, simpleSignature } from '../claims/documents.ts';
import { IMAGE, image, notHeard, says, revision, states } from './evidence.ts';

const ALL: Gathered = {
  evidence: [
    states('ref', 'b', { strength: 'declared' }),
    states('ref', 'a'),
    says('builtFrom', revision('acme/shop')),
    states('ref', 'a', { at: 'elsewhere' }),
    states('ref', 'a', { about: image('ba5e') }),
  ],
  problems: [
    notHeard(['builtFrom']),
    { ...notHeard(['builtFrom']), message: 'another' },
    notHeard(['builtFrom'], image('ba5e')),
  ],
  places: [
    { at: IMAGE, carrier: 'b', result: 'absent' },
    { at: IMAGE, carrier: 'a', result: 'found', detail: 'one' },
    { at: IMAGE, carrier: 'a', result: 'found', detail: 'two' },
  ],
  documents: [
    simpleSignature({ carrier: 'b' }),
    simpleSignature({ carrier: 'a' }),
    provenance({ document: IMAGE.digest }),
  ].map((signed) => ({ about: IMAGE, signed })),
  remarks: ['b', 'a'].map((location) => ({ about: IMAGE, code: 'TRUNCATED', message: 'x', location })),
};

/** The same in another order: a rotation for each list. */
function turned({ evidence, problems, places, documents, remarks }: Gathered, by: number): Gathered {
  const turn = <Item>(items: readonly Item[]): Item[] =>
    [...items.slice(by % items.length), ...items.slice(0, by % items.length)].toReversed();
  return {
    evidence: turn(evidence),
    problems: turn(problems),
    places: turn(places),
    documents: turn(documents),
    remarks: turn(remarks),
  };
}

test('the same content comes in the same order, however it was gathered (traps O2)', () => {
  fc.assert(
    fc.property(fc.nat(20), (by) => {
      expect(inOrder(turned(ALL, by))).toEqual(inOrder(ALL));
    }),
  );
});

test('what was read twice from one place stands once; nothing else is lost', () => {
  const twice: Gathered = {
    evidence: [...ALL.evidence, ...ALL.evidence],
    problems: [...ALL.problems, ...ALL.problems],
    places: [...ALL.places, ...ALL.places],
    documents: ALL.documents,
    remarks: [...ALL.remarks, ...ALL.remarks],
  };
  expect(inOrder(twice)).toEqual(inOrder(ALL));
  for (const name of ['evidence', 'problems', 'places', 'documents', 'remarks'] as const) {
    expect(inOrder(ALL)[name]).toHaveLength(ALL[name].length);
  }
});

describe('evidence is ordered best first', () => {
  const best = states('ref', 'a', { strength: 'verified' });
  test.each([
    ['strength before rank', states('ref', 'a', { strength: 'attested', rank: 0 })],
    ['rank before text', states('ref', '0', { strength: 'verified', rank: 301 })],
    ['then what it says', states('ref', 'b', { strength: 'verified' })],
    ['then where', states('ref', 'a', { strength: 'verified', at: 'there' })],
  ])('%s', (_name, other) => {
    expect(compareEvidence(best, other)).toBeLessThan(0);
    expect(compareEvidence(other, best)).toBeGreaterThan(0);
  });

  test('of itself neither', () => expect(compareEvidence(best, best)).toBe(0));

  test('as an order should be', () => {
    const some = fc.record({
      strength: fc.constantFrom(...SIGNAL_STRENGTHS),
      rank: fc.nat(2),
      at: fc.constantFrom('x', 'y'),
    });
    fc.assert(
      fc.property(some, some, some, (one, two, three) => {
        const [left, middle, right] = [one, two, three]
          .map((quality) => states('ref', 'a', quality))
          .toSorted(compareEvidence);
        expect(compareEvidence(left!, middle!)).toBeLessThanOrEqual(0);
        expect(compareEvidence(left!, right!)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
