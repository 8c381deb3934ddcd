import type { VerifyReport } from '../../core/model/verify-report.ts';
import type { PolicyJudgement, RuleJudgement } from '../../core/policy/evaluate-policy.ts';
import type { Judged } from '../../core/policy/judgement.ts';
import type { PolicyException } from '../../core/policy/policy.ts';

/** What a policy made of an image: the other side of `schema/verify-policy.ts`. */
export function policyPart(
  { verdict, reason, isUnruled, rules }: PolicyJudgement,
  { policyPath, policyDigest }: Pick<VerifyReport, 'policyPath' | 'policyDigest'>,
): object {
  return { file: policyPath, digest: policyDigest, verdict, reason, isUnruled, rules: rules.map(rulePart) };
}

function rulePart({ rule, pattern, found, verdict, waiver, expired, judged }: RuleJudgement): object {
  return {
    rule,
    pattern,
    found,
    verdict,
    waiver:
      waiver?.kind === 'exception'
        ? { kind: waiver.kind, exception: exceptionPart(waiver.exception) }
        : waiver && { kind: waiver.kind },
    expired: expired.map(exceptionPart),
    judged: judgedPart(judged),
  };
}

function exceptionPart(exception: PolicyException): object {
  const { rule, reason, owner, expires } = exception;
  return {
    rule,
    ...('digest' in exception ? { digest: exception.digest } : { images: exception.images }),
    reason,
    owner,
    expires,
  };
}

/** The tree of what was required; its leaves have both sides. */
export function judgedPart(judged: Judged): object {
  if (judged.kind === 'branch') {
    const { join, n, requirement, verdict, parts, omitted } = judged;
    return { join, n, requirement, verdict, parts: parts.map(judgedPart), omitted };
  }
  const { requirement, verdict, expected, got, evidence, nearest, unheard } = judged;
  return {
    requirement,
    verdict,
    expected,
    got,
    evidence,
    nearest,
    unheard: unheard.map(({ message, hint }) => ({ message, hint })),
  };
}
