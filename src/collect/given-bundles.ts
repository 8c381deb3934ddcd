import type { CarriedDocument } from '../core/model/statement.ts';
import type { AttachedTools } from './attached.ts';
import { STATED_RELATIONS } from './attached.ts';
import type { Collector } from './collector.ts';
import { NOTHING, joined } from './collector.ts';
import type { Images } from './images.ts';

const ID = 'given-bundles';

/** Bundles in files that the user named. A file may be about many images: those about another one are not this image's business. */
export function givenBundles(
  tools: AttachedTools,
  images: Images,
  bundles: readonly CarriedDocument[],
): Collector<'image'> {
  return {
    id: ID,
    about: 'image',
    answers: STATED_RELATIONS,
    reach: 'root',
    collect: async (image) => {
      if (bundles.length === 0) return NOTHING;
      const { digests } = await images.structureOf(image);
      const parts = await Promise.all(
        bundles.map(async (carried) => {
          const signed = await tools.verifier.verify(carried);
          return joined(signed.map((document) => tools.weigh({ image, digests, collector: ID }, document)));
        }),
      );
      return joined(parts.filter((part) => part.evidence.length > 0));
    },
  };
}
