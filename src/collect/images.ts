import type { ImageEntity } from '../core/model/entity.ts';
import { entityId } from '../core/model/entity.ts';
import type { ImageStructure } from '../core/model/image.ts';
import type { Platform } from '../core/model/descriptor.ts';
import { ToolError } from '../core/errors.ts';
import type { Registry } from '../ports/registry.ts';
import type { PlatformChoice } from './image-reader.ts';
import { readImages } from './image-reader.ts';

/** What images are made of, each read once however many collectors ask. */
export interface Images {
  /** @throws ToolError where none of the places that hold it can be read. */
  structureOf(image: ImageEntity): Promise<ImageStructure>;
  /** Makes known what was read already, when the image was resolved. */
  remember(image: ImageEntity, structure: ImageStructure): void;
}

/** `platform` is the traced image's: a base that is an index is read for the same one. */
export function createImages(
  registry: Registry,
  choice: { readonly platform: Platform | undefined; readonly host: Platform },
): Images {
  const structures = new Map<string, Promise<ImageStructure>>();
  const { platform, host } = choice;
  const wanted: PlatformChoice = platform === undefined ? { kind: 'default', host } : { kind: 'platform', platform };

  const read = async (image: ImageEntity): Promise<ImageStructure> => {
    let failure = new ToolError('NO_SUCH_IMAGE', `nothing says where ${image.digest} is kept`);
    for (const at of image.foundAt) {
      try {
        const { images } = await readImages(registry, at, {
          name: { kind: 'digest', digest: image.digest },
          choice: wanted,
        });
        const [structure] = images;
        if (structure !== undefined) return structure;
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        failure = error;
      }
    }
    throw failure;
  };

  return {
    structureOf: (image) => {
      const known = structures.get(entityId(image)) ?? read(image);
      structures.set(entityId(image), known);
      return known;
    },
    remember: (image, structure) => {
      structures.set(entityId(image), Promise.resolve(structure));
    },
  };
}
