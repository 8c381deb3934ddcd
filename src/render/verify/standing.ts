import type { Verdict } from '../../core/policy/evaluate.ts';
import type { Standing } from '../words.ts';

/** How a verdict looks: it has a sign and a colour of the grades, and never stands without its word. */
export const VERDICT_STANDINGS: Readonly<Record<Verdict, Standing>> = {
  pass: 'verified',
  fail: 'failed',
  undecided: 'unheard',
};
