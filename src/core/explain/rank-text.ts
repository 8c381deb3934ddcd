import type { RankName } from '../claims/ranks.ts';
import { RANKS } from '../claims/ranks.ts';

const WORDS: Readonly<Record<RankName, string>> = {
  sameLayers: 'what hashes show',
  certificate: 'the signer’s certificate',
  platformPredicate: 'a predicate that a build platform signed',
  tenantPredicate: 'a predicate that the build’s own job could write',
  unsignedPredicate: 'an unsigned predicate',
  predicateHint: 'a client’s word in a predicate',
  descriptorAnnotation: 'an annotation of the descriptor',
  manifestAnnotation: 'an annotation of the manifest',
  indexAnnotation: 'an annotation of the index',
  imageConfig: 'the image’s config',
  configLabel: 'a label',
  sbom: 'an SBOM',
  commit: 'a repository or its forge',
  codeowners: 'CODEOWNERS',
  catalog: 'a catalog',
  naming: 'a name',
};

/** The kind of source that has the rank, with its number: `a label (rank 530)`. */
export function rankText(rank: number): string {
  let kind: RankName = 'sameLayers';
  let name: RankName;
  for (name in RANKS) if (RANKS[name] <= rank && RANKS[name] >= RANKS[kind]) kind = name;
  return `${WORDS[kind]} (rank ${rank})`;
}
