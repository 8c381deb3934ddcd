import type { Pin } from '../claims/speakers.ts';
import { compareText } from '../graph/order.ts';
import type { Dossier } from '../model/chain.ts';
import type { Problem } from '../model/evidence.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf } from './candidates.ts';
import type { Check, RequirementName, Requirements } from './requirements.ts';
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
export function evaluate(
  dossier: Pick<Dossier, 'image' | 'gathered'>,
  requirements: Requirements,
  pins: readonly Pin[],
): Judgement {
  const judged = candidatesOf(dossier, { predicateType: requirements.predicateType, pins })
    .map((candidate): JudgedDocument => ({ candidate, checks: checksOf(requirements, candidate) }))
    .sort(compareJudged);
  const [best] = judged;
  if (best !== undefined && best.checks.length > 0 && missesOf(best).length === 0) {
    return { verdict: 'pass', reason: `${best.candidate.predicateType} meets every requirement`, judged, unheard: [] };
  }
  const unheard = dossier.gathered.problems.filter((problem) => problem.relations.includes('describedBy'));
  if (unheard.length > 0)
    return {
      verdict: 'undecided',
      reason: 'no document that was heard meets the requirements, and not all could be heard',
      judged,
      unheard,
    };
  return {
    verdict: 'fail',
    reason: best === undefined ? nothingHeld(requirements) : `${missesOf(best).join(', ')}: not as required`,
    judged,
    unheard,
  };
}

/** What the document lacks. */
export function missesOf({ checks }: JudgedDocument): readonly RequirementName[] {
  return checks.flatMap(({ requirement, holds }) => (holds ? [] : [requirement]));
}

/** Nearest first; the rest so that the order never hangs on which answer came first over the network. */
function compareJudged(left: JudgedDocument, right: JudgedDocument): number {
  return missesOf(left).length - missesOf(right).length || compareText(keyOf(left), keyOf(right));
}

function keyOf({ candidate: { document, carrier, endorsedBy } }: JudgedDocument): string {
  return [document, carrier, endorsedBy].join(' ');
}

function nothingHeld({ predicateType }: Requirements): string {
  return predicateType === undefined
    ? 'nothing that is signed is about this image'
    : `no signed document about this image states ${predicateType}`;
}
