import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from '../../../../src/render/text/width.ts';
import { HOSTILE_STRINGS } from '../../../support/reports.ts';
import { validatorOf } from '../trace-schema.ts';
import { hostileVerdicts, shownVerdicts } from './reports.ts';

/** Whatever strangers write, in all places at once. */
const strangers = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom(...HOSTILE_STRINGS.filter((text) => text.length < 1000)),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(hostileVerdicts);
const RUNS = { numRuns: 30 };

test('text has no control or direction character, and no line that is too wide', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, fc.integer({ min: 40, max: 160 }), fc.boolean(), async (report, width, verbose) => {
      for (const line of (await shownVerdicts(report, { width, verbose })).split('\n')) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(line.trimStart()).not.toMatch(/^::[a-z]|##\w*\[/i);
      }
    }),
    RUNS,
  );
});

test('text with colours and links has no other escape than its own', async () => {
  const own = new RegExp(['\u001b\\[[0-9;]*m', '\u001b\\]8;;(?:https://[!-~]*)?\u001b\\\\'].join('|'), 'g');
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const text = await shownVerdicts(report, { colour: true, links: true });
      expect(text.replaceAll(own, '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
    RUNS,
  );
});

test('a stranger’s words make no line that begins as a verdict does', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, fc.integer({ min: 40, max: 160 }), async (report, width) => {
      const verdicts = (await shownVerdicts(report, { width })).split('\n').filter((line) => /^[✔✖?] /u.test(line));
      expect(verdicts).toHaveLength(report.images.length);
    }),
    RUNS,
  );
});

test('JSON parses, is valid by its schema, and is the same a line at a time', async () => {
  const isInvalid = await validatorOf('verify');
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const documents: unknown = JSON.parse(await shownVerdicts(report, { format: 'json' }));
      expect(Array.isArray(documents) && documents.flatMap((document) => isInvalid(document))).toEqual([]);
      const lines = (await shownVerdicts(report, { format: 'ndjson' })).trimEnd().split('\n');
      expect(lines.map((line): unknown => JSON.parse(line))).toEqual(documents);
    }),
    RUNS,
  );
});
