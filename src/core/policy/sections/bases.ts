import { RANKS } from '../../claims/ranks.ts';
import { entityId } from '../../model/entity.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Judged } from '../judgement.ts';
import { allOf, leaf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import type { PolicyInput } from '../policy-input.ts';
import { unheardOf } from '../policy-input.ts';

/** The base image, and those below it down to the depth, each under the rule. One that nobody names does not meet it. */
export function judgeBases(
  { rule, depth = 1 }: { readonly rule: string; readonly depth?: number | undefined },
  judging: Judging,
): Judged {
  const parts: Judged[] = [];
  let above = judging.input;
  for (let level = 1; level <= depth; level++) {
    const { base } = above;
    if (base.kind !== 'found') {
      parts.push(noBase(base, { rule, level }));
      break;
    }
    parts.push(...weakTie(above), judging.judgeBase(rule, base.value));
    above = base.value;
  }
  return allOf('materials.base', parts);
}

/** A label can name any image as the base: it is one by the word of who may speak for the image, or by its layers. */
function weakTie({ dossier: { chain } }: PolicyInput): readonly Judged[] {
  const root = entityId(chain.root);
  const hop = chain.hops.find(({ from, relation }) => relation === 'basedOn' && entityId(from) === root);
  if (hop === undefined || hop.strength === 'verified' || hop.support.some(isProof)) return [];
  return [
    leaf({
      requirement: 'materials.base',
      expected: 'a base that is named by who may speak for the image, or shown by its layers',
      got: `a base that is only ${hop.strength}`,
      holds: hop.problems.length > 0 ? undefined : false,
      evidence: hop.support.map(({ origin }) => origin.location),
      unheard: hop.problems.map(unheardOf),
    }),
  ];
}

function isProof({ strength, rank }: Evidence): boolean {
  return strength === 'attested' && rank === RANKS.sameLayers;
}

function noBase(
  base: Exclude<PolicyInput['base'], { readonly kind: 'found' }>,
  { rule, level }: { readonly rule: string; readonly level: number },
): Judged {
  return leaf({
    requirement: 'materials.base',
    expected: `a base image ${level} below that meets the rule ${rule}`,
    got: base.kind === 'absent' ? base.reason : 'not heard',
    holds: base.kind === 'absent' ? false : undefined,
    unheard: base.kind === 'failed' ? [unheardOf(base.error)] : [],
  });
}
