import { inOrder } from '../../core/graph/order.ts';
import type { TraceResult } from '../../core/model/report.ts';
import type { RenderOptions } from '../options.ts';
import { baseHeading, codeWords, gradesLine } from '../words.ts';
import { shortenDigests } from './digests.ts';
import { findingParagraphs, rejectedParagraphs } from './findings.ts';
import { headline } from './headline.ts';
import type { Paragraph } from './layout.ts';
import { EMPTY_LINE } from './layout.ts';
import { documentParagraphs, evidenceParagraphs, placeParagraphs, remarkParagraphs } from './ledger.ts';
import { numbered, problemParagraphs } from './problems.ts';
import { chainParagraphs } from './silence.ts';
import { sign, standingStyle } from './standing.ts';
import { pair, words } from './word.ts';

type Traced = Extract<TraceResult, { kind: 'traced' }>;
type Failed = Extract<TraceResult, { kind: 'failed' }>;

/** One image: the answer, the steps that lead to it, what is wrong or missing, what it stands on, and the grades. */
export function tracedParagraphs(traced: Traced, options: RenderOptions): readonly Paragraph[] {
  const { grades, bases = [] } = traced;
  const body = [
    ...chainOf(traced, options),
    ...bases.flatMap((base, index) => section(baseHeading(index), indented(baseParagraphs(base, options)))),
  ];
  return [
    ...withShortDigests(body, options.verbose),
    EMPTY_LINE,
    { indent: 0, hang: 0, words: words(gradesLine(grades), { style: standingStyle(grades.origin) }) },
  ];
}

/** Its own grades stand in its first lines: the last line of a block is that of the image that was asked for. */
function baseParagraphs(base: TraceResult, options: RenderOptions): readonly Paragraph[] {
  return base.kind === 'traced' ? chainOf(base, options) : failureParagraphs(base, 'unheard');
}

function indented(paragraphs: readonly Paragraph[]): readonly Paragraph[] {
  return paragraphs.map((paragraph) =>
    paragraph === EMPTY_LINE ? paragraph : { ...paragraph, indent: paragraph.indent + 2, hang: paragraph.hang + 2 },
  );
}

function chainOf(traced: Traced, options: RenderOptions): readonly Paragraph[] {
  const { dossier, steps } = traced;
  const { verbose, now } = options;
  const gathered = inOrder(dossier.gathered);
  const problems = numbered(gathered.problems, dossier.image.root);
  const rejected = gathered.documents.filter(({ signed }) => signed.checked.assurance === 'rejected');
  return [
    ...headline(traced),
    EMPTY_LINE,
    ...chainParagraphs(steps, { ...options, dossier, problems }),
    ...section('rejected', rejectedParagraphs(rejected, verbose)),
    ...section('not heard', problemParagraphs(problems, { steps, verbose })),
    ...section('findings', findingParagraphs(dossier.findings, verbose)),
    ...(verbose ? section('looked in', placeParagraphs(gathered, now)) : []),
    ...(verbose ? section('documents', documentParagraphs(gathered)) : []),
    ...(verbose ? section('remarks', remarkParagraphs(gathered)) : []),
    ...(verbose ? section('evidence', evidenceParagraphs(gathered, now)) : []),
  ];
}

/** Digests are shortened where they stand; verbosely, they are listed whole at the end. */
export function withShortDigests(body: readonly Paragraph[], verbose: boolean): readonly Paragraph[] {
  const { paragraphs, digests } = shortenDigests(body);
  const whole = digests.map((digest) => ({ indent: 2, hang: 2, words: words(digest, { whole: true }) }));
  return [...paragraphs, ...(verbose ? section('digests', whole) : [])];
}

/** An image that could not be read, in its place. */
export function failureParagraphs(
  { reference, error }: Failed,
  standing: 'failed' | 'unheard' = 'failed',
): readonly Paragraph[] {
  const lines = [
    ['expected', error.expected],
    ['got', error.got],
    ['hint', error.hint],
  ] as const;
  const failed = words(`${standing}:`, { style: standingStyle(standing) });
  return [
    { indent: 0, hang: 2, words: [...sign(standing), ...failed, ...words(reference, { style: 'strong' })] },
    {
      indent: 2,
      hang: 4,
      words: [...words(error.message), ...words(`(${codeWords(error.code)})`, { style: 'faint', together: true })],
    },
    ...lines.flatMap(([name, value]): Paragraph[] =>
      value === undefined ? [] : [{ indent: 2, hang: 4, words: pair(name, value) }],
    ),
  ];
}

/** A heading and what is under it; nothing where there is nothing. */
export function section(title: string, paragraphs: readonly Paragraph[]): readonly Paragraph[] {
  return paragraphs.length === 0
    ? []
    : [EMPTY_LINE, { indent: 0, hang: 0, words: words(title, { style: 'strong' }) }, ...paragraphs];
}
