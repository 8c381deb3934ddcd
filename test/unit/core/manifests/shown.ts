import { findImages, type ManifestImages } from '../../../../src/core/manifests/find-images.ts';
import type { ManifestFormatName, ManifestPlace } from '../../../../src/core/manifests/model.ts';

export type Shown = {
  readonly format?: ManifestFormatName;
  readonly images: readonly string[];
  readonly problems: readonly string[];
};

/** What was found, a line each: `LINE:COLUMN REFERENCE (POINTER)` and `WEIGHT CODE LINE:COLUMN (POINTER)`. */
export function shown({ format, images, problems }: ManifestImages): Shown {
  const at = ({ line, column }: ManifestPlace): string => `${line}:${column}`;
  return {
    ...(format === undefined ? {} : { format }),
    images: images.map(({ reference, place }) => `${at(place)} ${reference} (${place.pointer})`),
    problems: problems.map(({ weight, code, place }) => `${weight} ${code} ${at(place)} (${place.pointer})`),
  };
}

export function shownOf(path: string, text: string): Shown {
  return shown(findImages({ path, text }));
}
