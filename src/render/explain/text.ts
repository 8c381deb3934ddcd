import type { Explanation, NotUsed, Weighed } from '../../core/explain/explain.ts';
import { explain } from '../../core/explain/explain.ts';
import type { FactWord } from '../../core/explain/facts.ts';
import { rankText } from '../../core/explain/rank-text.ts';
import type { BuildLevel } from '../../core/build-level.ts';
import type { Problem } from '../../core/model/evidence.ts';
import type { TraceResult } from '../../core/model/report.ts';
import { failureParagraphs, section, withShortDigests } from '../text/block.ts';
import { digestLines } from '../text/headline.ts';
import type { Paragraph } from '../text/layout.ts';
import { blocksText } from '../text/report.ts';
import { sign, standingStyle } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';
import type { Standing } from '../words.ts';
import { asOfText, codeWords, documentText, platformText, relationWords } from '../words.ts';
import type { ExplainRenderOptions, ExplainReport } from './index.ts';

const INDENT = 2;
const UNDER = 6;

/** What `explain` prints on a terminal: the answer, how it won, and every piece of evidence, strongest first. */
export async function renderExplainText(
  { fact, images }: ExplainReport,
  options: ExplainRenderOptions,
): Promise<string> {
  return blocksText(
    images.map((result) => blockOf(fact, result, options)),
    options,
  );
}

function blockOf(fact: FactWord, result: TraceResult, { verbose, now }: ExplainRenderOptions): readonly Paragraph[] {
  if (result.kind === 'failed') return failureParagraphs(result);
  const explanation = explain(fact, result.dossier);
  const { evidence, notUsed, problems, buildLevel } = explanation;
  const body = [
    ...headline(explanation, result),
    ...section(
      'evidence, strongest first',
      evidence.flatMap((item) => weighedParagraphs(item, now)),
    ),
    ...section('not used', notUsed.flatMap(notUsedParagraphs)),
    ...section('not heard', problems.flatMap(problemParagraphs)),
    ...(buildLevel === undefined ? [] : section('SLSA build level', levelParagraphs(buildLevel))),
  ];
  return withShortDigests(body, verbose);
}

function headline(
  { fact, outcome, rule }: Explanation,
  { dossier }: Extract<TraceResult, { kind: 'traced' }>,
): readonly Paragraph[] {
  const { image } = dossier;
  const platform = platformText(dossier);
  const standing: Standing = outcome.kind === 'settled' ? outcome.strength : outcome.kind;
  const answers = 'answers' in outcome ? outcome.answers : [];
  return [
    line(0, [
      ...words(`${fact} of`),
      ...words(image.reference, { style: 'strong' }),
      ...(platform === undefined ? [] : words(`· ${platform}`)),
    ]),
    ...digestLines(image),
    line(0, [
      ...sign(standing),
      ...words(`${standing}${answers.length === 0 ? '' : ':'}`, { style: standingStyle(standing) }),
      ...answers.flatMap((answer, index) => words(`${answer}${index < answers.length - 1 ? ',' : ''}`)),
    ]),
    line(INDENT, pair('rule', rule)),
  ];
}

function weighedParagraphs({ evidence, says, standing, because }: Weighed, now: string): readonly Paragraph[] {
  const { claim, strength, rank, why, boundBy, origin, labels, asOf } = evidence;
  const asked = claim.kind === 'edge' ? relationWords(claim.relation) : claim.name;
  return [
    line(INDENT, [...sign(strength), ...words(`${strength}:`, { style: standingStyle(strength) }), ...words(says)]),
    line(UNDER, pair(standing, because)),
    line(UNDER, pair(origin.collector, origin.location)),
    line(UNDER, [
      ...pair('says', asked),
      ...pair('bound by', boundBy, { gap: 3 }),
      ...pair('rank', rankText(rank), { gap: 3 }),
      ...(origin.document === undefined ? [] : pair('document', origin.document, { gap: 3 })),
      ...(labels === undefined ? [] : pair('labels', labels.join(', '), { gap: 3 })),
      ...(asOf === undefined ? [] : words(asOfText(asOf, now), { style: 'faint', gap: 3, together: true })),
    ]),
    ...(why === undefined ? [] : [line(UNDER, pair('why not stronger', why))]),
  ];
}

function notUsedParagraphs({ document: { signed }, because }: NotUsed): readonly Paragraph[] {
  const { checked, carrier, document } = signed;
  const sides =
    checked.assurance === 'rejected'
      ? [line(UNDER, [...pair('expected', checked.expected), ...pair('got', checked.got, { gap: 3 })])]
      : [];
  return [
    line(INDENT, [
      ...sign(checked.assurance === 'rejected' ? 'rejected' : 'plain'),
      ...words(`${documentText(signed)}:`),
      ...words(because),
    ]),
    line(UNDER, [...pair('carrier', carrier), ...pair('document', document, { gap: 3 })]),
    ...sides,
  ];
}

function problemParagraphs({ collector, message, code, hint }: Problem): readonly Paragraph[] {
  return [
    line(INDENT, [
      ...sign('unheard'),
      ...pair(collector, message),
      ...words(`(${codeWords(code)})`, { style: 'faint', together: true }),
    ]),
    ...(hint === undefined ? [] : [line(UNDER, pair('do', hint))]),
  ];
}

function levelParagraphs({ level, rule, keepsFromNext }: BuildLevel): readonly Paragraph[] {
  return [
    line(INDENT, [...words(`${level}:`, { style: 'strong' }), ...words(rule)]),
    ...keepsFromNext.map((reason) => line(UNDER, pair('not higher', reason))),
  ];
}

function line(indent: number, content: Paragraph['words']): Paragraph {
  return { indent, hang: indent + 2, words: content };
}
