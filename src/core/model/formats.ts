/** What `trace` can print (SPEC 4); each has one file in `render`. */
export const OUTPUT_FORMATS = ['text', 'json', 'ndjson', 'dot', 'mermaid', 'markdown'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What `verify` can print; each has one file in `render/verify`. */
export const VERIFY_FORMATS = ['text', 'json', 'ndjson', 'sarif', 'junit', 'github', 'vsa', 'markdown'] as const;
export type VerifyFormat = (typeof VERIFY_FORMATS)[number];
