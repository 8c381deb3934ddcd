import type { Dossier } from '../../core/model/chain.ts';
import type { Instant } from '../../core/model/outcome.ts';
import type { Detail, Dissent, Step } from '../../core/model/report.ts';
import { STEP_NAMES } from '../../core/model/report.ts';
import { safeLink } from '../sanitize.ts';
import { asOfText, gapSentence, ownReasons, standingOf, standingWord } from '../words.ts';
import type { Paragraph } from './layout.ts';
import { listed } from './list.ts';
import type { NumberedProblem } from './problems.ts';
import { references } from './problems.ts';
import { sign, standingStyle } from './standing.ts';
import type { Word } from './word.ts';
import { pair, words } from './word.ts';

/** What a step is shown with. */
export type StepView = {
  readonly dossier: Dossier;
  readonly problems: readonly NumberedProblem[];
  readonly now: Instant;
  readonly links: boolean;
  readonly verbose: boolean;
};

export const NAME_COLUMNS = Math.max(...STEP_NAMES.map((name) => name.length)) + 2;
const GRADE_COLUMNS = 'verified'.length + 2;
const ANSWER_INDENT = 2 + NAME_COLUMNS + GRADE_COLUMNS;
/** Far enough left that the address of a commit fits 80 columns. */
const DETAIL_INDENT = 4;
const WHY_MAX = 3;
const DISSENT_MAX = 4;
/** Between details that share a line; an address has one of its own. */
const DETAIL_GAP = 3;

/** A step's line, and what belongs to it. */
export function stepParagraphs(step: Step, view: StepView): readonly Paragraph[] {
  return [
    answerParagraph(step, view),
    ...detailParagraphs(step, view),
    ...whyParagraphs(step, view),
    ...dissentParagraphs(step, view),
  ];
}

function answerParagraph(step: Step, { dossier, problems }: StepView): Paragraph {
  const standing = standingWord(step);
  const style = standingStyle(standingOf(step));
  const answer = step.answer ?? gapSentence(step, dossier);
  const marks = references(step, problems);
  return {
    indent: 0,
    hang: ANSWER_INDENT,
    words: [
      ...sign(standingOf(step)),
      ...words(step.name, { style: 'strong' }),
      ...(standing === '' ? [] : words(standing, { style, gap: NAME_COLUMNS - step.name.length })),
      ...words(answer, {
        link: step.link,
        gap: standing === '' ? ANSWER_INDENT - 2 - step.name.length : GRADE_COLUMNS - standing.length,
      }),
      ...(marks === '' ? [] : words(marks, { style: 'gap' })),
    ],
  };
}

function detailParagraphs(step: Step, { now, links }: StepView): readonly Paragraph[] {
  const [addresses, short] = parted(step.details, ({ value }) => value.includes('://'));
  const flowing = [
    ...short.flatMap((detail) => detailWords(detail, step)),
    ...(step.asOf === undefined
      ? []
      : words(asOfText(step.asOf, now), { style: 'faint', gap: DETAIL_GAP, together: true })),
  ];
  const link = links || step.link === undefined ? undefined : safeLink(step.link);
  const isNews = link !== undefined && link !== step.answer && !step.details.some(({ value }) => value === link);
  return [
    ...(flowing.length === 0 ? [] : [{ indent: DETAIL_INDENT, hang: DETAIL_INDENT, words: flowing }]),
    ...addresses.map((detail) => underStep(detailWords(detail, step))),
    ...(isNews ? [underStep(words(link, { style: 'faint' }))] : []),
  ];
}

/** Those that fit the condition, and the others. */
function parted<Item>(items: readonly Item[], condition: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(condition), items.filter((item) => !condition(item))];
}

function detailWords(detail: Detail, step: Step): Word[] {
  const isWeaker = detail.grade !== undefined && detail.grade !== step.grade;
  return [
    ...pair(detail.name, detail.value, { link: detail.link, gap: DETAIL_GAP }),
    ...(isWeaker ? words(`(${detail.grade})`, { style: standingStyle(detail.grade), glued: true }) : []),
  ];
}

function whyParagraphs(step: Step, { dossier, verbose }: StepView): readonly Paragraph[] {
  const own = ownReasons(step, dossier.gathered);
  const reasons = verbose ? own : own.slice(0, WHY_MAX);
  return reasons.length === 0 ? [] : [underStep(pair('why', reasons.join('; ')))];
}

/** In a conflict all candidates are here, and none of them is the answer. */
function dissentParagraphs(step: Step, { verbose }: StepView): readonly Paragraph[] {
  const name = (index: number): string => (step.gap !== 'conflict' ? 'but' : index === 0 ? 'either' : 'or');
  return listed(step.dissent, { max: DISSENT_MAX, verbose, indent: DETAIL_INDENT }, (dissent, index) => [
    underStep(dissentWords(name(index), dissent)),
  ]);
}

function dissentWords(name: string, { answer, grade, why, from }: Dissent): Word[] {
  const source = `(${grade}, ${from}${why === undefined ? '' : `: ${why}`})`;
  return [...pair(name, answer), ...words(source, { style: 'faint' })];
}

function underStep(words: readonly Word[]): Paragraph {
  return { indent: DETAIL_INDENT, hang: DETAIL_INDENT + 2, words };
}
