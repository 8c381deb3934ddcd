import { expect, it } from 'vitest';
import type { RecordedRequest } from '../../../support/http-server.ts';
import { longestChain } from '../../../support/http-server.ts';

const requests = (...spans: readonly (readonly [number, number])[]): readonly RecordedRequest[] =>
  spans.map(([startedAtMs, endedAtMs]) => ({ method: 'GET', path: '/', headers: {}, startedAtMs, endedAtMs }));

it.each([
  ['nothing', requests(), 0],
  ['one', requests([0, 10]), 1],
  ['three at once', requests([0, 10], [1, 9], [2, 12]), 1],
  ['one after another', requests([0, 10], [10, 20], [21, 30]), 3],
  ['two chains side by side', requests([0, 10], [0, 20], [11, 19], [21, 30]), 3],
  ['a long one beside short ones', requests([0, 100], [0, 10], [20, 30], [40, 50]), 3],
])('the longest chain of %s', (_, recorded, expected) => {
  expect(longestChain(recorded)).toBe(expected);
});
