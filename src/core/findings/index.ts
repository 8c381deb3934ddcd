/**
 * What does not fit, or promises less than it seems to (reference/provenance.md 15): a row a code, in the file of what it looks at. Findings
 * change no grade, and are about documents of this image alone, but for SUBJECT_MISMATCH; rejected documents take part in none but their own.
 */
import type { Finding, Severity } from '../model/chain.ts';
import { BINDING_RULES, SUBJECT_RULES } from './binding.ts';
import { BUILD_AND_SOURCE_RULES } from './build-and-source.ts';
import { CERTIFICATE_RULES } from './certificate.ts';
import { CONFLICT_RULES } from './conflict.ts';
import { DOCKERFILE_RULES } from './dockerfile.ts';
import { FORK_RULES } from './fork.ts';
import { IMAGE_RULES, LABEL_RULES } from './image.ts';
import { INPUT_RULES } from './inputs.ts';
import { PREDICATE_RULES } from './predicate.ts';
import { OWNER_RULES } from './owners.ts';
import type { Reading } from './reading.ts';
import { readingsOf } from './reading.ts';
import { REBASE_RULES } from './rebased.ts';
import { REMARK_CODES, remarkFindings } from './remarks.ts';
import type { Examined, FindingRule, Found } from './rule.ts';
import { RUN_RULES } from './run.ts';
import { SBOM_RULES } from './sbom.ts';
import { SIGNING_RULES, WRITER_RULES } from './signing.ts';
import { SOURCE_RULES } from './source.ts';

const SEVERITIES: readonly Severity[] = ['high', 'warn', 'info'];

/** Looked for in all that was gathered. */
const WHOLE_RULES: readonly FindingRule<Examined>[] = [
  ...BINDING_RULES,
  ...CONFLICT_RULES,
  ...IMAGE_RULES,
  ...LABEL_RULES,
  ...SIGNING_RULES,
  ...SOURCE_RULES,
  ...BUILD_AND_SOURCE_RULES,
  ...DOCKERFILE_RULES,
  ...REBASE_RULES,
  ...OWNER_RULES,
];
/** Looked for in each document about this image. */
const DOCUMENT_RULES: readonly FindingRule<Reading>[] = [
  ...SUBJECT_RULES,
  ...SBOM_RULES,
  ...PREDICATE_RULES,
  ...CERTIFICATE_RULES,
  ...RUN_RULES,
  ...FORK_RULES,
  ...WRITER_RULES,
  ...INPUT_RULES,
];

/** Every code that there is, in order: a rule against one that does not exist would always hold. */
export const FINDING_CODES: readonly string[] = [
  ...new Set([...WHOLE_RULES.map(({ code }) => code), ...DOCUMENT_RULES.map(({ code }) => code), ...REMARK_CODES]),
].sort();

/** What does not fit, over all that was gathered, gravest first. */
export function findingsOf(examined: Examined): readonly Finding[] {
  const readings = readingsOf(examined);
  const found = [
    ...WHOLE_RULES.flatMap((rule) => applied(rule, rule.find(examined, examined), examined)),
    ...DOCUMENT_RULES.flatMap((rule) =>
      applied(
        rule,
        readings.flatMap((reading) => rule.find(reading, examined)),
        examined,
      ),
    ),
    ...remarkFindings(examined),
  ];
  return found.sort((left, right) => SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity));
}

/** Once, however many copies of a document say it. */
function applied<Subject>(
  { code, severity, advice }: FindingRule<Subject>,
  found: readonly Found[],
  { image }: Examined,
): readonly Finding[] {
  const findings = found.map((item) => ({ code, severity, about: image.root, evidence: [], ...item, advice }));
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}
