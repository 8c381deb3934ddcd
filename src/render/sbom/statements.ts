import type { Failed } from '../../core/sbom/image-documents.ts';
import type { Instant } from '../../core/model/outcome.ts';
import type { FoundStatements, ImageStatements } from '../../core/vex/found.ts';
import type { JoinedStatement, StatementFormat, StatedStatus } from '../../core/vex/model.ts';
import type { Paragraph } from '../text/layout.ts';
import { listed } from '../text/list.ts';
import { blocksText } from '../text/report.ts';
import { sign } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';
import { asOfText, count } from '../words.ts';
import { attachedParagraphs, detail, failureParagraphs, headline, line, unheardParagraphs } from './attached.ts';
import type { ReportOptions } from './index.ts';
import { componentName } from './tree.ts';

/** Of one document, before `--verbose` is asked for. */
const STATEMENTS_SHOWN = 20;
const COMPONENTS_SHOWN = 5;

/** What has been stated about vulnerabilities, by whom and when. Nothing of it is provtrace's own judgement. */
export function renderStatementsText(
  images: readonly (ImageStatements | Failed)[],
  options: ReportOptions,
): Promise<string> {
  return blocksText(
    images.map((image) => (image.kind === 'failed' ? failureParagraphs(image) : block(image, options))),
    options,
  );
}

function block(image: ImageStatements, options: ReportOptions): readonly Paragraph[] {
  const { statements, unheard } = image;
  const isNone = statements.length === 0 && unheard.length === 0;
  const none = isNone ? [line(0, [...sign('absent'), ...words('nothing is stated about vulnerabilities')])] : [];
  return [
    headline(image),
    ...statements.flatMap((found) => documentParagraphs(found, options)),
    ...none,
    ...unheardParagraphs(image),
  ];
}

const FORMATS: Readonly<Record<StatementFormat, string>> = {
  openvex: 'OpenVEX',
  csaf: 'CSAF',
  cyclonedx: 'CycloneDX',
  scan: 'scan',
};

function documentParagraphs(found: FoundStatements, options: ReportOptions): readonly Paragraph[] {
  const { reading, joined, type } = found;
  if (reading.kind === 'refused')
    return [...attachedParagraphs(found, type, options.now), detail('not read', reading.error.message)];
  const { document } = reading;
  const what = `${FORMATS[document.format]}, ${count(document.statements.length, 'statement')}`;
  return [
    ...attachedParagraphs(found, what, options.now),
    ...(document.author === undefined ? [] : [detail('author', document.author)]),
    ...(document.tool === undefined ? [] : [detail('tool', `${document.tool.name} ${document.tool.version ?? ''}`)]),
    ...ageOf('stated', document.timestamp, options.now),
    ...ageOf('its knowledge', document.databaseUpdated, options.now),
    ...listed(joined, { max: STATEMENTS_SHOWN, verbose: options.verbose }, (statement) => [
      line(2, statementWords(statement)),
    ]),
  ];
}

/** Times are as their author wrote them: what is no time has no age. */
function ageOf(name: string, time: string | undefined, now: Instant): readonly Paragraph[] {
  if (time === undefined) return [];
  return [detail(name, Number.isNaN(Date.parse(time)) ? time : asOfText(time, now).replace(/^as of /, ''))];
}

const STATUSES: Readonly<Record<StatedStatus, string>> = {
  affected: 'affects',
  not_affected: 'does not affect',
  fixed: 'is fixed in',
  under_investigation: 'is looked into for',
  reported: 'is reported for',
};
const ABOUT: Readonly<Record<Exclude<JoinedStatement['about'], 'components'>, string>> = {
  image: 'this image',
  sameName: 'an image of this name (which one is not told)',
  other: 'products that are not in this image',
  unjoined: 'products that were too many to look for',
};

function statementWords({ statement, about, components, undecided }: JoinedStatement): Paragraph['words'] {
  const names = [
    ...components.map(componentName),
    ...undecided.map((component) => `${componentName(component)} (perhaps)`),
  ];
  const left = names.length - COMPONENTS_SHOWN;
  const shown = [...names.slice(0, COMPONENTS_SHOWN), ...(left > 0 ? [`and ${left} more`] : [])];
  const { vulnerability, status, justification, fixedIn, severities } = statement;
  const [severity] = severities;
  return [
    ...words(vulnerability, { style: 'strong' }),
    ...words(`${STATUSES[status]} ${about === 'components' ? shown.join(', ') : ABOUT[about]}`),
    ...(severity?.level === undefined ? [] : words(`(${severity.level})`, { style: 'faint' })),
    ...(justification === undefined ? [] : pair('why', justification)),
    ...(fixedIn === undefined ? [] : pair('fixed in', fixedIn)),
  ];
}
