import { labelOf } from '../graph/wording.ts';
import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import { keyOf } from './reading.ts';
import type { Examined, FindingRule } from './rule.ts';
import { oneFinding } from './rule.ts';

/** What one document says that the image was made from. */
type Side = { readonly weight: string; readonly evidence: readonly Evidence[] };

/** Attestations that cannot all be true, also where a stronger one settles the question. */
export const CONFLICT_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'CONFLICTING_ATTESTATIONS',
    severity: 'high',
    advice: 'at most one of them is right: find out who signed the other, and pin the signer that you trust',
    find: ({ gathered, image }) => {
      const sides = sidesOf(gathered.evidence.filter((item) => isAttestedSource(item, image.root)));
      const opposed = sides.filter((side) => sides.some((other) => isOpposed(side, other)));
      const names = new Set(opposed.flatMap(({ evidence: [first] }) => (first === undefined ? [] : [nameOf(first)])));
      return oneFinding(names.size > 0 && `attestations of one weight name ${[...names].join(' and ')}`, {
        evidence: opposed.flatMap(({ evidence }) => evidence),
      });
    },
  },
];

function isAttestedSource({ claim, strength, origin }: Evidence, root: Entity): boolean {
  return (
    claim.kind === 'edge' &&
    (claim.relation === 'builtFrom' || claim.relation === 'fromRepository') &&
    entityId(claim.from) === entityId(root) &&
    compareStrength(strength, 'attested') >= 0 &&
    origin.document !== undefined
  );
}

/** By document and weight: the certificate in a document weighs more than its predicate. */
function sidesOf(evidence: readonly Evidence[]): readonly Side[] {
  const sides = new Map<string, Side>();
  for (const item of evidence) {
    const weight = `${item.strength} ${item.rank}`;
    const id = `${item.origin.document ?? ''} ${weight}`;
    sides.set(id, { weight, evidence: [...(sides.get(id)?.evidence ?? []), item] });
  }
  return [...sides.values()];
}

/** Nothing of the one can be meant by anything of the other. */
function isOpposed(left: Side, right: Side): boolean {
  return (
    left.weight === right.weight &&
    !left.evidence.some((one) => right.evidence.some((other) => isCompatible(one, other)))
  );
}

function isCompatible(left: Evidence, right: Evidence): boolean {
  const [one, other] = [revisionOf(left), revisionOf(right)];
  const isSameCommit = one.commit === undefined || other.commit === undefined || one.commit === other.commit;
  return one.repository === other.repository && isSameCommit;
}

function revisionOf({ claim }: Evidence): { readonly repository?: string | undefined; readonly commit?: string } {
  const to = claim.kind === 'edge' ? claim.to : undefined;
  if (to?.kind === 'sourceRevision') return { repository: keyOf(to.repository), commit: to.commit };
  return { repository: to?.kind === 'repository' ? keyOf(to.url) : undefined };
}

function nameOf({ claim, origin }: Evidence): string {
  return `${claim.kind === 'edge' ? labelOf(claim.to) : ''} (${origin.location})`;
}
