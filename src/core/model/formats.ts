/** What `trace` can print (SPEC 4); each has one file in `render`. */
export const OUTPUT_FORMATS = ['text', 'json', 'ndjson', 'dot', 'mermaid', 'markdown'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
