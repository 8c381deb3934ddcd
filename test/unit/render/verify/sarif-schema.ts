import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/**
 * A log is held against two schemas: the published one of SARIF 2.1.0, as @microsoft/jest-sarif carries it, and the parts of it that are written, as
 * the specification has them (docs.oasis-open.org/sarif/sarif/v2.1.0, sections 3.13 to 3.49), closed: whatever is not described here is an error.
 */

type Schema = { readonly [keyword: string]: unknown };

const text: Schema = { type: 'string' };
const said: Schema = { type: 'string', minLength: 1 };
const line: Schema = { type: 'integer', minimum: 1 };

function closed(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}
const listOf = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });

// 3.49.3: an id is opaque and stable. 3.49.11, 3.49.12: help has text, and may have Markdown.
const rule = closed({
  id: { type: 'string', pattern: '^[a-z][A-Za-z]*(?:\\.[a-z][A-Za-z]*)*$' },
  shortDescription: closed({ text: said }),
  help: closed({ text: said, markdown: said }),
  defaultConfiguration: closed({ level: { enum: ['none', 'note', 'warning', 'error'] } }),
});
// 3.29: a region is by line, and a column needs its line.
const physicalLocation = closed({
  artifactLocation: closed({ uri: { type: 'string', format: 'uri-reference', minLength: 1 } }),
  region: closed({ startLine: line }, { startColumn: line }),
});
const location = closed({
  physicalLocation,
  logicalLocations: listOf(closed({ fullyQualifiedName: text, kind: { const: 'resource' } }), { minItems: 1 }),
});
const suppression = closed({
  kind: { enum: ['inSource', 'external'] },
  status: { enum: ['accepted', 'underReview', 'rejected'] },
  justification: said,
});
const result = closed({
  ruleId: said,
  ruleIndex: { type: 'integer', minimum: 0 },
  level: { enum: ['none', 'note', 'warning', 'error'] },
  message: closed({ text: said }),
  locations: listOf(location, { minItems: 1 }),
  partialFingerprints: closed({ 'provtraceCheck/v1': said }, { primaryLocationLineHash: said }),
  suppressions: listOf(suppression, { uniqueItems: true }),
  properties: { type: 'object' },
});
const run = closed({
  tool: closed({
    driver: closed({
      name: said,
      version: said,
      // 3.19.12: Semantic Versioning 2.0.
      semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$' },
      rules: listOf(rule, { uniqueItems: true }),
    }),
  }),
  columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
  properties: { type: 'object' },
  results: listOf(result),
});
const log = closed({
  $schema: { type: 'string', format: 'uri' },
  version: { const: '2.1.0' },
  runs: listOf(run, { minItems: 1 }),
});

const validate = new Ajv2020({ strict: true, allErrors: true, formats: fullFormats }).compile(log);
// One of its patterns is none with the flag `u`.
const validateByPublished = new Ajv({
  strict: false,
  unicodeRegExp: false,
  allErrors: true,
  formats: fullFormats,
}).compile(published());

/** It is of JSON Schema's draft 4, of which nothing but its first two members is unknown to later ones. */
function published(): object {
  const path = '../../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
  const schema: Record<string, unknown> = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
  const { $schema, id, ...rest } = schema;
  if ($schema !== 'http://json-schema.org/draft-04/schema#' || typeof id !== 'string')
    throw new Error('this is not the published schema');
  return rest;
}

/** What is wrong with a log; empty where it is valid. */
export function sarifErrors(document: unknown): readonly string[] {
  return [validate, validateByPublished].flatMap((check) =>
    check(document) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
  );
}
