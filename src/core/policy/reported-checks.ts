import type { ErrorCode } from '../errors.ts';
import { formatPlatform } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { JudgedPlatforms, NamedPlace, VerifyReport, VerifyResult } from '../model/verify-report.ts';
import { decidingLeaves } from './deciding-leaves.ts';
import type { Judgement, Verdict } from './evaluate.ts';
import type { PolicyJudgement, RuleJudgement, Waiver } from './evaluate-policy.ts';
import type { Leaf } from './judgement.ts';
import type { PolicyException } from './policy.ts';
import type { Unheard } from './policy-input.ts';
import { unheardOf } from './policy-input.ts';
import type { RequirementName } from './requirements.ts';
import { reasonOf, verdictOf } from './verdict.ts';

/** One thing that was required of one image, by whatever it was required. */
export type ReportedCheck = {
  /** Stable over runs and versions, none of it a stranger's or a user's word: `provenance.ref`. */
  readonly requirement: string;
  /** The rule of the policy file that requires it. */
  readonly policyRule?: string;
  /** What was found, whatever is made of it. */
  readonly verdict: Verdict;
  readonly expected: string;
  readonly got: string;
  readonly nearest?: string;
  readonly evidence: readonly string[];
  readonly unheard: readonly Unheard[];
  /** Why it keeps nothing from passing. */
  readonly waiver?: ReportedWaiver;
  /** Exceptions that would have waived it, had they not expired. */
  readonly expired: readonly PolicyException[];
};
/** `unruled`: the policy only reports images that it has no rule for. */
export type ReportedWaiver = Waiver | { readonly kind: 'unruled' };

/** An image with all its checks, in the order in which they are made: what every report for machines is made of. */
export type ReportedImage = {
  readonly reference: string;
  /** Of the platform that was judged; missing where none was. */
  readonly digest?: Digest;
  readonly platform?: string;
  /** Where files name it. */
  readonly places: readonly NamedPlace[];
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  /** The worst of them that is not waived is as bad as the verdict. */
  readonly checks: readonly ReportedCheck[];
};

/** One entry a result, in their order; then one for each image whose platforms were judged together. */
export function reportedImages({ images, platforms = [] }: VerifyReport): readonly ReportedImage[] {
  return [...images.map(reportedImage), ...platforms.map((each) => reportedPlatforms(each, images))];
}

function reportedImage(result: VerifyResult): ReportedImage {
  const { foundIn: places = [] } = result;
  if (result.kind === 'failed') return unreadImage(result, places);
  const { dossier, judgement, policy } = result;
  const { reference, digests, platform } = dossier.image;
  return {
    reference,
    digest: digests.platform ?? digests.config,
    ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
    places,
    verdict: verdictOf(result),
    reason: reasonOf(result),
    checks: [
      ...(judgement === undefined ? [] : documentChecks(judgement)),
      ...(policy === undefined ? [] : policyChecks(policy)),
    ],
  };
}

/** Of what is answered, and the answer is no; whatever else went wrong says nothing of the image. */
const ANSWERS: readonly ErrorCode[] = [
  'NO_SUCH_IMAGE',
  'NOT_IN_STORE',
  'NOT_AN_IMAGE',
  'NO_SUCH_PLATFORM',
  'AMBIGUOUS_IMAGE',
  'INVALID_REFERENCE',
  'DIGEST_MISMATCH',
  'TAG_DIGEST_MISMATCH',
];

function unreadImage(
  { reference, error }: Extract<VerifyResult, { kind: 'failed' }>,
  places: readonly NamedPlace[],
): ReportedImage {
  const { code, message, hint, expected = 'an image that can be read', got = message } = error;
  const verdict = ANSWERS.includes(code) ? 'fail' : 'undecided';
  const unheard = verdict === 'undecided' ? [unheardOf(error)] : [];
  const check = { requirement: 'image.read', verdict, expected, got, evidence: [], unheard, expired: [] } as const;
  return { reference, places, verdict, reason: hint === undefined ? message : `${message} (${hint})`, checks: [check] };
}

/** Requirements of the command line, by the names under which they are reported. */
const DOCUMENT_REQUIREMENTS: Readonly<Record<RequirementName, string>> = {
  'predicate type': 'document.predicateType',
  'verification result': 'document.verificationResult',
  'signed by then': 'document.signedByThen',
  signature: 'document.signature',
  signer: 'document.signer',
  'signer may speak for the image': 'document.signerMaySpeak',
  'signer repository': 'document.signerRepository',
  'signer workflow': 'document.signerWorkflow',
  'source repository': 'document.sourceRepository',
  'source ref': 'document.sourceRef',
  'source commit': 'document.sourceCommit',
  builder: 'document.builder',
  'builder is the signer': 'document.builderIsSigner',
};

/** Of the document that came nearest. What it lacks, one that was not heard may have. */
function documentChecks({ verdict, reason, judged: [nearest], unheard }: Judgement): readonly ReportedCheck[] {
  const open = verdict === 'undecided' ? unheard.map(unheardOf) : [];
  if (nearest === undefined)
    return [
      {
        requirement: 'document.present',
        verdict,
        expected: 'a signed document about this image',
        got: reason,
        evidence: [],
        unheard: open,
        expired: [],
      },
    ];
  const { predicateType, document, carrier, endorsedBy } = nearest.candidate;
  const evidence = [
    `${predicateType} (${document}), ${carrier}`,
    ...(endorsedBy === undefined ? [] : [`signed by way of ${endorsedBy}`]),
  ];
  return nearest.checks.map(({ requirement, expected, got, holds }) => ({
    requirement: DOCUMENT_REQUIREMENTS[requirement],
    verdict: holds ? 'pass' : verdict,
    expected,
    got,
    evidence,
    unheard: holds ? [] : open,
    expired: [],
  }));
}

function policyChecks({ verdict, reason, rules, isUnruled }: PolicyJudgement): readonly ReportedCheck[] {
  const checks = rules.flatMap(ruleChecks);
  if (!isUnruled) return checks;
  const unruled: ReportedCheck = {
    requirement: 'policy.rule',
    verdict: 'fail',
    expected: 'a rule of the policy that is for this image',
    got: reason,
    evidence: [],
    unheard: [],
    ...(verdict === 'fail' ? {} : { waiver: { kind: 'unruled' } }),
    expired: [],
  };
  return [...checks, unruled];
}

function ruleChecks({ rule, waiver, expired, judged }: RuleJudgement): readonly ReportedCheck[] {
  return decidingLeaves(judged).map((each) => ({
    ...checkOf(each),
    policyRule: rule,
    ...(waiver === undefined || each.verdict === 'pass' ? {} : { waiver }),
    expired: each.verdict === 'pass' ? [] : expired,
  }));
}

/** Requirements that end in a name of the user's choosing. */
const NAMED_BY_USER = /^(provenance\.parameters)\.(.+)$/s;

function checkOf({ kind: _kind, requirement, expected, ...more }: Leaf): ReportedCheck {
  const [, stable, name] = NAMED_BY_USER.exec(requirement) ?? [];
  return stable === undefined
    ? { ...more, requirement, expected, expired: [] }
    : { ...more, requirement: stable, expected: `${name}: ${expected}`, expired: [] };
}

function reportedPlatforms({ reference, judged }: JudgedPlatforms, images: readonly VerifyResult[]): ReportedImage {
  const places = images.find((result) => referenceOf(result) === reference)?.foundIn ?? [];
  const checks = decidingLeaves(judged).map(checkOf);
  return { reference, places, verdict: judged.verdict, reason: PLATFORM_REASONS[judged.verdict], checks };
}

const PLATFORM_REASONS: Readonly<Record<Verdict, string>> = {
  pass: 'every platform that is required meets the policy',
  fail: 'not every platform that is required meets the policy',
  undecided: 'whether every platform that is required meets the policy is not decided',
};

function referenceOf(result: VerifyResult): string {
  return result.kind === 'failed' ? result.reference : result.dossier.image.reference;
}
