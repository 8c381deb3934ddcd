import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** STYLE 1.3: which folder of src may import what. A package is allowed by its name, a folder by its path. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [
    'core',
    'valibot',
    'yaml',
    'packageurl-js',
    'semver',
    're2js',
    'saxes',
    'spdx-expression-parse',
    '@cyclonedx/',
    '@marcbachmann/',
  ],
  ports: ['core', 'ports'],
  collect: ['core', 'ports', 'collect'],
  adapters: ['core', 'ports', 'adapters', 'node:', 'valibot', 'yaml', 'undici', 'modern-tar', 'tuf-js', '@sigstore/'],
  render: ['core', 'render', 'chalk'],
  commands: ['core', 'ports', 'collect', 'commands', 'render'],
};

type ImportLine = { readonly file: string; readonly specifier: string; readonly typeOnly: boolean };

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));

function importsOf(file: string): ImportLine[] {
  const text = texts.get(file) ?? '';
  const lines = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|^import\s+'([^']+)'/gm,
  );
  return [...lines].map((match) => ({
    file,
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

function targetOf({ file, specifier }: ImportLine): string {
  return specifier.startsWith('.') ? relative(SRC, resolve(SRC, dirname(file), specifier)) : specifier;
}

const imports = files.flatMap(importsOf);

describe('the way imports point (STYLE 1.3)', () => {
  test('the import lines are really read', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.some(({ file, specifier }) => file === 'run-command.ts' && specifier === './world.ts')).toBe(true);
  });

  test.each(Object.keys(MAY_IMPORT))('%s imports only what it may', (folder) => {
    const allowed = MAY_IMPORT[folder] ?? [];
    const wrong = imports
      .filter(({ file }) => file.startsWith(`${folder}/`))
      .filter(
        (line) =>
          !allowed.some(
            (prefix) =>
              targetOf(line) === prefix ||
              targetOf(line).startsWith(prefix.endsWith('/') || prefix.endsWith(':') ? prefix : `${prefix}/`),
          ),
      )
      .map(({ file, specifier }) => `${file} must not import ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('ports are types: nothing in them is a value', () => {
    const wrong = files
      .filter((file) => file.startsWith('ports/'))
      .filter((file) => /^export (?:const|function|class|let)/m.test(texts.get(file) ?? ''));
    expect(wrong).toEqual([]);
  });

  test('an adapter imports another only where that is http or the store’s own folder', () => {
    const wrong = imports
      .filter(({ file }) => file.startsWith('adapters/'))
      .filter((line) => {
        const [, own] = line.file.split('/');
        const [top, other] = targetOf(line).split('/');
        return top === 'adapters' && other !== own && other !== 'http';
      })
      .map(({ file, specifier }) => `${file} must not import ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('only main and its command runner import world, and nothing in src imports main', () => {
    const wrong = imports.filter(
      (line) =>
        (targetOf(line) === 'world.ts' && !['main.ts', 'run-command.ts'].includes(line.file)) ||
        targetOf(line) === 'main.ts',
    );
    expect(wrong).toEqual([]);
  });

  test('node’s modules are imported by their prefix', () => {
    expect(
      imports.filter(({ specifier }) => !specifier.startsWith('node:') && builtinModules.includes(specifier)),
    ).toEqual([]);
  });
});

describe('what only one place may do', () => {
  const sayers = (pattern: RegExp, allowed: RegExp): string[] =>
    files.filter((file) => pattern.test(stripComments(texts.get(file) ?? '')) && !allowed.test(file));

  test('only the verifying adapter makes `verified`', () => {
    // Types name the word too, and end the member with `;` or `}`: only an object literal goes on with a comma.
    expect(sayers(/assurance: 'verified'\s*,/, /^adapters\/sigstore\//)).toEqual([]);
  });

  test('only main reads or changes the process', () => {
    expect(sayers(/\bprocess\./, /^main\.ts$|^world\.ts$/)).toEqual([]);
  });

  test('only world’s clock asks what time it is', () => {
    expect(sayers(/Date\.now\(\)|new Date\(\)/, /^world\.ts$/)).toEqual([]);
  });

  test('the core is deterministic', () => {
    expect(
      files
        .filter((file) => file.startsWith('core/'))
        .filter((file) => /Math\.random|performance\.now|crypto\./.test(stripComments(texts.get(file) ?? ''))),
    ).toEqual([]);
  });
});

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
