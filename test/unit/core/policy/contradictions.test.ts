import { expect, test } from 'vitest';
import { contradictionsIn } from '../../../../src/core/policy/contradictions.ts';
import { loadCel } from '../../../../src/core/policy/load-cel.ts';
import { policyOf } from './policies.ts';

const evaluateCel = await loadCel();
const hosts = (...names: readonly string[]): object => ({ materials: { hosts: names } });
const stating = (cel: string): object => ({ attestations: [{ predicateType: 'https://acme.example/x', cel }] });

test.each<[string, object, number]>([
  ['one list', hosts('github.com'), 0],
  ['lists that share something', { ...hosts('github.com', 'gitlab.com'), all: [hosts('gitlab.com')] }, 0],
  ['lists that share nothing', { ...hosts('github.com'), all: [hosts('gitlab.com')] }, 1],
  [
    'lists of which all pairs share something, and no three',
    { all: [hosts('a.io', 'b.io'), hosts('b.io', 'c.io'), hosts('a.io', 'c.io')] },
    1,
  ],
  ['lists to choose from', { any: [hosts('github.com'), hosts('gitlab.com')] }, 0],
  [
    'patterns, which may share something',
    { materials: { baseImages: ['a.io/*'] }, all: [{ materials: { baseImages: ['*.io/b'] } }] },
    0,
  ],
  ['an expression that is always true', stating('1 < 2'), 0],
  ['an expression that is never true', stating('2 < 1'), 1],
  ['an expression that cannot be worked out', stating('1 / 0 == 1'), 1],
  ['an expression over the predicate', stating('predicate.score > 8'), 0],
])('%s', (_what, require, count) => {
  expect(contradictionsIn(policyOf(require), evaluateCel)).toHaveLength(count);
});

test('over the rules that a rule extends', () => {
  const policy = policyOf(hosts('github.com'), {
    rule: { extends: 'base' },
    rules: [{ name: 'base', require: hosts('gitlab.com') }],
  });
  expect(contradictionsIn(policy, undefined)).toEqual([
    'release can never hold: its lists of materials.hosts have nothing in common',
  ]);
});
