import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Scene } from '../support/scenes.ts';
import { openScene } from '../support/scenes.ts';
import { runTool } from '../support/run-tool.ts';

/*
 * A script is one text file: what there is, a command, and all of what it says.
 *
 *   # why this case matters
 *   given <scene> [name]         a scene of test/support/scenes.ts; its addresses are $REGISTRY, $LAYOUT, $HOME …
 *   $ provtrace trace $REGISTRY/acme/shop:1.4
 *   exit 0
 *   > a line of standard output
 *   ! a line of standard error
 *
 * Several commands share one home. `UPDATE_GOLDEN=1` writes down what was seen; the difference is read in review.
 */
type Command = { readonly line: string; readonly env: Readonly<Record<string, string>>; readonly stdin: string };
type Part = { readonly text: string } | { readonly command: Command };
type Script = { readonly givens: readonly string[]; readonly parts: readonly Part[] };

/** Others would ask the public forges. */
const ASKS_SOURCES = / --source | owners /;
const FOLDER = import.meta.dirname;
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

describe('whole-tool scripts', () => {
  const opened: Scene[] = [];
  const folders: string[] = [];
  afterAll(async () => {
    await Promise.all(opened.map((scene) => scene.close()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  test.each(scripts)('%s', async (name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    const { givens, parts } = parseScript(text);
    const folder = mkdtempSync(join(tmpdir(), 'provtrace-cli-'));
    folders.push(folder);
    const names: Record<string, string> = { HOME: folder };
    for (const given of givens) {
      const scene = await openScene(given, folder);
      opened.push(scene);
      Object.assign(names, scene.names);
    }
    const seen: string[] = [];
    for (const part of parts) {
      if ('text' in part) seen.push(part.text);
      else seen.push(...(await perform(part.command, { folder, names })));
    }
    const now = `${seen.join('\n').trimEnd()}\n`;
    if (UPDATE) writeFileSync(path, now);
    expect(now).toBe(text);
  });

  test('README.md shows what readme.txt prints', () => {
    const path = join(FOLDER, '../../README.md');
    const readme = readFileSync(path, 'utf8');
    const script = readFileSync(join(FOLDER, 'readme.txt'), 'utf8');
    const examples = script
      .split(/^# (?=[A-Z])/m)
      .slice(2)
      .map(asReadme);
    expect(examples).toHaveLength(5);
    const [before, , after] = readme.split(/(?<=<!-- examples -->\n)|(?=<!-- end of examples -->)/);
    const now = `${before}\n${examples.join('\n\n')}\n\n${after}`;
    if (UPDATE) writeFileSync(path, now);
    expect(now).toBe(readme);
  });

  test('there are scripts', () => expect(scripts.length).toBeGreaterThan(5));
});

/** A part of readme.txt as Markdown, with the addresses of the tests as a reader would have them. */
function asReadme(part: string): string {
  const [says = '', ...lines] = part.trim().split('\n');
  const shown = lines.flatMap((line) =>
    /^[>!]/.test(line) ? [line.slice(2)] : line === 'exit 0' ? [] : line.startsWith('exit') ? [`(${line})`] : [line],
  );
  return `${says}\n\n\`\`\`console\n${shown.join('\n')}\n\`\`\``
    .replaceAll('$SAMPLE-source', 'fixtures/sample-source')
    .replaceAll('$SAMPLE', 'fixtures/sample')
    .replaceAll('$REGISTRY', 'localhost:5000')
    .replaceAll('$UNREACHABLE', 'localhost:5001')
    .replaceAll('$INDEX', 'sha256:…');
}

async function perform(
  { line, env, stdin }: Command,
  { folder, names }: { folder: string; names: Record<string, string> },
): Promise<string[]> {
  const [command = '', path] = line.split(' | jq -c ');
  const [program, ...argv] = words(command).map((word) => expand(word, names));
  expect(program).toBe('provtrace');
  const asked = ASKS_SOURCES.test(command) ? { sources: 'asked' as const } : {};
  const ran = await runTool(argv, { folder, env: { COLUMNS: '80', ...env }, stdin: expand(stdin, names), ...asked });
  const shown = (text: string, sign: string): string[] =>
    text === ''
      ? []
      : contract(text, names)
          .replace(/\n$/, '')
          .split('\n')
          .map((row) => `${sign} ${row}`.trimEnd());
  const prefix = Object.entries(env)
    .map(([name, value]) => `${name}=${value} `)
    .join('');
  const input = stdin === '' ? [] : stdin.split('\n').map((row) => `< ${row}`);
  return [
    `$ ${prefix}${line}`,
    ...input,
    `exit ${ran.code}`,
    ...shown(path === undefined ? ran.stdout : memberOf(ran.stdout, path), '>'),
    ...shown(ran.stderr, '!'),
  ];
}

/** What `jq -c .a.b` prints, for scripts that hand JSON to a program. */
function memberOf(json: string, path: string): string {
  const names = path.split('.').filter(Boolean);
  const value = names.reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], JSON.parse(json));
  return `${JSON.stringify(value)}\n`;
}

function parseScript(text: string): Script {
  const givens: string[] = [];
  const parts: Part[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (/^(?:exit \d|[>!<]( |$))/.test(line)) continue;
    const command = /^\$ ((?:[A-Z_]+=\S* )*)(.*)$/.exec(line);
    if (command === null) {
      parts.push({ text: line });
      if (line.startsWith('given ')) givens.push(line.slice('given '.length));
      continue;
    }
    const stdin: string[] = [];
    for (let next = index + 1; lines[next]?.startsWith('< ') === true; next++) stdin.push(lines[next]?.slice(2) ?? '');
    const env = Object.fromEntries(
      (command[1] ?? '')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map((pair) => pair.split('=') as [string, string]),
    );
    parts.push({ command: { line: command[2] ?? '', env, stdin: stdin.join('\n') } });
  }
  return { givens, parts };
}

/** As a shell splits them, with single quotes alone. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
function expand(text: string, names: Record<string, string>): string {
  return text.replaceAll(/\$([A-Z]+)/g, (whole, name: string) => names[name] ?? whole);
}
/** Addresses that differ from run to run, back to their names; longest first, since one may lie within another. */
function contract(text: string, names: Record<string, string>): string {
  const pairs = Object.entries(names).sort((left, right) => right[1].length - left[1].length);
  // A digest that differs from run to run may stand there shortened.
  const short = (value: string): string =>
    value.startsWith('sha256:') ? value.slice(0, 'sha256:'.length + 12) : value;
  return pairs.reduce(
    (shown, [name, value]) => shown.replaceAll(value, `$${name}`).replaceAll(short(value), `$${name}`),
    text,
  );
}
