import type { Pin } from '../claims/speakers.ts';
import type { Dossier } from '../model/chain.ts';
import type { Problem } from '../model/evidence.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf } from './candidates.ts';
import type { Check, Requirements } from './requirements.ts';
import { checksOf } from './requirements.ts';

/** Pass only where something was checked and holds; what could not be heard is undecided, never a pass. */
export type Verdict = 'pass' | 'fail' | 'undecided';
export type Judgement = {
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  /** Each document that was held against the requirements, nearest first. */
  readonly judged: readonly JudgedDocument[];
  /** What could not be heard, where the answer hangs on it. */
  readonly unheard: readonly Problem[];
};
export type JudgedDocument = { readonly candidate: Candidate; readonly checks: readonly Check[] };

/** Holds what was gathered against the requirements. Pure. */
export function evaluate(dossier: Pick<Dossier, 'image' | 'gathered'>, requirements: Requirements, pins: readonly Pin[]): Judgement {
  const candidates = candidatesOf(dossier, { predicateType: requirements.predicateType, pins });
  const judged = candidates.map((candidate) => ({ candidate, checks: checksOf(requirements, candidate) })).sort((left, right) => misses(left) - misses(right));
  const [best] = judged;
  const unheard = dossier.gathered.problems.filter((problem) => problem.relations.includes('describedBy'));
  if (best !== undefined && best.checks.length > 0 && misses(best) === 0) return { verdict: 'pass', reason: `${best.candidate.predicateType} meets every requirement`, judged, unheard: [] };
  if (unheard.length > 0) return { verdict: 'undecided', reason: 'no document that was heard meets the requirements, and not all could be heard', judged, unheard };
  if (best === undefined) return { verdict: 'fail', reason: 'nothing that is signed is about this image', judged, unheard };
  const missing = best.checks.filter((check) => !check.holds);
  return { verdict: 'fail', reason: `${missing.map((check) => check.requirement).join(', ')} not as required`, judged, unheard };
}

function misses({ checks }: JudgedDocument): number {
  return checks.filter((check) => !check.holds).length;
}
