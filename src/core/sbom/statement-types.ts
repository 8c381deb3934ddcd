/** Predicate types under which SBOMs are stated (reference/provenance.md 13.1). */
export const SBOM_TYPES =
  /^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/bom|syft\.dev\/bom|scout\.docker\.com\/sbom)/;
