/** What `export` writes the chain as. */
export const EXPORT_FORMATS = ['cyclonedx', 'spdx', 'json', 'intoto'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Of CycloneDX: older ones have no declarations. */
export const ENRICHED_VERSIONS = ['1.6', '1.7'] as const;
export type EnrichedVersion = (typeof ENRICHED_VERSIONS)[number];
