import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/commands/index.ts';
import { PROPERTIES } from '../src/core/sbom/enrich/property-names.ts';
import { parseSettings } from '../src/core/settings/parse.ts';
import { userSettingsSchema } from '../src/core/settings/settings.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('the configuration that README.md shows is one', () => {
  const [, text = ''] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
  const settings = parseSettings({ text, path: 'README.md', schema: userSettingsSchema });
  expect(Object.keys(settings).toSorted()).toEqual([
    'catalogs',
    'forges',
    'jobs',
    'output',
    'policies',
    'registries',
    'trust',
  ]);
});

test('README.md names every command', () => {
  const [table = ''] = /## Commands\n[^]*?(?=\n## )/.exec(readme) ?? [];
  const named = new Set([...table.matchAll(/`(?:provtrace )?(\w+)(?: [^`]*)?`/g)].map(([, name]) => name));
  const missing = COMMANDS.map(({ name }) => name).filter((name) => name !== 'trace' && !named.has(name));
  expect(missing).toEqual([]);
});

test('docs/properties.md lists every property that is written, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/properties.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(provtrace:[^`]+)` +\| (.+?) +\|$/gm)].map(([, name, value]) => [name, value]);
  expect(Object.fromEntries(listed)).toEqual(PROPERTIES);
});
