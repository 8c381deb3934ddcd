import type { VerifyReport } from '../../core/model/verify-report.ts';
import type { ReportedCheck, ReportedImage } from '../../core/policy/reported-checks.ts';
import { reportedImages } from '../../core/policy/reported-checks.ts';
import { clean, workflowCommandProperty, workflowCommandValue } from '../sanitize.ts';
import { checkFacts, checkStanding, imageText } from './check-words.ts';

const COMMANDS = { fail: 'error', undecided: 'warning', waived: 'notice' } as const;
/** In UTF-16 units; the runner cuts an annotation of more than 4 KiB. */
const FACT_LENGTH_MAX = 500;

/**
 * Workflow commands of GitHub Actions: an annotation for each check that does not hold, at the line that names the image. Each line begins with
 * a word of ours, so that no text of a stranger's begins one.
 */
export function renderGithub(report: VerifyReport): string {
  const lines = reportedImages(report).flatMap((image) => [
    `${image.verdict}: ${clean(imageText(image))}: ${clean(image.reason)}`,
    ...image.checks.flatMap((check) => annotations(image, check)),
  ]);
  const waived = report.waived.map((each) => `::notice title=waived::${workflowCommandValue(each)}`);
  return [...lines, ...waived].map((line) => `${line}\n`).join('');
}

/** One for each place that names the image, or one without a place. */
function annotations(image: ReportedImage, check: ReportedCheck): readonly string[] {
  const standing = checkStanding(check);
  if (standing === 'pass') return [];
  const { requirement, policyRule } = check;
  const title = [imageText(image), requirement, ...(policyRule === undefined ? [] : [`rule ${policyRule}`])].join(': ');
  const facts = checkFacts(check).map(([name, value]) => `${name}: ${clean(value, FACT_LENGTH_MAX)}`);
  const message = [standing, ...facts].map(workflowCommandValue).join('%0A');
  const places = image.places.map(({ path, line, column }) => [
    ['file', path] as const,
    ['line', String(line)] as const,
    ...(column === undefined ? [] : [['col', String(column)] as const]),
  ]);
  return (places.length === 0 ? [[]] : places).map((place) => {
    const properties = [...place, ['title', title] as const]
      .map(([name, value]) => `${name}=${workflowCommandProperty(value)}`)
      .join(',');
    return `::${COMMANDS[standing]} ${properties}::${message}`;
  });
}
