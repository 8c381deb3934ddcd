import type { NamedPlace, VerifyReport, VerifyResult } from '../../../../src/core/model/verify-report.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { allOf, leaf } from '../../../../src/core/policy/judgement.ts';
import { digestOf } from '../../../support/reports.ts';
import { WORKFLOW, provenance, stranger, verified } from '../../core/claims/documents.ts';
import { GITHUB } from '../../core/claims/documents.ts';
import type { Setting } from '../../core/policy/policies.ts';
import { imageWith, judged, unheard } from '../../core/policy/policies.ts';
import { VERIFY_REPORTS, hostileVerdicts } from './reports.ts';

/** Verdicts by a policy file, beside those by flags: one for each way in which a check of a rule can come out. */

type Held = Setting & { readonly foundIn?: readonly NamedPlace[]; readonly reference?: string };

export function heldAgainst(require: object, documents: readonly SignedDocument[], setting: Held = {}): VerifyResult {
  const { dossier } = imageWith(documents, setting);
  const { reference = dossier.image.reference, foundIn } = setting;
  return {
    kind: 'judged',
    dossier: { ...dossier, image: { ...dossier.image, reference } },
    grades: { origin: 'attested', ownership: 'none' },
    policy: judged(require, documents, setting),
    ...(foundIn === undefined ? {} : { foundIn }),
  };
}

/** By whom, from which tag, and reviewed. */
export const RELEASE = {
  signers: { of: [{ issuer: GITHUB, identity: WORKFLOW }] },
  provenance: { ref: { tags: ['v*'] }, parameters: { 'inputs.target': 'release' } },
};
export const PLACES: readonly NamedPlace[] = [
  { path: 'deploy/web.yaml', line: 12, column: 16, pointer: 'Deployment/web spec.template.spec.containers[0].image' },
  { path: 'compose.yaml', line: 4, pointer: '' },
];
const EXCEPTION = {
  rule: 'release',
  images: 'ghcr.io/acme/*',
  owner: '@acme/release',
  reason: 'SEC-12: moved to tags in July',
};

export const FAILED = heldAgainst(RELEASE, [provenance()], { foundIn: PLACES });
const EXCEPTED = heldAgainst(RELEASE, [provenance()], {
  file: { exceptions: [{ ...EXCEPTION, expires: '2027-03-31' }] },
  reference: 'ghcr.io/acme/shop:1.3',
});
const LATE = heldAgainst(RELEASE, [provenance()], {
  file: { exceptions: [{ ...EXCEPTION, expires: '2026-03-31' }] },
  reference: 'ghcr.io/acme/shop:1.2',
});
const WARNED = heldAgainst(RELEASE, [provenance({ checked: verified(stranger()) })], { rule: { mode: 'warn' } });
const OPEN = heldAgainst({ source: { reviewedBy: 1 } }, [provenance()], { source: { review: unheard } });
export const HELD = heldAgainst({ signers: RELEASE.signers }, [provenance({ document: digestOf('600d') })]);
const UNRULED = heldAgainst(RELEASE, [provenance()], {
  rule: { images: ['ghcr.io/other/*'] },
  file: { default: 'report' },
});
const DENIED = heldAgainst(RELEASE, [provenance()], { rule: { images: ['ghcr.io/other/*'] } });

const POLICY = { waived: [], policyPath: 'policies/release.yaml', policyDigest: digestOf('90') } as const;

export const POLICY_REPORTS = {
  failed: { ...POLICY, images: [FAILED] },
  excepted: { ...POLICY, images: [EXCEPTED] },
  late: { ...POLICY, images: [LATE] },
  warned: { ...POLICY, images: [WARNED] },
  open: { ...POLICY, images: [OPEN] },
  held: { ...POLICY, images: [HELD] },
  unruled: { ...POLICY, images: [UNRULED] },
  denied: { ...POLICY, images: [DENIED] },
  platforms: {
    ...POLICY,
    images: [HELD],
    platforms: [
      {
        reference: 'ghcr.io/acme/shop:1.4',
        judged: leaf({
          requirement: 'platforms',
          expected: 'linux/arm64 meets the policy',
          got: 'it was not judged',
          holds: undefined,
          unheard: [{ message: 'linux/arm64 was not judged', hint: 'judge all platforms: --all-platforms' }],
        }),
      },
    ],
  },
  several: {
    ...POLICY,
    images: [FAILED, EXCEPTED, WARNED, OPEN, HELD, UNRULED, ...(VERIFY_REPORTS['several']?.images ?? [])],
  },
} satisfies Record<string, VerifyReport>;

/** Strangers' words in every place of a report for machines that takes them: of a policy, of flags, and of an image that could not be read. */
export function hostileChecks(strings: readonly string[]): VerifyReport {
  let index = 0;
  const next = (): string => strings[index++ % strings.length] ?? '';
  const part = (holds: boolean | undefined) =>
    leaf({
      requirement: 'provenance.ref',
      expected: next(),
      got: next(),
      nearest: next(),
      evidence: [next(), next()],
      holds,
      unheard: [{ message: next(), hint: next() }],
    });
  const exception = () => ({ rule: next(), images: next(), reason: next(), owner: next(), expires: '2027-01-31' });
  const place = () => ({ path: next(), line: 1 + index, pointer: next() });
  const held = (parts: readonly (boolean | undefined)[], isWaived: boolean): VerifyResult => {
    const { dossier } = imageWith([provenance()]);
    const judgedParts = allOf(next(), parts.map(part));
    const found = judgedParts.verdict;
    const rule = {
      rule: next(),
      pattern: next(),
      found,
      verdict: isWaived ? ('pass' as const) : found,
      ...(isWaived ? { waiver: { kind: 'exception' as const, exception: exception() } } : {}),
      expired: [exception()],
      judged: judgedParts,
    };
    return {
      kind: 'judged',
      dossier: { ...dossier, image: { ...dossier.image, reference: next() } },
      grades: { origin: 'attested', ownership: 'none' },
      policy: { verdict: rule.verdict, reason: next(), rules: [rule], isUnruled: false },
      foundIn: [place(), place()],
    };
  };
  const { images, waived } = hostileVerdicts(strings);
  return {
    images: [held([true, false, undefined], false), held([true, undefined], false), held([false], true), ...images],
    waived: [...waived, next()],
    policyPath: next(),
    platforms: [{ reference: next(), judged: part(false) }],
  };
}
