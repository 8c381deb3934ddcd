import * as v from 'valibot';
import { parseSourceUrl } from '../source-url.ts';

/** The words of a policy file, each with what an editor shows beside it. Nothing here lets an empty demand through: it would demand nothing. */

const TEXT_LENGTH_MAX = 1_024;
/** Each costs a walk over the text. */
const WILDCARDS = /^[^*]*(?:\*+[^*]+){0,16}\**$/;
const SAYS_SOMETHING = /[^*\s/]/;
/** A list of a policy is written by people. */
export const LIST_LENGTH_MAX = 1_000;

/** The words that a message says were expected, instead of the expression that tests for it. */
export function expecting<const Action extends { readonly expects: string | null }>(
  words: string,
  action: Action,
): Action {
  return { ...action, expects: words };
}

export function someItems<Input extends v.LengthInput>(words: string): v.MinLengthAction<Input, 1, undefined> {
  return expecting(words, v.minLength<Input, 1>(1));
}

export function someEntries<Input extends v.EntriesInput>(words: string): v.MinEntriesAction<Input, 1, undefined> {
  return expecting(words, v.minEntries<Input, 1>(1));
}

export const text = (description: string) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(TEXT_LENGTH_MAX),
    expecting('a text that is not blank', v.regex(/\S/)),
    v.description(description),
  );

/** `*` within a part, `**` anything, anchored at both ends. What matches whatever there is demands nothing. */
export const pattern = (description: string) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(TEXT_LENGTH_MAX),
    expecting('a pattern that says more than *', v.regex(SAYS_SOMETHING)),
    expecting('a pattern with at most 16 wildcards', v.regex(WILDCARDS)),
    v.description(description),
  );

/** Of a branch or tag: to be one at all demands something. */
export const namePattern = (description: string) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(TEXT_LENGTH_MAX),
    expecting('a pattern with at most 16 wildcards', v.regex(WILDCARDS)),
    v.description(description),
  );

export const listOf = <Item extends v.GenericSchema>(description: string, item: Item) =>
  v.pipe(v.array(item), someItems('a list of at least one'), v.maxLength(LIST_LENGTH_MAX), v.description(description));

/** There is no `false`: leaving a demand out is how not to make it. */
export const demanded = (description: string) => v.pipe(v.literal(true), v.description(description));

export const wholeNumber = (description: string, range: { readonly from: number; readonly to: number }) =>
  v.pipe(v.number(), v.integer(), v.minValue(range.from), v.maxValue(range.to), v.description(description));

export const oneOf = <const Words extends readonly string[]>(description: string, words: Words) =>
  v.pipe(v.picklist(words), v.description(description));

/** `30d`: hours, days, weeks. */
export const age = (description: string) =>
  v.pipe(
    v.string(),
    expecting('a number with h, d or w: 30d', v.regex(/^[1-9][0-9]{0,4}[hdw]$/)),
    v.description(description),
  );

export const digest = (description: string) =>
  v.pipe(
    v.string(),
    expecting('sha256: and 64 hexadecimal digits', v.regex(/^sha256:[0-9a-f]{64}$/)),
    v.description(description),
  );

/** Without wildcards it is compared as a repository, however it is spelt; with them as text, in the one spelling that provtrace shows. */
export const repository = (description: string) =>
  v.pipe(
    pattern(description),
    expecting(
      'an address that begins with https:// and a host without wildcards',
      v.regex(/^https:\/\/[^/*\s]+\/[^\s]+$/),
    ),
    v.check(
      (address) => address.includes('*') || parseSourceUrl(address, 'web').kind === 'repository',
      'the address of a repository',
    ),
    v.description(description),
  );

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/** An age as `age` has checked it, in milliseconds. */
export function ageMs(written: string): number {
  return Number.parseInt(written, 10) * (UNITS_MS[written.slice(-1)] ?? 0);
}
