import type { FoundImage, ManifestPlace } from './model.ts';

export type PlacedImage = { readonly reference: string; readonly places: readonly ManifestPlace[] };

/** Each image once, with every place that names it, in the order in which they were found. */
export function groupByReference(images: readonly FoundImage[]): readonly PlacedImage[] {
  const groups = Map.groupBy(images, ({ reference }) => reference);
  return [...groups].map(([reference, found]) => ({ reference, places: found.map(({ place }) => place) }));
}
