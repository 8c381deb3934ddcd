import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isSet,
  oneOf,
  parseCount,
  parseDuration,
  parsePlatform,
  textFlag,
  textFlags,
} from '../../../src/commands/flags.ts';
import { ToolError } from '../../../src/core/errors.ts';

/** What the user is told of a flag that is wrong. */
function refusal(action: () => unknown): { message: string; expected: string | undefined; hint: string | undefined } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    expect(error.code).toBe('USAGE');
    const { message, expected, hint } = error;
    return { message, expected, hint };
  }
  throw new Error('nothing was refused');
}

describe('a word of a closed set', () => {
  const WORDS = ['text', 'json', 'ndjson'] as const;
  test.each(WORDS)('%s', (word) => expect(oneOf(word, WORDS, 'format')).toBe(word));

  test('else the nearest is named', () => {
    expect(refusal(() => oneOf('jsn', WORDS, 'format'))).toEqual({
      message: 'unknown format jsn',
      expected: 'text, json, ndjson',
      hint: 'did you mean json?',
    });
    expect(refusal(() => oneOf('yaml', WORDS, 'format')).hint).toBeUndefined();
    for (const word of ['', 'JSON', 'toString', '__proto__']) refusal(() => oneOf(word, WORDS, 'format'));
  });
});

describe('a duration', () => {
  test.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['2m', 120_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
    ['0', 0],
  ])('%s', (text, milliseconds) => expect(parseDuration(text, '--timeout')).toBe(milliseconds));

  test.each(['', '-1', '1.5s', 's', '1 s', '1S', '1y', '1e3', 'soon', '٣', '9999999999', '1ms1'])(
    '%o is none',
    (text) => {
      expect(refusal(() => parseDuration(text, '--timeout')).message).toBe(`--timeout is no duration: ${text}`);
    },
  );
});

describe('a count', () => {
  test('is a whole number within its limits', () => {
    expect([parseCount('1', '--jobs', 64), parseCount('64', '--jobs', 64)]).toEqual([1, 64]);
  });
  test.each(['0', '65', '-1', '1.5', '', 'many', '1e1', '0x10', ' 4', '9999999'])('%o is none', (text) => {
    expect(refusal(() => parseCount(text, '--jobs', 64))).toMatchObject({
      message: `--jobs is no count: ${text}`,
      expected: 'a whole number from 1 to 64',
    });
  });
});

describe('a platform', () => {
  test.each([
    ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
    ['linux/arm64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['linux/riscv64', { os: 'linux', architecture: 'riscv64' }],
    ['linux/mips64_le', { os: 'linux', architecture: 'mips64_le' }],
  ])('%s', (text, platform) => expect(parsePlatform(text)).toEqual(platform));

  test.each([
    '',
    'linux',
    'linux/',
    '/amd64',
    'linux/amd64/',
    'linux/arm64/v8/x',
    'Linux/amd64',
    'linux amd64',
    'linux/amd64\n',
  ])('%o is none', (text) => expect(refusal(() => parsePlatform(text)).message).toBe(`no platform: ${text}`));
});

test('flags are read by what they are, whatever the parser left', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(undefined),
    fc.array(fc.oneof(fc.string(), fc.integer())),
  );
  fc.assert(
    fc.property(anything, (value) => {
      const flags = { name: value };
      expect(textFlag(flags, 'name')).toBe(typeof value === 'string' ? value : undefined);
      expect(textFlags(flags, 'name')).toEqual(
        Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [],
      );
      expect(isSet(flags, 'name')).toBe(value === true);
    }),
  );
});
