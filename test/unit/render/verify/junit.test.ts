import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { reportedImages } from '../../../../src/core/policy/reported-checks.ts';
import { clean } from '../../../../src/render/sanitize.ts';
import { golden } from '../golden.ts';
import { POLICY_REPORTS } from './policy-reports.ts';
import { VERIFY_REPORTS, shownVerdicts } from './reports.ts';
import { CONTROLS, CREDENTIALS, RUNS, strangers } from './strangers.ts';
import type { XmlElement } from './xml.ts';
import { parseXml } from './xml.ts';

/** Jenkins' junit-10.xsd, as far as it is written: which element may have which attributes, and which elements, in their order. */
const SCHEMA: Readonly<Record<string, { readonly required: readonly string[]; readonly within: RegExp }>> = {
  testsuites: { required: ['name', 'tests', 'failures', 'errors'], within: /^(testsuite )*$/ },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors', 'skipped', 'timestamp'],

    within: /^properties (testcase )*$/,
  },
  properties: { required: [], within: /^(property )+$/ },
  property: { required: ['name', 'value'], within: /^$/ },
  testcase: { required: ['name', 'classname'], within: /^(?:(?:failure|error|skipped) )?$/ },
  failure: { required: ['message', 'type'], within: /^$/ },
  error: { required: ['message', 'type'], within: /^$/ },
  skipped: { required: ['message'], within: /^$/ },
};

function assertValid({ name, attributes, children }: XmlElement): void {
  const rule = SCHEMA[name];
  expect(Object.keys(attributes).sort()).toEqual([...(rule?.required ?? [`no element is named ${name}`])].sort());
  expect(children.map((child) => `${child.name} `).join('')).toMatch(rule?.within ?? /^never$/);
  for (const child of children) assertValid(child);
}

async function suitesOf(report: VerifyReport): Promise<readonly XmlElement[]> {
  const root = parseXml(await shownVerdicts(report, { format: 'junit' }));
  assertValid(root);
  expect(root.name).toBe('testsuites');
  return root.children;
}
const casesOf = (suite: XmlElement | undefined): readonly XmlElement[] =>
  (suite?.children ?? []).filter(({ name }) => name === 'testcase');
const count = (elements: readonly XmlElement[], name: string): string =>
  String(elements.flatMap(({ children }) => children).filter((child) => child.name === name).length);

test('several', async () => {
  const output = await shownVerdicts(POLICY_REPORTS.several, { format: 'junit' });
  expect(output).toBe(golden('verify-several.junit', output));
});

test('a suite an image, a case a check, and the numbers are theirs', async () => {
  for (const report of [...Object.values(VERIFY_REPORTS), ...Object.values(POLICY_REPORTS)]) {
    const suites = await suitesOf(report);
    const images = reportedImages(report);
    expect(suites.map((suite) => casesOf(suite).length)).toEqual(images.map(({ checks }) => checks.length));
    for (const suite of suites) {
      const cases = casesOf(suite);
      expect(suite.attributes).toMatchObject({
        tests: String(cases.length),
        failures: count(cases, 'failure'),
        errors: count(cases, 'error'),
        skipped: count(cases, 'skipped'),
      });
    }
  }
});

describe('a check', () => {
  const outcomes = async (report: VerifyReport): Promise<readonly string[]> =>
    (await suitesOf(report)).flatMap((suite) =>
      casesOf(suite).map(({ attributes, children }) => `${attributes['name']} ${children[0]?.name ?? 'ok'}`),
    );

  test('that fails is a failure, with the rule before its name', async () => {
    expect(await outcomes(POLICY_REPORTS.failed)).toEqual([
      'release: signers ok',
      'release: provenance.signature ok',
      'release: provenance.platform ok',
      'release: provenance.signer ok',
      'release: provenance.ref failure',
      'release: provenance.parameters failure',
    ]);
  });

  test('that is undecided is an error, and one that is waived is skipped: neither is a pass', async () => {
    expect(await outcomes(POLICY_REPORTS.open)).toEqual(['release: source.reviewedBy error']);
    expect(await outcomes(POLICY_REPORTS.unruled)).toEqual(['policy.rule skipped']);
    expect((await outcomes(POLICY_REPORTS.excepted)).slice(4)).toEqual([
      'release: provenance.ref skipped',
      'release: provenance.parameters skipped',
    ]);
  });

  test('says both sides, and why it was skipped', async () => {
    const [failed] = await suitesOf(POLICY_REPORTS.failed);
    expect(casesOf(failed)[4]?.children[0]?.attributes).toEqual({
      message: 'expected refs/tags/v*; got refs/heads/main',
      type: 'provenance.ref',
    });
    const [excepted] = await suitesOf(POLICY_REPORTS.excepted);
    expect(casesOf(excepted)[4]?.children[0]?.attributes).toEqual({
      message: 'excepted until 2027-03-31 by @acme/release: SEC-12: moved to tags in July; got refs/heads/main',
    });
  });
});

test('a suite says which image it is, where it is named, and what a flag gave up', async () => {
  const [failed] = await suitesOf(POLICY_REPORTS.failed);
  const [key] = await suitesOf(VERIFY_REPORTS['key'] ?? { images: [], waived: [] });
  const properties = (suite: XmlElement | undefined): readonly string[] =>
    (suite?.children[0]?.children ?? []).map(({ attributes }) => `${attributes['name']}: ${attributes['value']}`);
  expect(properties(failed)).toContain('image: ghcr.io/acme/shop:1.4');
  expect(properties(failed)).toContain('named in: compose.yaml:4');
  expect(properties(failed).find((line) => line.startsWith('digest: '))).toMatch(/^digest: sha256:(?:a1){32}$/);
  expect(properties(key).at(-1)).toMatch(/^waived: no transparency log/);
});

test('no images are no suite', async () => {
  expect(await suitesOf({ images: [], waived: [] })).toEqual([]);
});

test('whatever strangers write, it is well-formed, and says it again', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const output = await shownVerdicts(report, { format: 'junit' });
      expect(output.replaceAll('\n', '')).not.toMatch(CONTROLS);
      expect(output).not.toMatch(CREDENTIALS);
      const suites = await suitesOf(report);
      for (const [index, { checks, reference }] of reportedImages(report).entries()) {
        const cases = casesOf(suites[index]);
        expect(suites[index]?.children[0]?.children[0]?.attributes['value']).toBe(clean(reference));
        expect(cases).toHaveLength(checks.length);
        for (const [nth, { verdict, waiver, expected, got }] of checks.entries()) {
          const message = cases[nth]?.children[0]?.attributes['message'];
          if (verdict === 'pass') expect(message).toBeUndefined();
          else if (waiver === undefined) expect(message).toBe(clean(`expected ${expected}; got ${got}`));
        }
      }
    }),
    RUNS,
  );
});
