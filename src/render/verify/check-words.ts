import type { NamedPlace } from '../../core/model/verify-report.ts';
import type { ReportedCheck, ReportedImage, ReportedWaiver } from '../../core/policy/reported-checks.ts';

/** What a check means for who reads the report: a check that is waived keeps nothing from passing, and is told all the same. */
export type CheckStanding = 'pass' | 'fail' | 'undecided' | 'waived';

export function checkStanding({ verdict, waiver }: ReportedCheck): CheckStanding {
  return verdict !== 'pass' && waiver !== undefined ? 'waived' : verdict;
}

/** Where it was read is a list that can be long. */
const EVIDENCE_MAX = 5;

/** All that a check says beside its name, each as a name and a value; strangers' words, as they are. */
export function checkFacts(check: ReportedCheck): readonly (readonly [name: string, value: string])[] {
  const { expected, got, nearest, unheard, evidence, waiver, expired, policyRule } = check;
  const rest = evidence.length - EVIDENCE_MAX;
  return [
    ['expected', expected],
    ['got', got],
    ...(nearest === undefined ? [] : [['nearest', nearest] as const]),
    ...unheard.map(
      ({ message, hint }) => ['not heard', hint === undefined ? message : `${message} (${hint})`] as const,
    ),
    ...evidence.slice(0, EVIDENCE_MAX).map((place) => ['read in', place] as const),
    ...(rest > 0 ? [['read in', `${rest} more`] as const] : []),
    ...(waiver === undefined ? [] : [['waived', waiverText(waiver)] as const]),
    ...expired.map(
      ({ expires, owner, reason }) => ['expired', `the exception of ${owner} until ${expires}: ${reason}`] as const,
    ),
    ...(policyRule === undefined ? [] : [['rule', policyRule] as const]),
  ];
}

export function waiverText(waiver: ReportedWaiver): string {
  switch (waiver.kind) {
    case 'warn':
      return 'the rule only warns';
    case 'unruled':
      return 'the policy only reports images that it has no rule for';
    case 'exception':
      return `excepted until ${waiver.exception.expires} by ${waiver.exception.owner}: ${waiver.exception.reason}`;
  }
}

/** Which image: its reference, and the platform of it. */
export function imageText({ reference, platform }: ReportedImage): string {
  return platform === undefined ? reference : `${reference} (${platform})`;
}

/** `deploy.yaml:12 (Deployment/web spec.template.spec.containers[0].image)`. */
export function placeText({ path, line, pointer }: NamedPlace): string {
  return pointer === '' ? `${path}:${line}` : `${path}:${line} (${pointer})`;
}
