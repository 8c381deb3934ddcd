import { ToolError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Platform } from '../core/model/descriptor.ts';
import type { OptionSpec } from './command.ts';

/** The options that every command has (SPEC 2). */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '-f, --format <format>', summary: 'how the result is written' },
  { flags: '-o, --output <file>', summary: 'write the result there instead of to standard output' },
  { flags: '--offline', summary: 'make no request: answer from the local file, with the age of what can change' },
  { flags: '--refresh', summary: 'ask again for everything that can change' },
  { flags: '--no-cache', summary: 'keep nothing on disk and read nothing from it' },
  { flags: '--cache <file>', summary: 'the local file (PROVTRACE_CACHE)' },
  { flags: '--config <file>', summary: 'read this configuration instead of the user’s own' },
  { flags: '--timeout <duration>', summary: 'give up after, such as 30s or 2m' },
  { flags: '-j, --jobs <n>', summary: 'images looked at side by side' },
  { flags: '-q, --quiet', summary: 'no progress and no notices' },
  { flags: '-v, --verbose', summary: 'show where each thing was looked for, and every piece of evidence' },
  { flags: '--no-color', summary: 'no colour (NO_COLOR)' },
];

export const JOBS_MAX = 64;

/** @throws ToolError `USAGE` naming the nearest known word. */
export function oneOf<Word extends string>(word: string, words: readonly Word[], what: string): Word {
  const known = words.find((candidate) => candidate === word);
  if (known !== undefined) return known;
  const near = nearest(word, words);
  throw new ToolError('USAGE', `unknown ${what} ${word}`, {
    expected: words.join(', '),
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  });
}

/** `90`, `90s`, `2m`, `500ms`, `1h` to milliseconds. */
export function parseDuration(text: string, flag: string): number {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text) ?? [];
  const perUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? 's'];
  if (amount === undefined || perUnit === undefined)
    throw new ToolError('USAGE', `${flag} is no duration: ${text}`, {
      expected: 'a number with ms, s, m, h or d, such as 30s',
    });
  return Number(amount) * perUnit;
}

export function parseCount(text: string, flag: string, max: number): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > max)
    throw new ToolError('USAGE', `${flag} is no count: ${text}`, { expected: `a whole number from 1 to ${max}` });
  return count;
}

/** `linux/arm64/v8`. */
export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text) ?? [];
  if (os === undefined || architecture === undefined)
    throw new ToolError('USAGE', `no platform: ${text}`, {
      expected: 'os/architecture[/variant], such as linux/arm64',
    });
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

export function textFlag(flags: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function textFlags(flags: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function isSet(flags: Readonly<Record<string, unknown>>, name: string): boolean {
  return flags[name] === true;
}
