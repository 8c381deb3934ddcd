import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { clean } from '../../../../src/render/sanitize.ts';
import { schemas } from '../../../../src/render/schema/index.ts';
import { HOSTILE_STRINGS } from '../../../support/reports.ts';
import { validatorOf } from '../trace-schema.ts';
import { POLICY_REPORTS, hostileChecks } from './policy-reports.ts';
import { VERIFY_REPORTS, hostileVerdicts, shownVerdicts } from './reports.ts';

const isInvalid = await validatorOf('verify');
const HOSTILE = HOSTILE_STRINGS.filter((text) => text.length < 10_000);
const REPORTS: readonly (readonly [string, VerifyReport])[] = [
  ...Object.entries(VERIFY_REPORTS),
  ...Object.entries(POLICY_REPORTS).map(([name, report]) => [`policy ${name}`, report] as const),
  ['hostile', hostileVerdicts(HOSTILE)],
  ['hostile policy', hostileChecks(HOSTILE)],
];

async function documentsOf(report: VerifyReport): Promise<unknown[]> {
  const parsed: unknown = JSON.parse(await shownVerdicts(report, { format: 'json' }));
  return Array.isArray(parsed) ? parsed : [parsed];
}

/** Every string in a value, wherever it is. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe.each(REPORTS)('%s', (_name, report) => {
  test('is valid by the published schema', async () => {
    for (const document of await documentsOf(report)) expect(isInvalid(document)).toEqual([]);
  });

  test('holds all that was decided, and why', async () => {
    const documents = await documentsOf(report);
    for (const [index, result] of report.images.entries()) {
      const written = new Set(strings(documents[index]));
      const told =
        result.kind === 'failed'
          ? [result.reference, result.error.message, result.error.code]
          : strings([
              result.dossier.image.reference,
              result.dossier.image.digests,
              result.judgement?.verdict,
              result.judgement?.reason,
              result.judgement?.judged.map(
                ({ checks, candidate: { workflow, source, document, about, carrier, checked } }) => [
                  checks,
                  workflow,
                  source,
                  document,
                  about,
                  carrier,
                  checked.assurance === 'verified' ? [checked.times, checked.logEntries, checked.root] : checked,
                ],
              ),
              result.judgement?.unheard.map(({ code, message, hint }) => [code, message, hint]),
              strings(result.policy).filter((text) => text !== 'leaf' && text !== 'branch'),
              result.foundIn,
              report.waived,
            ]);
      expect(told.map((text) => clean(text)).filter((text) => !written.has(text))).toEqual([]);
    }
  });

  test('is one line a document in ndjson, the same', async () => {
    const lines = (await shownVerdicts(report, { format: 'ndjson' })).trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(await documentsOf(report));
  });

  test('begins with the name of its format, and has no null', async () => {
    const text = await shownVerdicts(report, { format: 'json' });
    expect(text).toMatch(/^(?:\[\s*)?\{\s*"schema": "provtrace\/verify\/1",/);
    expect(text).not.toContain(': null');
  });
});

test('the signer’s flags are there where they are all that is missing', async () => {
  const flagsOf = async (name: string): Promise<unknown> => {
    const [document] = await documentsOf(VERIFY_REPORTS[name] ?? { images: [], waived: [] });
    return typeof document === 'object' && document !== null && 'signerFlags' in document
      ? document.signerFlags
      : undefined;
  };
  expect(await flagsOf('stranger')).toMatch(/^--identity https:\/\/github\.com\/mallory\/\S+ --issuer https:\/\/\S+$/);
  expect(await flagsOf('another')).toBe(await flagsOf('stranger'));
  for (const name of ['pass', 'fail', 'rejected', 'nothing', 'undecided']) expect(await flagsOf(name)).toBeUndefined();
});

test('several images are an array, one is not, none is an empty one', async () => {
  expect(JSON.parse(await shownVerdicts({ images: [], waived: [] }, { format: 'json' }))).toEqual([]);
  expect(JSON.parse(await shownVerdicts(VERIFY_REPORTS['several']!, { format: 'json' }))).toHaveLength(4);
  expect(Array.isArray(JSON.parse(await shownVerdicts(VERIFY_REPORTS['pass']!, { format: 'json' })))).toBe(false);
});

test('credentials, escapes and directions are out of values too', async () => {
  const text = await shownVerdicts(hostileVerdicts(HOSTILE), { format: 'json' });
  expect(HOSTILE.join('')).toContain('hunter2');
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
    const all = parts(await schemas['verify']?.()).filter(
      ([, { type, oneOf, $ref }]) => typeof type === 'string' || Array.isArray(oneOf) || typeof $ref === 'string',
    );
    expect(all.length).toBeGreaterThan(80);
    expect(all.filter(([, { description }]) => !/^[A-Z].*\.$/.test(String(description)))).toEqual([]);
    expect(all.filter(([, part]) => part['type'] === 'object' && part['additionalProperties'] !== false)).toEqual([]);
  });

  test('refuses another version, an unknown field, a missing one and an unknown verdict', async () => {
    const good: object = JSON.parse(await shownVerdicts(VERIFY_REPORTS['pass']!, { format: 'json' }));
    expect(isInvalid(good)).toEqual([]);
    expect(isInvalid({ ...good, schema: 'provtrace/verify/2' })).not.toEqual([]);
    expect(isInvalid({ ...good, extra: 1 })).not.toEqual([]);
    expect(isInvalid({ ...good, judged: undefined })).not.toEqual([]);
    expect(isInvalid({ ...good, verdict: 'maybe' })).not.toEqual([]);
  });
});
