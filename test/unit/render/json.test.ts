import { describe, expect, test } from 'vitest';
import { renderTraceLine } from '../../../src/render/index.ts';
import { schemas } from '../../../src/render/schema/index.ts';
import { clean } from '../../../src/render/sanitize.ts';
import type { TraceReport } from '../../../src/core/model/report.ts';
import { HOSTILE_STRINGS, REPORTS, hostileReport } from '../../support/reports.ts';
import { shown } from './shown.ts';
import { traceValidator } from './trace-schema.ts';

const isInvalid = await traceValidator();

async function documentsOf(report: TraceReport): Promise<unknown[]> {
  const parsed: unknown = JSON.parse(await shown(report, { format: 'json' }));
  return Array.isArray(parsed) ? parsed : [parsed];
}

/** Every string in a value, wherever it is. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe.each([...Object.entries(REPORTS), ['hostile', hostileReport()] as const])('%s', (_name, report) => {
  test('is valid by the published schema', async () => {
    for (const document of await documentsOf(report)) expect(isInvalid(document)).toEqual([]);
  });

  test('holds all that was gathered and decided', async () => {
    const documents = await documentsOf(report);
    for (const [index, result] of report.images.entries()) {
      const written = new Set(strings(documents[index]));
      const told = result.kind === 'failed' ? [result.reference, result.error.message] : toldOf(result);
      expect(told.map((text) => clean(text)).filter((text) => !written.has(text))).toEqual([]);
    }
  });

  test('is one line a document in ndjson, the same', async () => {
    const lines = (await shown(report, { format: 'ndjson' })).trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(await documentsOf(report));
    expect(await Promise.all(report.images.map((result) => renderTraceLine(result)))).toEqual(
      lines.map((line) => `${line}\n`),
    );
  });

  test('begins with the name of its format, and has no null', async () => {
    const text = await shown(report, { format: 'json' });
    expect(text).toMatch(/^(?:\[\s*)?\{\s*"schema": "provtrace\/trace\/1",/);
    expect(text).not.toContain(': null');
  });
});

test('each base is a document as if it were traced alone, nearest first; none are missing where they were not asked for', async () => {
  const bases: TraceReport = REPORTS['bases'] ?? { images: [] };
  const [image] = bases.images;
  const [document] = await documentsOf(bases);
  const alone = image?.kind === 'traced' ? (image.bases ?? []) : [];
  expect(alone).toHaveLength(2);
  expect(document).toHaveProperty('bases', await documentsOf({ images: alone }));
  for (const good of await documentsOf(REPORTS['good'] ?? { images: [] })) expect(good).not.toHaveProperty('bases');
});

/** The strings of what a report says, but those that JSON spells otherwise: repositories, subjects' digests, unsafe links. */
function toldOf({ steps, dossier }: Extract<TraceReport['images'][number], { kind: 'traced' }>): string[] {
  const { problems, places, evidence, remarks } = dossier.gathered;
  const entities = [...problems, ...places].map(({ at, ...rest }) => (at.kind === 'image' ? rest : { at, ...rest }));
  const own = steps.map(({ name, answer, why, details, dissent }) => [
    name,
    answer,
    why,
    dissent,
    details.map(({ name: detail, value }) => [detail, value]),
  ]);
  const findings = dossier.findings.map(({ code, message, advice }) => [code, message, advice]);
  const said = evidence.map(({ origin, why, labels }) => [origin, why, labels]);
  return strings([
    dossier.image.reference,
    dossier.image.digests,
    own,
    entities,
    findings,
    said,
    remarks.map(({ code, message, location }) => [code, message, location]),
    dossier.chain.facts.map(({ name }) => name),
  ]);
}

test('several images are an array, one is not, none is an empty one', async () => {
  expect(JSON.parse(await shown({ images: [] }, { format: 'json' }))).toEqual([]);
  expect(Array.isArray(JSON.parse(await shown(REPORTS['good'] ?? { images: [] }, { format: 'json' })))).toBe(false);
  expect(await documentsOf(REPORTS['several'] ?? { images: [] })).toHaveLength(3);
});

test('the same content in another order is the same text', async () => {
  const reversed = {
    images: (REPORTS['good']?.images ?? []).map((result) => {
      if (result.kind === 'failed') return result;
      const { gathered } = result.dossier;
      const backwards = {
        evidence: gathered.evidence.toReversed(),
        problems: gathered.problems.toReversed(),
        places: gathered.places.toReversed(),
        documents: gathered.documents.toReversed(),
        remarks: gathered.remarks.toReversed(),
      };
      return { ...result, dossier: { ...result.dossier, gathered: backwards } };
    }),
  };
  expect(await shown(reversed, { format: 'json' })).toBe(
    await shown(REPORTS['good'] ?? { images: [] }, { format: 'json' }),
  );
});

test('credentials, escapes and directions are out of values too', async () => {
  const text = await shown(hostileReport(), { format: 'json' });
  expect(HOSTILE_STRINGS.join('')).toContain('hunter2');
  expect(text).not.toMatch(/hunter2|ghp_a|AKIAC|QUJD|\\u001b|\\u202e/i);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

/** Every object in a value, with its path. */
function parts(value: unknown, path = '#'): [string, Record<string, unknown>][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, part]) => parts(part, `${path}/${name}`));
  return Array.isArray(value) ? inner : [[path, { ...value }], ...inner];
}

describe('the schema', () => {
  test('describes every part in a sentence, and allows nothing that it does not describe', async () => {
    // A field of a document may itself be called `type`: that of a schema is a string.
    const all = parts(await schemas['trace']?.()).filter(
      ([, { type, oneOf, $ref }]) => typeof type === 'string' || Array.isArray(oneOf) || typeof $ref === 'string',
    );
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(([, { description }]) => !/^[A-Z].*\.$/.test(String(description)))).toEqual([]);
    expect(all.filter(([, part]) => part['type'] === 'object' && part['additionalProperties'] !== false)).toEqual([]);
  });

  test('refuses another version, an unknown field and a missing one', async () => {
    const good: object = JSON.parse(await shown(REPORTS['good'] ?? { images: [] }, { format: 'json' }));
    expect(isInvalid(good)).toEqual([]);
    expect(isInvalid({ ...good, schema: 'provtrace/trace/2' })).not.toEqual([]);
    expect(isInvalid({ ...good, extra: 1 })).not.toEqual([]);
    expect(isInvalid({ ...good, steps: undefined })).not.toEqual([]);
  });
});
