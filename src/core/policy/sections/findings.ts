import type { Severity } from '../../model/chain.ts';
import type { Judged } from '../judgement.ts';
import { leaf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import { unheardOf } from '../policy-input.ts';
import type { Requirement } from '../requirement-shape.ts';

type FindingsDemand = NonNullable<NonNullable<Requirement['provenance']>['noFindings']>;

/** Gravest first. */
const SEVERITIES: readonly Severity[] = ['high', 'warn', 'info'];

/** Nothing of a kind was found. Where somebody was not heard, something of it may be there all the same. */
export function judgeFindings({ severity, codes = [] }: FindingsDemand, { input: { dossier } }: Judging): Judged {
  const grave = severity === undefined ? [] : SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
  const found = dossier.findings.filter(
    (finding) => grave.includes(finding.severity) || codes.some((code) => code === finding.code),
  );
  const unheard = dossier.gathered.problems.map(unheardOf);
  return leaf({
    requirement: 'provenance.noFindings',
    expected: `no finding ${[...(severity === undefined ? [] : [`of severity ${severity} or graver`]), ...(codes.length === 0 ? [] : [`of ${codes.join(', ')}`])].join(', and none ')}`,
    got: found.length === 0 ? 'none' : found.map(({ code, message }) => `${code}: ${message}`).join('; '),
    holds: found.length > 0 ? false : unheard.length > 0 ? undefined : true,
    evidence: found.flatMap(({ evidence }) => evidence.map(({ origin }) => origin.location)),
    unheard,
  });
}
