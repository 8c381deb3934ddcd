import type { Judged, Leaf } from '../judgement.ts';
import { allOf, branch, leaf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import { heard } from '../documents.ts';
import { factLeaf } from '../facts.ts';
import { ageLeaf } from '../age.ts';
import type { ScanFact } from '../policy-input.ts';
import { VULNERABILITY_SEVERITIES } from '../policy-input.ts';
import type { Requirement } from '../requirement-shape.ts';
import { digestTrust } from '../digest-trust.ts';

type VulnerabilityDemand = NonNullable<Requirement['vulnerabilities']>;
type Vulnerability = ScanFact['vulnerabilities'][number];
const SHOWN_MAX = 10;

/** A scan counts by its signer, and so does the statement that settles what it reports. Every trusted scan must be clean: one that saw less clears nothing. */
export function judgeVulnerabilities(demand: VulnerabilityDemand, judging: Judging): Judged {
  const { scans } = judging.input;
  const expected = `nothing graver than ${demand.noneAbove} that no trusted VEX statement settles`;
  const found = scans.kind === 'found' ? scans.value.value : [];
  const trusted = found.filter(
    ({ document }) => digestTrust(document, 'vulnerabilities', { ...demand, judging }).isTrusted,
  );
  if (trusted.length === 0) {
    const present = factLeaf('vulnerabilities', scans, {
      expected: 'a scan of this image by a signer that is trusted',
      text: (all) => `${all.length} scans, none of them trusted`,
      holds: () => false,
    });
    const whyNot = found.flatMap(
      ({ document }) => digestTrust(document, 'vulnerabilities', { ...demand, judging }).leaves,
    );
    return allOf('vulnerabilities', [
      ...(whyNot.length === 0 ? [present] : whyNot),
      ...heard('vulnerabilities', judging, false),
    ]);
  }
  return allOf('vulnerabilities', [
    ...trusted.map((scan) => judgeScan(scan, expected, { demand, judging })),
    ...judgeAge(trusted, demand, judging),
    ...heard('vulnerabilities', judging, false),
  ]);
}

/** One that is young is enough: an image is scanned again and again, and the first scan stays beside it. */
function judgeAge(
  scans: readonly ScanFact[],
  { maxAge }: VulnerabilityDemand,
  { options: { now } }: Judging,
): readonly Judged[] {
  if (maxAge === undefined) return [];
  const requirement = 'vulnerabilities.maxAge';
  const parts = scans.map(({ scannedAt, document }) =>
    ageLeaf(requirement, scannedAt, { maxAge, now, evidence: [document] }),
  );
  return [branch({ join: 'any', requirement, parts })];
}

function judgeScan(
  { document, vulnerabilities }: ScanFact,
  expected: string,
  { demand, judging }: { readonly demand: VulnerabilityDemand; readonly judging: Judging },
): Leaf {
  const limit = VULNERABILITY_SEVERITIES.indexOf(demand.noneAbove);
  const isSettled = ({ settledBy }: Vulnerability): boolean =>
    settledBy.some((vex) => digestTrust(vex.document, 'vulnerabilities', { ...demand, judging }).isTrusted);
  const open = vulnerabilities.filter((each) => !isSettled(each));
  const grave = open.filter(
    ({ severity }) => severity !== 'unknown' && VULNERABILITY_SEVERITIES.indexOf(severity) > limit,
  );
  const unrated = open.filter(({ severity }) => severity === 'unknown');
  const shown = [...grave, ...unrated]
    .slice(0, SHOWN_MAX)
    .map(({ id, severity, component }) => `${id} (${severity}) in ${component}`);
  return leaf({
    requirement: 'vulnerabilities',
    expected,
    got:
      shown.length === 0
        ? `none of ${vulnerabilities.length} reported`
        : `${grave.length + unrated.length}: ${shown.join(', ')}`,
    // Nobody says how grave it is: it may be too grave.
    holds: grave.length > 0 ? false : unrated.length > 0 ? undefined : true,
    evidence: [document],
    unheard: unrated.map(({ id }) => ({ message: `nobody says how grave ${id} is` })),
  });
}
