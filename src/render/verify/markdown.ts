import type { VerifyReport } from '../../core/model/verify-report.ts';
import type { Verdict } from '../../core/policy/evaluate.ts';
import type { ReportedCheck, ReportedImage } from '../../core/policy/reported-checks.ts';
import { reportedImages } from '../../core/policy/reported-checks.ts';
import { markdownCode, markdownProse } from '../sanitize.ts';
import { SIGNS, count } from '../words.ts';
import type { CheckStanding } from './check-words.ts';
import { checkFacts, checkStanding, imageText, placeText } from './check-words.ts';
import { VERDICT_STANDINGS } from './standing.ts';

/** In UTF-16 units; a longer value is cut here, and whole in JSON. */
const SHOWN_LENGTH_MAX = 300;
/** Of all images, in UTF-16 units: GitHub drops a job summary of more than 1 MiB of UTF-8 as a whole; JSON has all. */
const LENGTH_MAX = 256 * 1024;
const CHECKS_MAX = 50;
const PLACES_MAX = 10;

/** For the summary of a CI job, or a ticket (GitHub Flavored Markdown): a table an image. */
export function renderVerifyMarkdown(report: VerifyReport): string {
  const images = reportedImages(report);
  const sorted = [...images].sort((left, right) => rank(left.verdict) - rank(right.verdict));
  const shown = fitting(sorted);
  const rest = images.length - shown.length;
  const blocks = [
    ...(images.length > 1 ? [`**${summary(images)}**`] : []),
    ...shown,
    ...(rest > 0 ? [`and ${rest} more, in \`--format json\``] : []),
    ...report.waived.map((each) => `- ${prose(each)}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** As many as there is room for, and at least one. */
function fitting(images: readonly ReportedImage[]): readonly string[] {
  const blocks: string[] = [];
  let length = 0;
  for (const image of images) {
    const block = imageBlock(image);
    length += block.length;
    if (length > LENGTH_MAX && blocks.length > 0) break;
    blocks.push(block);
  }
  return blocks;
}

/** What needs a person comes first. */
const ORDER: readonly Verdict[] = ['fail', 'undecided', 'pass'];

function rank(verdict: Verdict): number {
  return ORDER.indexOf(verdict);
}

/** `3 verdicts: 1 fail, 2 pass`; of the platforms of an image together there is one too. */
function summary(images: readonly ReportedImage[]): string {
  const counts = ORDER.flatMap((verdict) => {
    const number = images.filter((image) => image.verdict === verdict).length;
    return number === 0 ? [] : [`${number} ${verdict}`];
  });
  return `${count(images.length, 'verdict')}: ${counts.join(', ')}`;
}

function imageBlock(image: ReportedImage): string {
  const { digest, places, verdict, reason } = image;
  const named = places.slice(0, PLACES_MAX).map((place) => `- named in ${code(placeText(place))}`);
  const rest = places.length - named.length;
  return [
    `## ${code(imageText(image))}`,
    `**${SIGNS[VERDICT_STANDINGS[verdict]]} ${verdict}:** ${prose(reason)}`,
    ...(digest === undefined ? [] : [code(digest)]),
    ...(named.length === 0 ? [] : [[...named, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n')]),
    ...table(image.checks),
  ].join('\n\n');
}

function table(checks: readonly ReportedCheck[]): readonly string[] {
  if (checks.length === 0) return [];
  const sorted = [...checks].sort((left, right) => rank(left.verdict) - rank(right.verdict));
  const rows = sorted.slice(0, CHECKS_MAX).map(row);
  const rest = checks.length - rows.length;
  return [
    ['| check | requirement | expected | got | more |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
    ...(rest > 0 ? [`and ${rest} more, in \`--format json\``] : []),
  ];
}

const CHECK_SIGNS: Readonly<Record<CheckStanding, string>> = {
  pass: SIGNS.verified,
  fail: SIGNS.failed,
  undecided: SIGNS.unheard,
  waived: '!',
};

function row(check: ReportedCheck): string {
  const standing = checkStanding(check);
  const facts = checkFacts(check).filter(([name]) => name !== 'expected' && name !== 'got');
  const more = facts.map(([name, value]) => `${name}: ${prose(value)}`);
  const cells = [
    `${CHECK_SIGNS[standing]} ${standing}`,
    code(check.requirement),
    prose(check.expected),
    prose(check.got),
    more.join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function prose(text: string): string {
  return markdownProse(text, SHOWN_LENGTH_MAX);
}

function code(text: string): string {
  return markdownCode(text, SHOWN_LENGTH_MAX);
}
