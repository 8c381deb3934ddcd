import type { Entity } from '../model/entity.ts';
import type { Claim, Evidence, SignalStrength } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import { repositoryKey } from '../source-url.ts';
import { answerOf, compareEvidence, compareText } from './order.ts';

/** One answer to one question, with those who give it, best first. */
export type Answer = { readonly claim: Claim; readonly strength: SignalStrength; readonly rank: number; readonly support: readonly Evidence[] };

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
  return equals.length === 0 ? { kind: 'settled', answer: best, dissent } : { kind: 'conflict', candidates: [best, ...equals], dissent };
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
      return best === undefined ? [] : [{ claim: mostPrecise(best, support).claim, strength: best.strength, rank: best.rank, support }];
    })
    .sort(compareAnswers);
}

function compareAnswers(left: Answer, right: Answer): number {
  return compareStrength(right.strength, left.strength) || left.rank - right.rank || compareText(answerOf(left.claim), answerOf(right.claim));
}

/** An abbreviated commit and the full one that begins with it, in one repository, are one answer, unless two full ones do. */
function mergeAbbreviated(groups: readonly Evidence[][]): Evidence[][] {
  const merged = groups.map((group) => [...group]);
  for (const short of groups) {
    const prefix = revisionOf(short);
    if (prefix === undefined || prefix.commit.length >= 40) continue;
    const full = merged.filter((group) => {
      const revision = revisionOf(group);
      return revision !== undefined && repositoryKey(revision.repository) === repositoryKey(prefix.repository) && revision.commit.length > prefix.commit.length && revision.commit.startsWith(prefix.commit);
    });
    const [only] = full;
    if (full.length !== 1 || only === undefined) continue;
    only.push(...short);
    merged.splice(
      merged.findIndex((group) => group[0] === short[0]),
      1,
    );
  }
  return merged;
}

function revisionOf(group: readonly Evidence[]): Extract<Entity, { kind: 'sourceRevision' }> | undefined {
  const claim = group[0]?.claim;
  return claim?.kind === 'edge' && claim.to.kind === 'sourceRevision' ? claim.to : undefined;
}

/** Of abbreviated and full commits, the full one is the answer, whoever gave it. */
function mostPrecise(best: Evidence, support: readonly Evidence[]): Evidence {
  const length = ({ claim }: Evidence): number => (claim.kind === 'edge' && claim.to.kind === 'sourceRevision' ? claim.to.commit.length : 0);
  return support.reduce((chosen, item) => (length(item) > length(chosen) ? item : chosen), best);
}
