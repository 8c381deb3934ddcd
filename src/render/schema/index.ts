import type { Schema } from './build.ts';

/** The JSON Schemas of what provtrace prints, by the name that `provtrace schema NAME` takes. */
export const schemas: Readonly<Record<string, () => Promise<Schema>>> = {
  trace: async () => (await import('./trace.ts')).traceSchema,
  verify: async () => (await import('./verify.ts')).verifySchema,
  owners: async () => (await import('./owners.ts')).ownersSchema,
  trust: async () => (await import('./trust.ts')).trustSchema,
  cache: async () => (await import('./cache.ts')).cacheSchema,
  explain: async () => (await import('./explain.ts')).explainSchema,
  sbom: async () => (await import('./sbom.ts')).sbomSchema,
  'sbom-list': async () => (await import('./sbom-list.ts')).sbomListSchema,
  'sbom-diff': async () => (await import('./sbom-diff.ts')).sbomDiffSchema,
  policy: async () => (await import('../../core/policy/policy-schema.ts')).policySchema,
  'policy-check': async () => (await import('./policy-report.ts')).policyCheckSchema,
  'policy-explain': async () => (await import('./policy-report.ts')).policyExplainSchema,
  'policy-test': async () => (await import('./policy-report.ts')).policyTestSchema,
  vex: async () => (await import('./sbom-vex.ts')).vexSchema,
};
