import type { ImageEntity } from '../model/entity.ts';
import type { BoundBy, Evidence } from '../model/evidence.ts';
import type { Digest } from '../model/digest.ts';

export type PlacedLabels = { labels: Readonly<Record<string, string>>; rank: number; boundBy: BoundBy; location: string; document: Digest | undefined };
export function claimsOfLabels(_said: { collector: string; image: ImageEntity }, _placed: PlacedLabels): readonly Evidence[] {
  return [];
}
