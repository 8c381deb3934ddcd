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
    parts.push(judging.judgeBase(rule, base.value));
    above = base.value;
  }
  return allOf('materials.base', parts);
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
