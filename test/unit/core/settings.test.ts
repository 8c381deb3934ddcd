import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import { readSettings } from '../../../src/adapters/settings/files.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { Forbidden } from '../../../src/core/settings/parse.ts';
import { parseSettings } from '../../../src/core/settings/parse.ts';
import { projectSettingsSchema, userSettingsSchema } from '../../../src/core/settings/settings.ts';

const user = (text: string) => parseSettings({ text, path: 'p.yaml', schema: userSettingsSchema });

type Told = { readonly message: string; readonly expected?: string; readonly got?: string; readonly hint?: string };

/** What the user is told of a file that is wrong. */
function refusal(action: () => unknown): Told {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    expect(error.code).toBe('INVALID_CONFIGURATION');
    const { message, expected, got, hint } = error;
    return JSON.parse(JSON.stringify({ message, expected, got, hint })) as Told;
  }
  throw new Error('nothing was refused');
}
const KNOWN = Object.keys(userSettingsSchema.entries).join(', ');

describe('what is right', () => {
  test.each([
    ['', {}],
    ['# nothing yet', {}],
    ['---', {}],
    ['null', {}],
    ['jobs: 8', { jobs: 8 }],
    ['{"jobs": 8, "platform": "linux/arm64"}', { jobs: 8, platform: 'linux/arm64' }],
    ['output: {format: json, color: false}', { output: { format: 'json', color: false } }],
    [
      'registries:\n  ghcr.io:\n    mirrors: [mirror.example.com]\n    plainHttp: true',
      { registries: { 'ghcr.io': { mirrors: ['mirror.example.com'], plainHttp: true } } },
    ],
    ['registries:\n  __proto__: {plainHttp: true}', { registries: {} }],
  ])('%j', (text, settings) => expect(user(text)).toEqual(settings));

  test('an anchor may be used', () => {
    expect(user('registries:\n  a: &a {plainHttp: true}\n  b: *a').registries).toEqual({
      a: { plainHttp: true },
      b: { plainHttp: true },
    });
  });
});

describe('an unknown key is told with its place and the nearest known one', () => {
  test.each([
    ['job: 4', { message: 'p.yaml:1:1: unknown key job', expected: `one of ${KNOWN}`, hint: 'did you mean jobs?' }],
    [
      'jobs: 4\n\n  \noutput:\n    fromat: json',
      {
        message: 'p.yaml:5:5: unknown key output.fromat',
        expected: 'one of format, color',
        hint: 'did you mean format?',
      },
    ],
    [
      'registries:\n  ghcr.io:\n    mirors: []',
      {
        message: 'p.yaml:3:5: unknown key registries.ghcr.io.mirors',
        expected: 'one of mirrors, caFile, plainHttp',
        hint: 'did you mean mirrors?',
      },
    ],
    ['nothing-like-it: 1', { message: 'p.yaml:1:1: unknown key nothing-like-it', expected: `one of ${KNOWN}` }],
    ['? [a]\n: 1', { message: 'p.yaml:1:1: unknown key [ a ]', expected: `one of ${KNOWN}` }],
    ['1: x', { message: 'p.yaml:1:1: unknown key 1', expected: `one of ${KNOWN}` }],
    ['<<: {jobs: 3}', { message: 'p.yaml:1:1: unknown key <<', expected: `one of ${KNOWN}` }],
  ])('%j', (text, told) => expect(refusal(() => user(text))).toEqual(told));

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    '%s is no known key, nor a forbidden one',
    (key) => {
      const forbidden = { registries: 'not here' };
      const told = refusal(() =>
        parseSettings({ text: `${key}: 1`, path: 'p.yaml', schema: projectSettingsSchema, forbidden }),
      );
      expect(told).toEqual({
        message: `p.yaml:1:1: unknown key ${key}`,
        expected: 'one of output, platform, jobs, policy',
      });
    },
  );

  const form = v.strictObject({
    pins: v.array(
      v.union([
        v.strictObject({ images: v.string(), identity: v.string() }),
        v.strictObject({ images: v.string(), key: v.string() }),
      ]),
    ),
  });
  test.each([
    [
      'pins:\n  - images: a\n    idenity: b',
      {
        message: 'p.yaml:3:5: unknown key pins.0.idenity',
        expected: 'one of images, identity, key',
        hint: 'did you mean identity?',
      },
    ],
    [
      'pins:\n  - {images: a, key: k}\n  - images: a',
      { message: 'p.yaml:3:5: pins.1 is not what is expected', expected: 'images, identity; or images, key' },
    ],
    [
      'pins: [3]',
      { message: 'p.yaml:1:8: pins.0 is not what is expected', expected: 'images, identity; or images, key' },
    ],
  ])('of a value with several forms: %j', (text, told) => {
    expect(refusal(() => parseSettings({ text, path: 'p.yaml', schema: form }))).toEqual(told);
  });
});

describe('a wrong value is told with its place and both sides', () => {
  test.each([
    ['jobs: 0', { message: 'p.yaml:1:1: jobs is not what is expected', expected: '>=1', got: '0' }],
    ['jobs: 65', { message: 'p.yaml:1:1: jobs is not what is expected', expected: '<=64', got: '65' }],
    ['jobs: many', { message: 'p.yaml:1:1: jobs is not what is expected', expected: 'number', got: '"many"' }],
    [
      'jobs: !!js/function "x"',
      { message: 'p.yaml:1:1: jobs is not what is expected', expected: 'number', got: '"x"' },
    ],
    ['platform: ~', { message: 'p.yaml:1:1: platform is not what is expected', expected: 'string', got: 'null' }],
    [
      'registries:\n  a:\n    mirrors: [x, 1]',
      { message: 'p.yaml:3:18: registries.a.mirrors.1 is not what is expected', expected: 'string', got: '1' },
    ],
    [
      '[1]',
      { message: 'p.yaml:1:1: the document is not what is expected', expected: 'keys with values', got: 'a list' },
    ],
    [
      'jobs',
      {
        message: 'p.yaml:1:1: the document is not what is expected',
        expected: 'keys with values',
        got: 'a single value',
      },
    ],
  ])('%j', (text, told) => expect(refusal(() => user(text))).toEqual(told));

  test('a missing one is told at what it should be in', () => {
    const schema = v.strictObject({ forges: v.array(v.strictObject({ host: v.string(), kind: v.string() })) });
    expect(refusal(() => parseSettings({ text: 'forges:\n  - host: x', path: 'p.yaml', schema }))).toEqual({
      message: 'p.yaml:2:5: forges.0.kind is missing',
    });
  });
});

describe('what is no YAML is told with its place', () => {
  test.each([
    ['jobs: 1\njobs: 2', 'p.yaml:2:1: duplicate key'],
    ['jobs: [4\n', 'p.yaml:2:1: bad indent'],
    ['\tjobs: 3', 'p.yaml:1:1: tab as indent'],
    ['jobs: 3\n---\njobs: 4', 'p.yaml:2:1: multiple docs'],
  ])('%#', (text, message) => expect(refusal(() => user(text))).toEqual({ message, expected: 'YAML' }));

  test('nesting ends where the stack does, and that is told too', () => {
    expect(refusal(() => user('['.repeat(20_000))).message).toMatch(/^p\.yaml:1:\d+: resource exhaustion$/);
  });

  test('few bytes do not become many: aliases are counted', () => {
    const nine = (name: string): string => `[${Array.from({ length: 9 }, () => name).join(', ')}]`;
    const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map(
      (name, index) => `${name}: &${name} ${nine(`*${'abcdefgh'[index]}`)}`,
    );
    const bomb = [`a: &a ${nine('x')}`, ...levels].join('\n');
    expect(bomb.length).toBeLessThan(600);
    expect(refusal(() => user(bomb)).message).toBe('p.yaml: an alias that cannot be followed');
  });

  test('an alias of nothing, and one of itself', () => {
    expect(refusal(() => user('jobs: *x')).message).toBe('p.yaml: an alias that cannot be followed');
    refusal(() => user('registries: &a\n  x: *a'));
  });

  test('whatever the bytes, the answer is settings or a refusal, and nothing is written to standard error', () => {
    const warned = vi.spyOn(process, 'emitWarning');
    const piece = fc.constantFrom(
      'jobs',
      ': ',
      '\n',
      '  ',
      '- ',
      '&a ',
      '*a',
      '[',
      ']',
      '{',
      '}',
      '? ',
      'registries',
      'mirrors',
      '1',
      '"',
      '!!map ',
      '---\n',
      '|\n',
      '#',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          user(input);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
          expect(error).toMatchObject({
            code: 'INVALID_CONFIGURATION',
            message: expect.stringMatching(/^p\.yaml/) as unknown,
          });
        }
      }),
      { numRuns: 500 },
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

describe('a project’s file may choose how results look, and nothing else (SPEC 8)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-settings-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const project = (text: string) => {
    writeFileSync(join(folder, 'provtrace.yaml'), text);
    return readSettings({ env: {}, homeDirectory: undefined, workingFolder: folder });
  };

  test('output, platform and jobs', async () => {
    const text = 'output: {format: json}\nplatform: linux/arm64\njobs: 3';
    expect(await project(text)).toEqual({ output: { format: 'json' }, platform: 'linux/arm64', jobs: 3 });
  });

  test.each(['registries', 'forges', 'catalogs', 'trust', 'policies'])('not %s, whatever is in it', async (key) => {
    for (const value of ['{}', '[]', 'x', '~', '\n  unknown: 1']) {
      const error: unknown = await project(`jobs: 1\n${key}: ${value}`).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'INVALID_CONFIGURATION',
        hint: expect.stringContaining('pull request') as unknown,
      });
      expect(String(error)).toContain(`provtrace.yaml:2:1: ${key}`);
    }
  });

  test('no key of the user’s file is left out of what is refused', async () => {
    const own = Object.keys(userSettingsSchema.entries).filter(
      (key) => !Object.keys(projectSettingsSchema.entries).includes(key),
    );
    expect(own.length).toBeGreaterThan(0);
    for (const key of own)
      await expect(project(`${key}: {}`)).rejects.toMatchObject({
        hint: expect.stringContaining('pull request') as unknown,
      });
  });

  test('the reason is told', () => {
    const forbidden: Forbidden = { registries: 'a stranger could send you elsewhere' };
    const told = refusal(() =>
      parseSettings({ text: 'registries:\n  x: {}', path: 'p.yaml', schema: projectSettingsSchema, forbidden }),
    );
    expect(told).toEqual({
      message: 'p.yaml:1:1: registries cannot be set here',
      hint: 'a stranger could send you elsewhere',
    });
  });
});
