import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { CycloneDxVersion } from '../../../../src/core/sbom/cyclonedx/write.ts';

/** The official schemas, as the CycloneDX library brings them. */
const SCHEMAS = new URL('../../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url);

function schema(name: string): object {
  const parsed: unknown = JSON.parse(readFileSync(new URL(`${name}.SNAPSHOT.schema.json`, SCHEMAS), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${name} is no schema`);
  return parsed;
}

/** Key order does not make two values different. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}

function compile(version: CycloneDxVersion): (document: unknown) => readonly string[] {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  // ajv has no check of these two formats; the schemas’ own patterns for them stay.
  ajv.addFormat('iri-reference', true).addFormat('idn-email', true);
  // Its own comparison of each item with each other takes 37 s for 10,000 components.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isWanted: boolean, items: readonly unknown[]) =>
      !isWanted || new Set(items.map(canonical)).size === items.length,
  });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema(`bom-${version}`));
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const compiled = new Map<CycloneDxVersion, ReturnType<typeof compile>>();

/** What the official JSON schema of the version has against the document. */
export function cycloneDxErrors(document: unknown, version: CycloneDxVersion = '1.6'): readonly string[] {
  const validate = compiled.get(version) ?? compile(version);
  compiled.set(version, validate);
  return validate(document);
}

export const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

/** What the official XML schema of the version has against the text, by xmllint. */
export function cycloneDxXmlErrors(text: string, version: CycloneDxVersion = '1.6'): readonly string[] {
  const xsd = new URL(`bom-${version}.SNAPSHOT.xsd`, SCHEMAS).pathname;
  const result = spawnSync('xmllint', ['--nonet', '--noout', '--schema', xsd, '-'], { input: text, encoding: 'utf8' });
  return result.status === 0 ? [] : result.stderr.split('\n').filter((line) => line !== '');
}
