/**
 * The order of sources within one strength, smaller is better (reference/provenance.md 1 and 9.3; an order, never a score).
 * A rank is a place in this list times 100, plus small steps for how the document is bound and which vocabulary it uses.
 */
export const RANKS = {
  /** Shown by hashes alone. */
  sameLayers: 0,
  /** What the certificate authority wrote into the signer's certificate. */
  certificate: 100,
  /** A signed predicate that the build's own steps could not have written. */
  platformPredicate: 200,
  /** A signed predicate that the build's own job composed. */
  tenantPredicate: 300,
  /** An unsigned predicate that is bound by digest. */
  unsignedPredicate: 400,
  /** A client's own word inside a predicate: buildx' hints about the working copy. */
  predicateHint: 450,
  descriptorAnnotation: 500,
  manifestAnnotation: 510,
  indexAnnotation: 520,
  /** The config's own fields, which the builder writes. */
  imageConfig: 525,
  configLabel: 530,
  sbom: 600,
  /** What a repository or its forge answers about a commit. */
  commit: 610,
  codeowners: 620,
  /** Plus the place in the order of core/catalog's reasons. */
  catalog: 630,
  /** Names and tags that look like something. */
  naming: 700,
} as const;
export type RankName = keyof typeof RANKS;

/** A document about the platform's manifest says more about it than one about the index, and that more than one about the config. */
export const BINDING_STEPS = { platform: 0, attestationManifest: 0, index: 1, config: 2 } as const;
