import type { EntityOf } from '../model/entity.ts';
import type { Claim, Evidence, SignalStrength } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import { repositoryKey } from '../source-url.ts';
import { answerOf, compareEvidence, compareText } from './order.ts';

/** One answer to one question, with those who give it, best first. */
export type Answer = {
  readonly claim: Claim;
  readonly strength: SignalStrength;
  readonly rank: number;
  readonly support: readonly Evidence[];
};

/** What evidence about one entity and one relation or fact comes to. */
export type Reconciled =
  | { readonly kind: 'settled'; readonly answer: Answer; readonly dissent: readonly Evidence[] }
  | { readonly kind: 'conflict'; readonly candidates: readonly Answer[]; readonly dissent: readonly Evidence[] }
  | { readonly kind: 'absent'; readonly dissent: readonly Evidence[] };

/**
 * The strongest evidence wins; of one strength the better rank; two different answers of equal strength and rank are a conflict,
 * which is a result. `powerless` evidence (labels that the base image has too) is dissent and settles nothing.
 */
export function reconcileOne(evidence: readonly Evidence[], powerless: ReadonlySet<Evidence>): Reconciled {
  const mute = evidence.filter((item) => powerless.has(item));
  const [best, ...others] = answersOf(evidence.filter((item) => !powerless.has(item)));
  if (best === undefined) return { kind: 'absent', dissent: mute };
  const equals = others.filter((answer) => answer.strength === best.strength && answer.rank === best.rank);
  const weaker = others.filter((answer) => !equals.includes(answer)).flatMap((answer) => answer.support);
  const dissent = [...weaker, ...mute];
  return equals.length === 0
    ? { kind: 'settled', answer: best, dissent }
    : { kind: 'conflict', candidates: [best, ...equals], dissent };
}

/** Every answer stands, best first. */
export function answersOf(evidence: readonly Evidence[]): readonly Answer[] {
  const groups = new Map<string, Evidence[]>();
  for (const item of evidence) {
    const answer = answerOf(item.claim);
    const group = groups.get(answer);
    if (group === undefined) groups.set(answer, [item]);
    else group.push(item);
  }
  return mergeAbbreviated([...groups.values()])
    .flatMap((group): Answer[] => {
      const support = group.sort(compareEvidence);
      const [best] = support;
      return best === undefined
        ? []
        : [{ claim: mostPrecise(best, support).claim, strength: best.strength, rank: best.rank, support }];
    })
    .sort(compareAnswers);
}

function compareAnswers(left: Answer, right: Answer): number {
  return (
    compareStrength(right.strength, left.strength) ||
    left.rank - right.rank ||
    compareText(answerOf(left.claim), answerOf(right.claim))
  );
}

/** An abbreviated commit and the full one that begins with it, in one repository, are one answer, unless two full ones do. */
function mergeAbbreviated(groups: readonly Evidence[][]): Evidence[][] {
  const merged = groups.map((group) => [...group]);
  // Longest first, so that abbreviations of different lengths all end up with the full one.
  for (const short of merged.toSorted((left, right) => commitLength(right) - commitLength(left))) {
    const prefix = revisionOf(short);
    if (prefix === undefined || prefix.commit.length >= FULL_COMMIT_LENGTH) continue;
    const [only, ...others] = merged.filter((group) => isAbbreviation(prefix, revisionOf(group)));
    if (only === undefined || others.length > 0) continue;
    only.push(...short);
    merged.splice(merged.indexOf(short), 1);
  }
  return merged;
}

const FULL_COMMIT_LENGTH = 40;
type Revision = EntityOf<'sourceRevision'>;

function isAbbreviation(short: Revision, full: Revision | undefined): boolean {
  if (full === undefined || full.commit.length <= short.commit.length || !full.commit.startsWith(short.commit))
    return false;
  return repositoryKey(full.repository) === repositoryKey(short.repository);
}

/** Of a group's first: those that were merged into it come after. */
function revisionOf([first]: readonly Evidence[]): Revision | undefined {
  return first?.claim.kind === 'edge' && first.claim.to.kind === 'sourceRevision' ? first.claim.to : undefined;
}

function commitLength(group: readonly Evidence[]): number {
  return revisionOf(group)?.commit.length ?? 0;
}

/**
 * Of abbreviated and full commits the full one is the answer, where its own evidence is as strong: anybody can make a commit that begins
 * with seven given characters, so what only a label completes is not verified.
 */
function mostPrecise(best: Evidence, support: readonly Evidence[]): Evidence {
  const equals = support.filter(({ strength }) => strength === best.strength);
  return equals.reduce((chosen, item) => (commitLength([item]) > commitLength([chosen]) ? item : chosen), best);
}
