import type { JsonSchema } from './json-schema.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { policyShape } from './policy-shape.ts';

/** The JSON Schema of a policy file, for editors: of the very schema by which policies are read. */
export const policySchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'provtrace/policy/1',
  ...jsonSchemaOf(policyShape),
};
