import type { Judgement } from '../../core/policy/evaluate.ts';
import { missesOf } from '../../core/policy/evaluate.ts';
import { requiringFlags } from '../../core/policy/wording.ts';

/** What would let a signer count who is all that the nearest document lacks. */
export type SignerRemedy = {
  /** Of `verify`, ready to copy. */
  readonly flags: string;
  /** `add`: nobody was required, and the signer is a stranger; `instead`: another one was required. */
  readonly use: 'add' | 'instead';
};

const USES = { 'signer may speak for the image': 'add', signer: 'instead' } as const;

export function signerRemedy({ judged: [nearest] }: Judgement): SignerRemedy | undefined {
  if (nearest === undefined || nearest.candidate.checked.assurance !== 'verified') return undefined;
  const [miss, ...others] = missesOf(nearest);
  const flags = requiringFlags(nearest.candidate.checked.signer);
  if (flags === undefined || others.length > 0 || (miss !== 'signer' && miss !== 'signer may speak for the image'))
    return undefined;
  return { flags, use: USES[miss] };
}
