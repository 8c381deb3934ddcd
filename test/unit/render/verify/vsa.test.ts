import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';
import type { VerificationSummary } from '../../../../src/core/provenance/vsa.ts';
import { readVerificationSummary } from '../../../../src/core/provenance/vsa.ts';
import { NOW, digestOf } from '../../../support/reports.ts';
import { PLATFORM, provenance, simpleSignature, stating, STRANGE, rejected } from '../../core/claims/documents.ts';
import { golden } from '../golden.ts';
import { HELD, POLICY_REPORTS, RELEASE, heldAgainst } from './policy-reports.ts';
import { VERIFY_REPORTS, shownVerdicts } from './reports.ts';
import { CONTROLS, CREDENTIALS, RUNS, strangers } from './strangers.ts';

const text = { type: 'string', minLength: 1 };
const digest = {
  type: 'object',
  required: ['sha256'],
  properties: { sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
  additionalProperties: false,
};
const descriptor = (required: readonly string[]) => ({
  type: 'object',
  required,
  properties: {
    name: { type: 'string' },
    uri: { type: 'string', format: 'uri-reference', minLength: 1 },
    digest,
    annotations: { type: 'object' },
  },
  additionalProperties: false,
});
/** By hand from slsa.dev/spec/v1.2/verification_summary and in-toto's statement v1, closed: neither is published as a schema. */
const SCHEMA = {
  type: 'object',
  required: ['_type', 'subject', 'predicateType', 'predicate'],
  properties: {
    _type: { const: 'https://in-toto.io/Statement/v1' },
    subject: { type: 'array', minItems: 1, items: descriptor(['digest']) },
    predicateType: { const: 'https://slsa.dev/verification_summary/v1' },
    predicate: {
      type: 'object',
      required: ['verifier', 'resourceUri', 'policy', 'verificationResult', 'verifiedLevels'],
      properties: {
        verifier: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string', format: 'uri' },
            version: { type: 'object', additionalProperties: text },
          },
          additionalProperties: false,
        },
        timeVerified: { type: 'string', format: 'date-time', pattern: 'Z$' },
        resourceUri: { type: 'string', format: 'uri-reference', minLength: 1 },
        policy: descriptor(['uri']),
        inputAttestations: { type: 'array', items: descriptor(['digest']) },
        verificationResult: { enum: ['PASSED', 'FAILED'] },
        verifiedLevels: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(?:FAILED|SLSA_BUILD_LEVEL_(?:[23]|UNEVALUATED))$' },
        },
        slsaVersion: { type: 'string', pattern: '^\\d+\\.\\d+$' },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};
const validate = new Ajv2020({ strict: true, allErrors: true, formats: fullFormats }).compile(SCHEMA);

async function statementsOf(report: VerifyReport): Promise<readonly unknown[]> {
  const written: unknown = JSON.parse(await shownVerdicts(report, { format: 'vsa' }));
  const statements: readonly unknown[] = Array.isArray(written) ? written : [written];
  for (const statement of statements) expect(validate(statement) ? [] : validate.errors).toEqual([]);
  return statements;
}

/** As our own reader, and so every policy of ours, understands it. */
async function readBack(report: VerifyReport): Promise<readonly VerificationSummary[]> {
  const statements = await statementsOf(report);
  return statements.map((each) => {
    const { statement, problems } = parseStatement(new TextEncoder().encode(JSON.stringify(each)));
    const summary = readVerificationSummary(statement);
    expect([problems, summary?.problems]).toEqual([[], []]);
    expect(statement.subject).toMatchObject([{ digest: { sha256: PLATFORM.slice('sha256:'.length) } }]);
    if (summary === undefined) throw new Error('it is no verification summary');
    return summary;
  });
}
const verdictsOf = async (report: VerifyReport): Promise<readonly (readonly (string | undefined)[])[]> =>
  (await readBack(report)).map(({ result, verifiedLevels }) => [
    result?.value,
    ...verifiedLevels.map(({ value }) => value),
  ]);

test.each(['held', 'excepted'] as const)('%s', async (name) => {
  const output = await shownVerdicts(POLICY_REPORTS[name], { format: 'vsa' });
  expect(output).toBe(golden(`verify-${name}.vsa`, output));
});

describe('our own reader', () => {
  test('has back what was said', async () => {
    const [summary] = await readBack(POLICY_REPORTS.held);
    expect(summary).toMatchObject({
      version: 'v1',
      verifierId: { value: 'pkg:generic/provtrace' },
      timeVerified: { value: NOW },
      resourceUri: { value: 'pkg:oci/shop?repository_url=ghcr.io/acme/shop' },
      policy: { uri: 'policies/release.yaml', digest: { sha256: digestOf('90').slice('sha256:'.length) } },
      inputAttestations: [{ digest: { sha256: digestOf('600d').slice('sha256:'.length) } }],
      result: { value: 'PASSED' },
      verifiedLevels: [{ value: 'SLSA_BUILD_LEVEL_2' }],
      slsaVersion: { value: '1.2' },
    });
  });

  test('has back what the command line required, which has no file', async () => {
    const [statement] = await statementsOf(VERIFY_REPORTS['key'] ?? POLICY_REPORTS.held);
    expect(statement).toMatchObject({
      predicate: {
        policy: {
          uri: 'provtrace:command-line',
          annotations: { signature: 'one that holds', waived: [expect.stringContaining('no transparency log')] },
        },
      },
    });
    expect(statement).not.toHaveProperty('predicate.policy.digest');
  });
});

describe('PASSED', () => {
  test('is what was checked and holds, or is excepted', async () => {
    expect(await verdictsOf(VERIFY_REPORTS['pass'] ?? POLICY_REPORTS.failed)).toEqual([
      ['PASSED', 'SLSA_BUILD_LEVEL_2'],
    ]);
    expect(await verdictsOf(POLICY_REPORTS.excepted)).toEqual([['PASSED', 'SLSA_BUILD_LEVEL_2']]);
  });

  test.each(['failed', 'late', 'open', 'warned', 'unruled', 'denied', 'platforms'] as const)(
    'is not %s',
    async (name) => {
      expect(await verdictsOf(POLICY_REPORTS[name])).toEqual([['FAILED', 'FAILED']]);
    },
  );

  test.each(['fail', 'stranger', 'rejected', 'nothing', 'undecided'])('is not by flags %s', async (name) => {
    expect(await verdictsOf(VERIFY_REPORTS[name] ?? POLICY_REPORTS.held)).toEqual([['FAILED', 'FAILED']]);
  });

  test('is not what has failed for a reason that no check tells', async () => {
    const [passed] = VERIFY_REPORTS['pass']?.images ?? [];
    if (passed?.kind !== 'judged') throw new Error('it was read');
    const policy = { verdict: 'fail', reason: 'no rule', rules: [], isUnruled: false } as const;
    expect(await verdictsOf({ images: [{ ...passed, policy }], waived: [] })).toEqual([['FAILED', 'FAILED']]);
  });

  test('has no level where nothing that is signed gives one', async () => {
    expect(await verdictsOf(VERIFY_REPORTS['key'] ?? POLICY_REPORTS.failed)).toEqual([
      ['PASSED', 'SLSA_BUILD_LEVEL_UNEVALUATED'],
    ]);
    expect(await verdictsOf(VERIFY_REPORTS['endorsed'] ?? POLICY_REPORTS.failed)).toEqual([
      ['PASSED', 'SLSA_BUILD_LEVEL_UNEVALUATED'],
    ]);
  });

  test('of a platform is not that of another image’s platforms', async () => {
    const other = POLICY_REPORTS.platforms.platforms.map((each) => ({ ...each, reference: 'ghcr.io/acme/other:1' }));
    expect(await verdictsOf({ ...POLICY_REPORTS.platforms, platforms: other })).toEqual([
      ['PASSED', 'SLSA_BUILD_LEVEL_2'],
    ]);
  });
});

test('what was used is each document about the image once, and neither a rejected one nor another image’s', async () => {
  const documents = [
    provenance({ document: digestOf('b') }),
    provenance({ document: digestOf('b'), carrier: 'cosign tag .att' }),
    simpleSignature({ document: digestOf('a') }),
    simpleSignature({ document: digestOf('c'), checked: rejected() }),
    stating('https://spdx.dev/Document', {}, { document: digestOf('d'), about: STRANGE }),
  ];
  const [summary] = await readBack({ images: [heldAgainst(RELEASE, documents)], waived: [] });
  expect(summary?.inputAttestations.map((each) => `sha256:${each.digest['sha256']}`)).toEqual([
    digestOf('a'),
    digestOf('b'),
  ]);
});

test('several are an array; what could not be read, or has no digest of its own, has none', async () => {
  expect(await statementsOf(VERIFY_REPORTS['several'] ?? POLICY_REPORTS.held)).toHaveLength(3);
  expect(JSON.parse(await shownVerdicts(VERIFY_REPORTS['unread'] ?? POLICY_REPORTS.held, { format: 'vsa' }))).toEqual(
    [],
  );
  if (HELD.kind !== 'judged') throw new Error('it was read');
  const { platform: _none, ...digests } = HELD.dossier.image.digests;
  const archive = { ...HELD, dossier: { ...HELD.dossier, image: { ...HELD.dossier.image, digests } } };
  expect(await statementsOf({ images: [archive, HELD], waived: [] })).toHaveLength(1);
});

test('of a layout it names the folder', async () => {
  if (HELD.kind !== 'judged') throw new Error('it was read');
  const { image } = HELD.dossier;
  const root = { ...image.root, foundAt: [{ transport: 'oci', name: '/srv/a b' }] as const };
  const [summary] = await readBack({
    images: [{ ...HELD, dossier: { ...HELD.dossier, image: { ...image, root } } }],
    waived: [],
  });
  expect(summary?.resourceUri?.value).toBe('file:///srv/a%20b');
});

test('whatever strangers write, it is valid, says nothing more, and never passes what is not passed', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const output = await shownVerdicts(report, { format: 'vsa' });
      expect(output.replaceAll('\n', '')).not.toMatch(CONTROLS);
      expect(output).not.toMatch(CREDENTIALS);
      const summaries = await readBack(report);
      const judged = report.images.flatMap((image) => (image.kind === 'judged' ? [image] : []));
      expect(summaries).toHaveLength(judged.length);
      for (const [index, { judgement, policy }] of judged.entries()) {
        const isPassed = [judgement, policy].every((each) => each === undefined || each.verdict === 'pass');
        if (!isPassed) expect(summaries[index]?.result?.value).toBe('FAILED');
      }
    }),
    RUNS,
  );
});
