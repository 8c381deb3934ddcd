import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { schemas } from '../../src/render/schema/index.ts';
import { createAuthority } from '../support/authority.ts';
import { runTool } from '../support/run-tool.ts';

/* SPEC 6: what machines read has a published JSON Schema. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-schemas-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'root.json'), createAuthority({ name: 'acme' }).trustedRootJson);
const SAMPLE = resolve(import.meta.dirname, '../../fixtures/sample');

async function documentOf(...argv: readonly string[]): Promise<{ readonly schema: string }> {
  const { stdout } = await runTool([...argv, '--format', 'json'], { folder });
  const document: { readonly schema: string } = JSON.parse(stdout);
  return document;
}

test.each([
  [['trust', 'list']],
  [['trust', 'import', 'root.json']],
  [['trust', 'pin', `oci:${SAMPLE}`, '--platform', 'linux/amd64', '--offline']],
  [['cache', 'info']],
  [['cache', 'check']],
  [['cache', 'prune']],
  [['cache', 'clear']],
])('%j is as its schema says', async (argv) => {
  const document = await documentOf(...argv);
  const [, name = '', version] = document.schema.split('/');
  const schema = await schemas[name]?.();
  expect(schema?.['title']).toBe(`provtrace/${name}/${version}`);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const isValid = ajv.validate(schema ?? false, document);
  expect(ajv.errors ?? []).toEqual([]);
  expect(isValid).toBe(true);
});

test('every schema can be asked for, and is offered by completion', () => {
  const words = COMMANDS.find(({ name }) => name === 'schema')?.words ?? [];
  expect([...words].toSorted()).toEqual(Object.keys(schemas).toSorted());
});
