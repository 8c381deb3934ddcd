import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from '../../../src/render/text/width.ts';
import { HOSTILE_STRINGS, hostileReport } from '../../support/reports.ts';
import { shown } from './shown.ts';
import { traceValidator } from './trace-schema.ts';

/** Whatever strangers write, in all places at once. */
const strangers = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom(...HOSTILE_STRINGS.filter((text) => text.length < 1000)),
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((strings) => hostileReport(strings));
const RUNS = { numRuns: 40 };

test('text has no control or direction character, and no line that is too wide', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, fc.integer({ min: 40, max: 160 }), fc.boolean(), async (report, width, verbose) => {
      for (const line of (await shown(report, { width, verbose })).split('\n')) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(line.trimStart()).not.toMatch(/^::[a-z]|##\w*\[/i);
      }
    }),
    RUNS,
  );
});

test('a word that is broken begins no line with a command', async () => {
  for (const before of ['', '/', '?', ':', '::'])
    for (let length = 1; length <= 80; length += 1) {
      const text = await shown(hostileReport([`${'a'.repeat(length)}${before}::error::${'b'.repeat(120)}`]), {
        width: 60,
      });
      for (const line of text.split('\n')) expect(line.trimStart()).not.toMatch(/^::[a-z]/i);
    }
});

test('text with colours and links has no other escape than its own', async () => {
  const own = new RegExp(['\u001b\\[[0-9;]*m', '\u001b\\]8;;(?:https://[!-~]*)?\u001b\\\\'].join('|'), 'g');
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const text = await shown(report, { colour: true, links: true });
      expect(text.replaceAll(own, '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
    RUNS,
  );
});

test('JSON parses, and is valid by its schema', async () => {
  const isInvalid = await traceValidator();
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const documents: unknown = JSON.parse(await shown(report, { format: 'json' }));
      expect(Array.isArray(documents) && documents.flatMap((document) => isInvalid(document))).toEqual([]);
      const lines = (await shown(report, { format: 'ndjson' })).trimEnd().split('\n');
      expect(lines.map((line): unknown => JSON.parse(line))).toEqual(documents);
    }),
    RUNS,
  );
});

test('Markdown has no tag but its own, and only its own pipes', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const markdown = await shown(report, { format: 'markdown' });
      expect(markdown.replaceAll(/<\/?(?:details|summary|br)>/g, '')).not.toMatch(/[<>]/);
      const rows = markdown.split('\n').filter((line) => line.includes('|'));
      expect(rows.filter((row) => !/^\|(?: [^|]* \|){4}$/.test(row))).toEqual([]);
    }),
    RUNS,
  );
});

test('DOT and Mermaid keep every quote balanced on its line', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      for (const line of (await shown(report, { format: 'dot' })).split('\n')) {
        expect(line.replaceAll(/\\./g, '').split('"').length % 2).toBe(1);
      }
      for (const line of (await shown(report, { format: 'mermaid' })).split('\n')) {
        expect(line.split('"').length).toBeOneOf([1, 3]);
      }
    }),
    RUNS,
  );
});
