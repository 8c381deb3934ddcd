import type { PolicyReport, TestedCase } from '../../core/model/policy-report.ts';
import type { ExplainedDemand, ExplainedRule } from '../../core/policy/explain-policy.ts';
import type { PolicyException } from '../../core/policy/policy.ts';
import type { Paragraph } from '../text/layout.ts';
import { EMPTY_LINE } from '../text/layout.ts';
import { blocksText } from '../text/report.ts';
import { sign } from '../text/standing.ts';
import type { Word } from '../text/word.ts';
import { pair, words } from '../text/word.ts';
import { count } from '../words.ts';
import type { PolicyRenderOptions } from './index.ts';

type Of<Action extends PolicyReport['action']> = Extract<PolicyReport, { action: Action }>;

/** What `policy check`, `policy explain` and `policy test` print on a terminal. */
export async function renderPolicyText(report: PolicyReport, options: PolicyRenderOptions): Promise<string> {
  return blocksText([paragraphsOf(report)], options);
}

function paragraphsOf(report: PolicyReport): readonly Paragraph[] {
  switch (report.action) {
    case 'check':
      return checkParagraphs(report);
    case 'explain':
      return explainParagraphs(report);
    case 'test':
      return testParagraphs(report);
  }
}

function line(indent: number, shown: readonly Word[]): Paragraph {
  return { indent, hang: indent + 2, words: shown };
}

function notice(text: string): Paragraph {
  return line(2, [...words('!', { style: 'gap' }), ...words(text)]);
}

function checkParagraphs({ path, rules, exceptions, expired, warnings }: Of<'check'>): readonly Paragraph[] {
  const size = [count(rules.length, 'rule'), ...(exceptions === 0 ? [] : [count(exceptions, 'exception')])].join(', ');
  return [
    line(0, [...sign('verified'), ...pair(path, size)]),
    ...rules.map(({ name, images, mode }) =>
      line(2, [
        ...pair(name, images.join(', ') || 'for other rules to name'),
        ...(mode === 'warn' ? words('· only warns', { style: 'faint' }) : []),
      ]),
    ),
    ...expired.map((exception) => notice(`no longer excepted: ${exceptionText(exception)}`)),
    ...warnings.map(notice),
  ];
}

function exceptionText(exception: PolicyException): string {
  const { rule, expires, owner, reason } = exception;
  const about = 'digest' in exception ? exception.digest : exception.images;
  return `${about} from ${rule} until ${expires} by ${owner}: ${reason}`;
}

const DEFAULTS = {
  deny: 'no rule of the policy is for it: it fails',
  report: 'no rule of the policy is for it: it is only reported',
} as const;

function explainParagraphs({ path, image, rules, byDefault, warnings }: Of<'explain'>): readonly Paragraph[] {
  return [
    line(0, [...words(image, { style: 'strong' }), ...words(`by ${path}`)]),
    ...(rules.length === 0 ? [notice(DEFAULTS[byDefault])] : []),
    ...warnings.map(notice),
    ...rules.flatMap(ruleParagraphs),
  ];
}

function ruleParagraphs(explained: ExplainedRule): readonly Paragraph[] {
  const { rule, pattern, mode, platforms, requires, exceptions } = explained;
  return [
    EMPTY_LINE,
    line(0, words(`rule ${rule}, for ${pattern}`, { style: 'strong' })),
    ...(mode === 'warn' ? [notice('what does not hold is only a warning')] : []),
    ...exceptions.map((exception) => notice(`excepted: ${exceptionText(exception)}`)),
    ...platforms.map((text) => line(2, pair('platforms', text))),
    ...requires.flatMap((demand) => demandParagraphs(demand, 2)),
  ];
}

function demandParagraphs(demand: ExplainedDemand, indent: number): readonly Paragraph[] {
  if ('requirement' in demand) return [line(indent, pair(demand.requirement, demand.expected))];
  return [line(indent, words(demand.join)), ...demand.parts.flatMap((part) => demandParagraphs(part, indent + 2))];
}

function testParagraphs({ path, cases }: Of<'test'>): readonly Paragraph[] {
  const differing = cases.filter(({ isAsExpected }) => !isAsExpected).length;
  return [
    ...cases.flatMap(caseParagraphs),
    EMPTY_LINE,
    line(0, [
      ...words(
        `${count(cases.length, 'case')}: ${differing === 0 ? 'all as expected' : `${differing} not as expected`}`,
        { style: 'strong' },
      ),
      ...words(`by ${path}`),
    ]),
  ];
}

function caseParagraphs({ name, expected, got, reason, isAsExpected, notFailing }: TestedCase): readonly Paragraph[] {
  if (isAsExpected) return [line(0, [...sign('verified'), ...pair(name, got)])];
  return [
    line(0, [...sign('failed'), ...words(name, { style: 'strong' })]),
    line(4, pair('expected', expected)),
    line(4, pair('got', got)),
    line(4, pair('because', reason)),
    ...notFailing.map((requirement) => line(4, pair('expected to fail', requirement))),
  ];
}
