import type { Entity } from '../core/model/entity.ts';
import { entityId } from '../core/model/entity.ts';
import type { Relation } from '../core/model/evidence.ts';
import type { Dossier, Finding, Gathered } from '../core/model/chain.ts';
import { formatPlatform } from '../core/model/descriptor.ts';
import type { Instant } from '../core/model/outcome.ts';
import type { SignedDocument } from '../core/model/statement.ts';
import type { Grade, Grades, Step, StepName, TraceResult } from '../core/model/report.ts';

/** Which relations a step rests on: what bears on them bears on the step. */
const STEP_RELATIONS: Readonly<Record<StepName, readonly Relation[]>> = {
  image: ['memberOf'],
  platform: ['memberOf'],
  signature: ['describedBy'],
  build: ['builtBy'],
  source: ['builtFrom', 'fromRepository', 'inRepository'],
  commit: ['builtFrom'],
  review: ['reviewedBy'],
  path: ['builtAt', 'contextAt'],
  owners: ['ownedBy'],
  service: ['componentOf'],
  contact: ['contactOf'],
  base: ['basedOn'],
  sbom: ['describedBy'],
};

/** How a step stands: its grade, or why it has none. `plain` claims nothing: it is what the digests say. */
export type Standing = Grade | 'plain' | 'absent' | 'unheard' | 'conflict' | 'rejected' | 'failed';

/** Signs of one column. None stands without its word. */
export const SIGNS: Readonly<Record<Standing, string>> = {
  verified: '✔',
  attested: '●',
  declared: '○',
  inferred: '◌',
  plain: '·',
  none: '-',
  absent: '-',
  unheard: '?',
  conflict: '✖',
  rejected: '✖',
  failed: '✖',
};

/** An answer that is graded `none` is there and supports nothing: all that was signed was rejected. */
export function standingOf({ gap, grade, answer }: Step): Standing {
  if (gap !== undefined) return gap;
  return grade === 'none' && answer !== undefined ? 'rejected' : (grade ?? 'plain');
}

/** The standing as a word beside its sign; a plain step needs none. */
export function standingWord(step: Step): string {
  const standing = standingOf(step);
  return standing === 'plain' ? '' : standing;
}

/** Why a step is not better known, without what the report tells in a section of its own: what was not heard, what was rejected. */
export function ownReasons(step: Step, { problems, documents }: Gathered): readonly string[] {
  const told = [
    ...problems.map(({ message }) => message),
    ...documents.flatMap(({ signed }) => (signed.checked.assurance === 'rejected' ? [signed.document] : [])),
  ];
  return step.why.filter((reason) => !told.some((text) => reason.includes(text)));
}

/** The last line of every block, easy to find with grep. */
export function gradesLine(grades: Grades): string {
  return `${originText(grades)} · ownership ${grades.ownership}`;
}

/** Of a base: whose it is was not asked. */
export function originText({ origin }: Grades): string {
  return `origin ${origin}`;
}

/** Above the chain of a base: `base image`, and beneath that `base image 2`. */
export function baseHeading(index: number): string {
  return index === 0 ? 'base image' : `base image ${index + 1}`;
}

/** What a step without an answer says instead: where was looked, who was not heard and why, or that they differ. */
export function gapSentence(step: Step, { image, gathered }: Dossier): string {
  if (step.gap === 'conflict') return 'equally strong answers differ';
  if (step.gap === 'absent') {
    const heard = gathered.places.filter((place) => isOf(place, image.root) && place.result !== 'unheard');
    return `nobody says (looked in ${count(heard.length, 'place')})`;
  }
  const bearing = gathered.problems.filter((problem) => isOf(problem, image.root) && bearsOn(problem.relations, step));
  const reasons = [...new Set(bearing.map(({ code }) => codeWords(code)))].sort();
  return reasons.length === 0 ? 'not heard, so not known' : `not heard, so not known: ${reasons.join(', ')}`;
}

/** False of what was met with another image, such as the base. */
export function isOf({ at }: { readonly at: Entity }, root: Entity): boolean {
  return at.kind !== 'image' || entityId(at) === entityId(root);
}

export function bearsOn(relations: readonly Relation[], { name }: Step): boolean {
  return STEP_RELATIONS[name].some((relation) => relations.includes(relation));
}

/** `TIMED_OUT` as it is said: `timed out`. */
export function codeWords(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

export function count(items: number, what: string): string {
  return `${items} ${what}${items === 1 ? '' : 's'}`;
}

/** `builtFrom` as it is said: `built from`. */
export function relationWords(relation: Relation): string {
  return relation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

const SEVERITIES = ['high', 'warn', 'info'] as const;

/** Worst first, otherwise as they were found. */
export function findingsInOrder(findings: readonly Finding[]): readonly Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

const GRADES = ['verified', 'attested', 'declared', 'inferred', 'none'] as const;

/** `2 attested, 1 none, 1 failed`, by the grade of the origin. */
export function gradeCounts(images: readonly TraceResult[]): string {
  const standings = images.map((result) => (result.kind === 'failed' ? result.kind : result.grades.origin));
  return [...GRADES, 'failed' as const]
    .map((standing) => [standings.filter((each) => each === standing).length, standing] as const)
    .flatMap(([number, standing]) => (number === 0 ? [] : [`${number} ${standing}`]))
    .join(', ');
}

/** What a document is: what it states, or in which form it signs. */
export function documentText(signed: SignedDocument): string {
  if (signed.kind === 'statement') return `statement ${signed.statement.predicateType}`;
  return signed.kind === 'simpleSigning' ? 'signature (simple signing)' : `document ${signed.mediaType}`;
}

/** The platform that was traced, where the image names one. */
export function platformText({ image }: Dossier): string | undefined {
  return image.platform === undefined ? undefined : formatPlatform(image.platform);
}

/** Since when it is known, and its age when that is more than a minute. */
export function asOfText(asOf: Instant, now: Instant): string {
  const age = ageText(Date.parse(now) - Date.parse(asOf));
  return age === undefined ? `as of ${asOf}` : `as of ${asOf} (${age} ago)`;
}

const MINUTE_MS = 60_000;
const AGES = [
  ['day', 24 * 60 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
] as const;

function ageText(ageMs: number): string | undefined {
  // Two of the larger unit at least: "27 hours" says more than "1 day".
  const fit = AGES.find(([unit, ms]) => ageMs >= (unit === 'minute' ? ms : 2 * ms));
  return fit === undefined ? undefined : count(Math.floor(ageMs / fit[1]), fit[0]);
}
