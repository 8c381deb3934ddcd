import { isAboutAnother } from '../core/claims/worth.ts';
import type { Gathered } from '../core/model/chain.ts';
import type { ImageEntity } from '../core/model/entity.ts';
import type { CarriedDocument, SignedDocument } from '../core/model/statement.ts';
import type { AttachedTools } from './attached.ts';
import { STATED_RELATIONS } from './attached.ts';
import type { Collector } from './collector.ts';
import { NOTHING, joined } from './collector.ts';
import type { Images } from './images.ts';

const ID = 'given-bundles';

/**
 * Bundles in files that the user named. A file may be about many images: those about another one are not this image's business. Those that
 * were rejected, or cannot be read, are shown where they are about this image or do not tell whom they are about.
 */
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
      const documents = await Promise.all(bundles.map((carried) => tools.verifier.verify(carried)));
      const bearing = documents.flat().filter((signed) => !isAboutAnother(signed, digests));
      const about = { image, digests, collector: ID };
      return joined([...bearing.map((signed) => tools.weigh(about, signed)), ...places(image, documents, bearing)]);
    },
  };
}

/** A line a file: how many of what it holds is about this image. */
function places(
  at: ImageEntity,
  documents: readonly (readonly SignedDocument[])[],
  bearing: readonly SignedDocument[],
): readonly Gathered[] {
  const carriers = new Set(documents.flat().map(({ carrier }) => carrier));
  return [...carriers].map((carrier) => {
    const held = documents.flat().filter((signed) => signed.carrier === carrier).length;
    const own = bearing.filter((signed) => signed.carrier === carrier).length;
    const detail = `${own} of ${held} bundles`;
    return { ...NOTHING, places: [{ at, carrier, result: own === 0 ? 'absent' : 'found', detail }] };
  });
}
