import type { ImageEntity } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import { provenBase } from '../graph/inheritance.ts';
import { RANKS } from './ranks.ts';

/**
 * Which of the images that went in the image stands on, where that can be shown: hashes, not words (reference/provenance.md 10). It wins over
 * whatever is only said; who said it is still not known to be honest about anything else.
 */
export function proofOfBase(image: ImageEntity, evidence: readonly Evidence[]): readonly Evidence[] {
  const proven = provenBase(image, evidence);
  if (proven === undefined) return [];
  const { base, layers } = proven;
  return [
    {
      claim: { kind: 'edge', from: image, relation: 'basedOn', to: base },
      strength: 'attested',
      rank: RANKS.sameLayers,
      why: `not signed; shown by its ${layers === 1 ? 'layer, which is the first' : `${layers} layers, which are the first`} of this image`,
      boundBy: 'config',
      origin: { collector: 'base-proof', location: 'rootfs.diff_ids of both configs' },
    },
  ];
}
