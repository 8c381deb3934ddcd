import type { VerifyResult } from '../model/verify-report.ts';
import type { Verdict } from './evaluate.ts';

/** Worst first: what fails stays failed whoever was not heard. */
const VERDICTS: readonly Verdict[] = ['fail', 'undecided', 'pass'];

/** What all that an image was held against comes to. Held against nothing, it is undecided. */
export function verdictOf({ judgement, policy }: Extract<VerifyResult, { kind: 'judged' }>): Verdict {
  const verdicts = [judgement, policy].flatMap((judged) => (judged === undefined ? [] : [judged.verdict]));
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'undecided';
}

/** The same in a sentence: of the command line first, then of the policy file. */
export function reasonOf({ judgement, policy }: Extract<VerifyResult, { kind: 'judged' }>): string {
  return [judgement, policy].flatMap((judged) => (judged === undefined ? [] : [judged.reason])).join('; ');
}
