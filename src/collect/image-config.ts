import { evidenceFromStructure } from '../core/claims/from-structure.ts';
import type { Place } from '../core/model/evidence.ts';
import type { Collector } from './collector.ts';
import { NOTHING } from './collector.ts';
import type { Images } from './images.ts';

const ID = 'image-config';

/** What an image's own documents say: annotations of index, descriptor and manifest; labels and history of the config. */
export function imageConfig(images: Images): Collector<'image'> {
  return {
    id: ID,
    about: 'image',
    answers: ['builtBy', 'builtFrom', 'fromRepository', 'builtAt', 'contextAt', 'basedOn'],
    reach: 'bases',
    collect: async (image) => {
      const structure = await images.structureOf(image);
      const annotations = [
        ...structure.indexAnnotations,
        structure.descriptor?.annotations,
        structure.manifest?.annotations,
      ];
      const counts = [
        { carrier: 'config labels', count: Object.keys(structure.config.labels).length },
        { carrier: 'annotations', count: annotations.reduce((sum, map) => sum + Object.keys(map ?? {}).length, 0) },
      ];
      const places = counts.map(({ carrier, count }): Place => ({
        at: image,
        carrier,
        result: count === 0 ? 'absent' : 'found',
        ...(count === 0 ? {} : { detail: `${count}` }),
      }));
      return { ...NOTHING, places, ...evidenceFromStructure({ collector: ID, image, structure }) };
    },
  };
}
