import type { Schema } from './build.ts';

/** The JSON Schemas of what provtrace prints, by the name that `provtrace schema NAME` takes. */
export const schemas: Readonly<Record<string, () => Promise<Schema>>> = {
  trace: async () => (await import('./trace.ts')).traceSchema,
  verify: async () => (await import('./verify.ts')).verifySchema,
  owners: async () => (await import('./owners.ts')).ownersSchema,
  explain: async () => (await import('./explain.ts')).explainSchema,
};
