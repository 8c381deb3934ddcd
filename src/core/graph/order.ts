import type { Gathered, Remark } from '../model/chain.ts';
import { entityId } from '../model/entity.ts';
import type { Claim, Evidence, Place, Problem } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';

/** The same claim by whomever it is made: what it is about and what it asks, and then what it answers. */
export function questionOf(claim: Claim): string {
  return claim.kind === 'edge'
    ? `${entityId(claim.from)} ${claim.relation}`
    : `${entityId(claim.about)} fact ${claim.name}`;
}
export function answerOf(claim: Claim): string {
  return claim.kind === 'edge' ? entityId(claim.to) : claim.value;
}

export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Best first: strength, rank; then by what it says and where, so that the order never hangs on which answer came first over the network. */
export function compareEvidence(left: Evidence, right: Evidence): number {
  return (
    compareStrength(right.strength, left.strength) ||
    left.rank - right.rank ||
    compareText(answerOf(left.claim), answerOf(right.claim)) ||
    compareText(left.origin.location, right.origin.location) ||
    compareText(left.origin.document ?? '', right.origin.document ?? '')
  );
}

/** The same content in the same order, however it was gathered; what was read twice from one place stands once. */
export function inOrder(gathered: Gathered): Gathered {
  return {
    evidence: unique(gathered.evidence, evidenceKey).sort(
      (left, right) => compareText(questionOf(left.claim), questionOf(right.claim)) || compareEvidence(left, right),
    ),
    problems: unique(gathered.problems, problemKey).sort((left, right) =>
      compareText(problemKey(left), problemKey(right)),
    ),
    places: unique(gathered.places, placeKey).sort((left, right) => compareText(placeKey(left), placeKey(right))),
    remarks: unique(gathered.remarks, remarkKey).sort((left, right) => compareText(remarkKey(left), remarkKey(right))),
    documents: [...gathered.documents].sort(
      (left, right) =>
        compareText(left.signed.document, right.signed.document) ||
        compareText(left.signed.carrier, right.signed.carrier),
    ),
  };
}

function evidenceKey(evidence: Evidence): string {
  const { claim, origin } = evidence;
  return [
    questionOf(claim),
    answerOf(claim),
    evidence.strength,
    evidence.rank,
    origin.collector,
    origin.location,
    origin.document,
  ].join('\n');
}
function problemKey(problem: Problem): string {
  return [entityId(problem.at), problem.collector, problem.code, problem.message].join('\n');
}
function remarkKey(remark: Remark): string {
  return [entityId(remark.about), remark.code, remark.location, remark.message].join('\n');
}
function placeKey(place: Place): string {
  return [entityId(place.at), place.carrier, place.asked, place.result, place.detail].join('\n');
}

function unique<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
