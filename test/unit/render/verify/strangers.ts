import * as fc from 'fast-check';
import { HOSTILE_STRINGS } from '../../../support/reports.ts';
import { hostileChecks } from './policy-reports.ts';

/** Whatever strangers write, in all places at once. */
export const strangers = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...Array.from('\n\r:%,=#[]{}<>&"\'|`@/\\ a\u0085\u2028')), maxLength: 40 }),
      fc.constantFrom(...HOSTILE_STRINGS.filter((text) => text.length < 1000)),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(hostileChecks);

export const RUNS = { numRuns: 40 };

/** What no output may hold, whatever its format. */
export const CONTROLS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Of `HOSTILE_STRINGS`, as they are or percent-encoded. `--signer-workflow` loses its scheme, and is the user's own word. */
export const CREDENTIALS = /\/\/user:hunter2|password=hunter2|hunter2%40|%3Dhunter2|ghp_a|AKIAC/i;
