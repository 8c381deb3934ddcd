import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import type { ReportedCheck, ReportedImage } from '../../../../src/core/policy/reported-checks.ts';
import { reportedImages } from '../../../../src/core/policy/reported-checks.ts';
import { HOSTILE_STRINGS } from '../../../support/reports.ts';
import { hostileChecks, PLACES, POLICY_REPORTS } from '../../render/verify/policy-reports.ts';
import { VERIFY_REPORTS } from '../../render/verify/reports.ts';
import { PLATFORM } from '../claims/documents.ts';

const NOTHING: VerifyReport = { images: [], waived: [] };
const reported = (name: string): readonly ReportedImage[] => reportedImages(VERIFY_REPORTS[name] ?? NOTHING);
const checksOf = (report: VerifyReport): readonly ReportedCheck[] =>
  reportedImages(report).flatMap(({ checks }) => checks);
const brief = (checks: readonly ReportedCheck[]): readonly string[] =>
  checks.map(({ requirement, verdict, waiver }) => [requirement, verdict, waiver?.kind].join(' ').trim());

describe('by flags', () => {
  test('are the checks of the nearest document, under names that do not change', () => {
    expect(brief(reported('pass').flatMap(({ checks }) => checks))).toEqual([
      'document.signature pass',
      'document.signer pass',
      'document.sourceRepository pass',
      'document.sourceRef pass',
    ]);
  });

  test('say both sides and where it was read', () => {
    const [check] = reported('fail').flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === 'fail'));
    expect(check).toMatchObject({
      requirement: 'document.sourceRepository',
      expected: 'https://github.com/acme/shop',
      got: 'https://github.com/acme/deploy',
    });
    expect(check?.evidence[0]).toMatch(/^https:\/\/slsa\.dev\/provenance\/v1 \(sha256:d0c/);
  });

  test('with no document at all are one that says so', () => {
    expect(brief(reported('nothing').flatMap(({ checks }) => checks))).toEqual(['document.present fail']);
  });

  test('not heard are undecided, with who was not', () => {
    const [check] = reported('undecided').flatMap(({ checks }) => checks);
    expect(check).toMatchObject({ requirement: 'document.present', verdict: 'undecided' });
    expect(check?.unheard).toHaveLength(2);
  });

  test('by way of the attestation manifest name the signature', () => {
    expect(reported('endorsed')[0]?.checks[0]?.evidence[1]).toMatch(/^signed by way of sha256:5151/);
  });
});

describe('an image that could not be read', () => {
  test.each([
    ['NO_SUCH_IMAGE', 'fail'],
    ['TAG_DIGEST_MISMATCH', 'fail'],
    ['NO_SUCH_PLATFORM', 'fail'],
    ['TIMED_OUT', 'undecided'],
    ['UNAUTHORISED', 'undecided'],
    ['OFFLINE', 'undecided'],
  ] as const)('%s is %s', (code, verdict) => {
    const error = new ToolError(code, 'it could not', { hint: 'try this' });
    const [image] = reportedImages({ images: [{ kind: 'failed', reference: 'a/b:1', error }], waived: [] });
    expect(image).toMatchObject({ reference: 'a/b:1', verdict, reason: 'it could not (try this)' });
    expect(image?.digest).toBeUndefined();
    expect(image?.checks).toMatchObject([{ requirement: 'image.read', verdict }]);
    expect(image?.checks[0]?.unheard).toHaveLength(verdict === 'fail' ? 0 : 1);
  });
});

describe('by a policy', () => {
  test('are its deciding requirements, with the rule, and the parameter’s name beside and not in the name', () => {
    const [image] = reportedImages(POLICY_REPORTS.failed);
    expect(image).toMatchObject({ digest: PLATFORM, platform: 'linux/amd64', places: PLACES, verdict: 'fail' });
    expect(brief(image?.checks ?? [])).toEqual([
      'signers pass',
      'provenance.signature pass',
      'provenance.platform pass',
      'provenance.signer pass',
      'provenance.ref fail',
      'provenance.parameters fail',
    ]);
    expect(image?.checks.every(({ policyRule }) => policyRule === 'release')).toBe(true);
    expect(image?.checks.at(-1)?.expected).toBe('inputs.target: release');
  });

  test('excepted are waived and not passed, where they do not hold', () => {
    expect(brief(checksOf(POLICY_REPORTS.excepted))).toEqual([
      'signers pass',
      'provenance.signature pass',
      'provenance.platform pass',
      'provenance.signer pass',
      'provenance.ref fail exception',
      'provenance.parameters fail exception',
    ]);
  });

  test('whose exception has expired fail, and say so', () => {
    const failed = checksOf(POLICY_REPORTS.late).filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ waiver, expired }) => [waiver, expired[0]?.expires])).toEqual([
      [undefined, '2026-03-31'],
      [undefined, '2026-03-31'],
    ]);
  });

  test('that only warn are waived', () => {
    const waivers = checksOf(POLICY_REPORTS.warned).flatMap(({ verdict, waiver }) =>
      verdict === 'pass' ? [] : [waiver?.kind],
    );
    expect(waivers).toEqual(['warn', 'warn', 'warn', 'warn']);
  });

  test('without a rule are a failure, which default: report waives', () => {
    expect(brief(checksOf(POLICY_REPORTS.denied))).toEqual(['policy.rule fail']);
    expect(brief(checksOf(POLICY_REPORTS.unruled))).toEqual(['policy.rule fail unruled']);
  });

  test('of platforms are an entry of their own, at the places of the image', () => {
    const [, whole] = reportedImages(POLICY_REPORTS.platforms);
    expect(whole).toMatchObject({ reference: 'ghcr.io/acme/shop:1.4', verdict: 'undecided' });
    expect(brief(whole?.checks ?? [])).toEqual(['platforms undecided']);
  });
});

test('what is reported is never better than the verdict, nor worse', () => {
  const order = ['pass', 'undecided', 'fail'];
  const all = [...Object.values(VERIFY_REPORTS), ...Object.values(POLICY_REPORTS), hostileChecks(HOSTILE_STRINGS)];
  for (const image of all.flatMap(reportedImages)) {
    const ranks = image.checks.map(({ verdict, waiver }) => (waiver === undefined ? order.indexOf(verdict) : 0));
    expect([image.reference, Math.max(...ranks)]).toEqual([image.reference, order.indexOf(image.verdict)]);
  }
});

test('no name of a requirement is a stranger’s or a user’s', () => {
  for (const { requirement } of checksOf(hostileChecks(HOSTILE_STRINGS)))
    expect(requirement).toMatch(/^(?:document|provenance|policy|image)\.[a-zA-Z]+$/);
});
