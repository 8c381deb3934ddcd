import { reasonFor } from '../core/claims/worth.ts';
import { inOrder } from '../core/graph/order.ts';
import type { Finding, Gathered } from '../core/model/chain.ts';
import type { Problem } from '../core/model/evidence.ts';
import type { Detail, Step, TraceReport, TraceResult } from '../core/model/report.ts';
import { markdownLedger } from './markdown-ledger.ts';
import type { RenderOptions } from './options.ts';
import { markdownCode, markdownProse, safeLink } from './sanitize.ts';
import {
  asOfText,
  baseHeading,
  codeWords,
  count,
  findingsInOrder,
  gapSentence,
  gradeCounts,
  gradesLine,
  originText,
  ownReasons,
  platformText,
} from './words.ts';
import { SIGNS, standingOf, standingWord } from './words.ts';

type Traced = Extract<TraceResult, { kind: 'traced' }>;
type Failed = Extract<TraceResult, { kind: 'failed' }>;

/** In UTF-16 units; a longer value is cut here, and whole in JSON. */
const SHOWN_LENGTH_MAX = 600;

const TOP = { level: 2, name: '', standing: 'failed' } as const;

/** For the summary of a CI job, or a ticket (GitHub Flavored Markdown). */
export function renderMarkdown({ images }: TraceReport, { now }: RenderOptions): string {
  const blocks = images.flatMap((result) => (result.kind === 'traced' ? withBases(result, now) : failed(result, TOP)));
  const summary = images.length > 1 ? [`**${count(images.length, 'image')}: ${gradeCounts(images)}**`] : [];
  return `${[...blocks, ...summary].join('\n\n')}\n`;
}

/** How deep its heading is, and what stands before its name. */
type Place = { readonly level: number; readonly name: string };

/** Blocks, which blank lines will part. */
function withBases(image: Traced, now: string): readonly string[] {
  const bases = (image.bases ?? []).flatMap((base, index) => {
    const place = { level: 3, name: baseHeading(index) };
    if (base.kind === 'failed') return failed(base, { ...place, standing: 'unheard' });
    return traced(base, { ...place, now, grades: originText(base.grades) });
  });
  return [...traced(image, { ...TOP, now, grades: gradesLine(image.grades) }), ...bases];
}

type Shown = Place & { readonly now: string; readonly grades: string };

function traced(traced: Traced, { level, name, now, grades }: Shown): readonly string[] {
  const { dossier, steps } = traced;
  const { image, findings } = dossier;
  const gathered = inOrder(dossier.gathered);
  const platform = platformText(dossier);
  const asOf = image.asOf === undefined ? '' : `, ${prose(asOfText(image.asOf, now))}`;
  const parts = [
    ['Why', steps.flatMap((step) => reasons(step, gathered))],
    ['Rejected', rejected(gathered)],
    ['Not heard', gathered.problems.map(problem)],
    ['Findings', findingsInOrder(findings).map(finding)],
  ] as const;
  return [
    `${heading({ level, name })}${code(image.reference)}${platform === undefined ? '' : ` (${code(platform)})`}`,
    `${code(image.root.digest)}${asOf}`,
    `**${grades}**`,
    table(traced),
    ...parts.flatMap(([title, items]) => section({ level: level + 1, name: title }, items)),
    markdownLedger(gathered, now),
  ];
}

function heading({ level, name }: Place): string {
  return `${'#'.repeat(level)} ${name === '' ? '' : `${name} `}`;
}

function failed(
  { reference, error }: Failed,
  { level, name, standing }: Place & { readonly standing: 'failed' | 'unheard' },
): readonly string[] {
  const lines = [
    ['Expected', error.expected],
    ['Got', error.got],
    ['Hint', error.hint],
  ] as const;
  const told = lines.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${prose(value)}`]));
  return [
    `${heading({ level, name })}${code(reference)}`,
    `**${SIGNS[standing]} ${standing}:** ${prose(error.message)} (${codeWords(error.code)})`,
    ...(told.length === 0 ? [] : [told.join('\n')]),
  ];
}

function table({ dossier, steps }: Traced): string {
  const rows = steps.map((step) => {
    const grade = standingWord(step);
    const answer = step.answer === undefined ? prose(gapSentence(step, dossier)) : linked(step.answer, step.link);
    const cells = [
      step.name,
      grade === '' ? '' : `${SIGNS[standingOf(step)]} ${grade}`,
      answer,
      step.details.map((each) => detail(each, step)).join('<br>'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| step | grade | answer | details |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function detail({ name, value, grade, link }: Detail, step: Step): string {
  const isOther = grade !== undefined && grade !== step.grade;
  return `${prose(name)}: ${linked(value, link)}${isOther ? ` (${grade})` : ''}`;
}

function reasons(step: Step, gathered: Gathered): readonly string[] {
  const own = ownReasons(step, gathered).map((reason) => `- ${step.name}: ${prose(reason)}`);
  const others = step.dissent.map(({ answer, grade, why, from }) => {
    const because = why === undefined ? '' : `: ${prose(why)}`;
    return `- ${step.name}, ${step.gap === 'conflict' ? 'candidate' : 'but'}: ${code(answer)} (${grade}, ${prose(from)}${because})`;
  });
  return [...own, ...others];
}

function rejected({ documents }: Gathered): readonly string[] {
  return documents.flatMap(({ signed: { checked, carrier, document } }) =>
    checked.assurance === 'rejected'
      ? [
          `- ${code(carrier)} ${code(document)}: ${reasonFor(checked.code)}; expected ${prose(checked.expected)}, got ${prose(checked.got)}`,
        ]
      : [],
  );
}

function problem({ collector, message, code: reason, hint }: Problem): string {
  return `- ${code(collector)}: ${prose(message)} (${codeWords(reason)})${hint === undefined ? '' : `. Do: ${prose(hint)}`}`;
}

function finding({ severity, code: name, message, advice }: Finding): string {
  return `- **${severity}** ${code(name)}: ${prose(message)}. Do: ${prose(advice)}`;
}

function section(place: Place, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [heading(place).trimEnd(), [...new Set(items)].join('\n')];
}

function linked(text: string, link: string | undefined): string {
  const address = link === undefined ? undefined : safeLink(link);
  return address === undefined ? code(text) : `[${code(text)}](${address})`;
}

function prose(text: string): string {
  return markdownProse(text, SHOWN_LENGTH_MAX);
}

function code(text: string): string {
  return markdownCode(text, SHOWN_LENGTH_MAX);
}
