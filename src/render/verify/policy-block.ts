import type { PolicyJudgement, RuleJudgement } from '../../core/policy/evaluate-policy.ts';
import type { Judged, Leaf } from '../../core/policy/judgement.ts';
import { groundsOf, isChoice, leavesOf, obstaclesOf } from '../../core/policy/judgement.ts';
import type { PolicyException } from '../../core/policy/policy.ts';
import { section } from '../text/block.ts';
import type { Paragraph } from '../text/layout.ts';
import { listed } from '../text/list.ts';
import { sign, standingStyle } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';
import { VERDICT_STANDINGS } from './standing.ts';

const INDENT = 4;
const UNDER = 6;
const EVIDENCE_MAX = 3;

/** Each rule with what it found: what keeps it from passing is always there, one thing never hides the next. */
export function policyParagraphs({ rules, isUnruled }: PolicyJudgement, verbose: boolean): readonly Paragraph[] {
  const unruled = isUnruled ? section('policy', [notice('no rule of the policy is for this image')]) : [];
  return [...unruled, ...rules.flatMap((rule) => ruleParagraphs(rule, verbose))];
}

function ruleParagraphs(
  { rule, pattern, waiver, expired, judged }: RuleJudgement,
  verbose: boolean,
): readonly Paragraph[] {
  const told = [
    { indent: 2, hang: INDENT, words: pair('images', pattern) },
    ...(waiver?.kind === 'warn' ? [notice('what does not hold here is only a warning')] : []),
    ...(waiver?.kind === 'exception' ? [notice(`excepted ${exceptionText(waiver.exception)}`)] : []),
    ...expired.map((exception) => notice(`no longer excepted: the exception held ${exceptionText(exception)}`)),
  ];
  return section(`rule ${rule}`, [...told, ...judgedParagraphs(judged, verbose)]);
}

function exceptionText({ expires, owner, reason }: PolicyException): string {
  return `until ${expires} by ${owner}: ${reason}`;
}

function notice(text: string): Paragraph {
  return { indent: 2, hang: INDENT, words: [...words('!', { style: 'gap' }), ...words(text)] };
}

/** What holds, then what does not; verbosely everything that was looked at. */
export function judgedParagraphs(judged: Judged, verbose: boolean): readonly Paragraph[] {
  if (verbose) return leavesOf(judged).flatMap((leaf) => leafParagraphs(leaf, verbose));
  return [...groundsOf(judged).flatMap((leaf) => leafParagraphs(leaf, verbose)), ...obstacleParagraphs(judged)];
}

/** What does not hold; of ways that the policy names to choose from, each. */
function obstacleParagraphs(judged: Judged): readonly Paragraph[] {
  if (judged.verdict === 'pass') return [];
  if (judged.kind === 'branch' && isChoice(judged)) {
    const { verdict, n = 1, parts } = judged;
    const title = words(`${n === 1 ? 'any' : `at least ${n}`} of these ${parts.length}`);
    const ways = parts.flatMap((part) => [
      ...groundsOf(part).flatMap((leaf) => leafParagraphs(leaf, false)),
      ...obstacleParagraphs(part),
    ]);
    return [{ indent: 2, hang: INDENT, words: [...sign(VERDICT_STANDINGS[verdict]), ...title] }, ...indented(ways)];
  }
  if (judged.kind === 'branch' && judged.join === 'all') return judged.parts.flatMap(obstacleParagraphs);
  return obstaclesOf(judged).flatMap((leaf) => leafParagraphs(leaf, false));
}

function indented(paragraphs: readonly Paragraph[]): readonly Paragraph[] {
  return paragraphs.map((paragraph) => ({ ...paragraph, indent: paragraph.indent + 2, hang: paragraph.hang + 2 }));
}

function leafParagraphs(leaf: Leaf, verbose: boolean): readonly Paragraph[] {
  const { requirement, verdict, expected, got, evidence, nearest, unheard } = leaf;
  const standing = VERDICT_STANDINGS[verdict];
  const expectation = under('expected', expected);
  const places = listed(evidence, { max: EVIDENCE_MAX, verbose, indent: UNDER }, (place) => [under('evidence', place)]);
  if (verdict === 'pass') {
    const line = { indent: 2, hang: INDENT, words: [...sign(standing), ...pair(requirement, got)] };
    return verbose ? [line, expectation, ...places] : [line];
  }
  return [
    { indent: 2, hang: INDENT, words: [...sign(standing), ...words(requirement, { style: standingStyle(standing) })] },
    expectation,
    under('got', got),
    ...places,
    ...(nearest === undefined ? [] : [under('nearest', nearest)]),
    ...unheard.flatMap(({ message, hint }) => [
      under('not heard', message),
      ...(hint === undefined ? [] : [under('do', hint)]),
    ]),
  ];
}

function under(name: string, value: string): Paragraph {
  return { indent: INDENT, hang: UNDER, words: pair(name, value) };
}
