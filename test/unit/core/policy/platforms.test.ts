import { describe, expect, test } from 'vitest';
import type { PolicyJudgement } from '../../../../src/core/policy/evaluate-policy.ts';
import { leavesOf } from '../../../../src/core/policy/judgement.ts';
import type { JudgedPlatforms } from '../../../../src/core/policy/platforms.ts';
import { judgePlatforms } from '../../../../src/core/policy/platforms.ts';
import { AT } from '../claims/documents.ts';
import { known, nowhere, policyOf, unheard } from './policies.ts';

const PLAIN = { provenance: { present: true } };
const as = (platform: string, verdict: PolicyJudgement['verdict'] = 'pass'): JudgedPlatforms['judged'][number] => ({
  platform,
  judgement: { verdict, reason: `release: ${verdict}`, rules: [], isUnruled: false },
});

function judge(required: unknown, listed: JudgedPlatforms['listed'], judged: JudgedPlatforms['judged']) {
  return judgePlatforms(policyOf(PLAIN, { rule: { platforms: { required } } }), { foundAt: [AT], listed, judged });
}

describe('every platform of the index', () => {
  const LISTED = known(['linux/amd64', 'linux/arm64/v8']);
  test.each([
    ['all were judged and passed', LISTED, [as('linux/amd64'), as('linux/arm64/v8')], 'pass'],
    ['one failed', LISTED, [as('linux/amd64'), as('linux/arm64/v8', 'fail')], 'fail'],
    ['one is undecided', LISTED, [as('linux/amd64'), as('linux/arm64/v8', 'undecided')], 'undecided'],
    ['one was not judged', LISTED, [as('linux/amd64')], 'undecided'],
    ['the list was not heard', unheard, [as('linux/amd64')], 'undecided'],
    ['the list was not heard, and one failed', unheard, [as('linux/amd64', 'fail')], 'fail'],
    ['there is no index', nowhere, [as('linux/amd64')], 'pass'],
    ['there is nothing at all', nowhere, [], 'fail'],
    ['the list is empty', known([]), [], 'fail'],
  ] as const)('%s: %4$s', (_name, listed, judged, expected) => {
    expect(judge('every', listed, judged)?.verdict).toBe(expected);
  });
});

describe('these platforms', () => {
  test.each([
    ['there', ['linux/amd64'], [as('linux/amd64'), as('linux/arm64', 'fail')], 'pass'],
    ['in a variant', ['linux/arm64'], [as('linux/arm64/v8')], 'pass'],
    ['in one variant that fails', ['linux/arm'], [as('linux/arm/v6', 'fail'), as('linux/arm/v7')], 'fail'],
    ['not there', ['linux/s390x'], [as('linux/amd64')], 'fail'],
    ['listed, and not judged', ['linux/amd64', 'linux/riscv64'], [as('linux/amd64')], 'undecided'],
    ['of which only the beginning is alike', ['linux/arm'], [as('linux/arm64')], 'fail'],
  ] as const)('%s: %3$s', (_name, required, judged, expected) => {
    expect(judge(required, known(['linux/amd64', 'linux/riscv64']), judged)?.verdict).toBe(expected);
  });

  test('what was not judged says how to judge it', () => {
    const judged = judge(['linux/riscv64'], known(['linux/riscv64']), []);
    expect(judged === undefined ? [] : leavesOf(judged)).toMatchObject([
      { got: 'it was not judged', unheard: [{ hint: 'judge all platforms: --all-platforms' }] },
    ]);
  });
});

test('a rule that says nothing of platforms demands nothing of them', () => {
  expect(judgePlatforms(policyOf(PLAIN), { foundAt: [AT], listed: nowhere, judged: [] })).toBeUndefined();
});
