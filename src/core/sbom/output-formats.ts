/** What `sbom` can write of a document: `original` is what was signed or stored, letter for letter. */
export const SBOM_OUTPUTS = [
  'original',
  'cyclonedx-json',
  'cyclonedx-xml',
  'spdx-json',
  'table',
  'csv',
  'json',
] as const;
export type SbomOutput = (typeof SBOM_OUTPUTS)[number];

/** What lists and comparisons can be. */
export const REPORT_FORMATS = ['text', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
