import type { Pin, PinnedSigner } from '../claims/speakers.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import { formatRepository } from '../model/image-repository.ts';
import { rulesFor } from './image-rules.ts';
import { signersNamedIn } from './judge-requirement.ts';
import type { Policy } from './policy.ts';
import type { SignerDemand } from './signer-demand.ts';
import { demandText, isDemandedSigner } from './signer-demand.ts';

/**
 * Whom a policy names as signers of the image that is kept there, as pins: a policy may say who speaks for an image (SPEC 3), so that the
 * chain is graded, and its build level told, as the policy judges it. By the rules of this image alone; signers of a choice, or of one kind
 * of statement, are not pinned for the whole image.
 */
export function pinsOfPolicy(policy: Policy, at: ImageRepository): readonly Pin[] {
  const images = formatRepository(at);
  const demands = rulesFor(policy, images).flatMap(({ rule }) => rule.requirements.flatMap(signersNamedIn));
  return demands.flatMap((demand) => {
    const root = 'root' in demand && demand.root !== undefined ? { root: demand.root } : {};
    return pinnedBy(demand).map((signer) => ({ images, signer, ...root }));
  });
}

function pinnedBy(demand: SignerDemand): readonly PinnedSigner[] {
  if ('identityTest' in demand) return [];
  if ('key' in demand) return [{ kind: 'key', fingerprint: demand.key }];
  const { issuer } = demand;
  if ('identity' in demand) return [{ kind: 'certificate', issuer, identity: demand.identity, match: 'exact' }];
  if ('identityPattern' in demand)
    return [{ kind: 'certificate', issuer, identity: demand.identityPattern, match: 'pattern' }];
  const matches = (identity: string): boolean =>
    isDemandedSigner(demand, { kind: 'certificate', issuer, identity, authority: '', extensions: {} });
  return [{ kind: 'expression', issuer, identity: demandText(demand), matches }];
}
