import { inOrder } from '../../core/graph/order.ts';
import type { TraceResult } from '../../core/model/report.ts';
import type { RenderOptions } from '../options.ts';
import { codeWords, gradesLine } from '../words.ts';
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

/** One image: the answer, the steps that lead to it, what is wrong or missing, and the grades. */
export function tracedParagraphs(
  traced: Extract<TraceResult, { kind: 'traced' }>,
  options: RenderOptions,
): readonly Paragraph[] {
  const { dossier, steps, grades } = traced;
  const { verbose, now } = options;
  const gathered = inOrder(dossier.gathered);
  const problems = numbered(gathered.problems, dossier.image.root);
  const rejected = gathered.documents.filter(({ signed }) => signed.checked.assurance === 'rejected');
  const body = [
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
  return [
    ...withShortDigests(body, verbose),
    EMPTY_LINE,
    { indent: 0, hang: 0, words: words(gradesLine(grades), { style: standingStyle(grades.origin) }) },
  ];
}

/** Digests are shortened where they stand; verbosely, they are listed whole at the end. */
export function withShortDigests(body: readonly Paragraph[], verbose: boolean): readonly Paragraph[] {
  const { paragraphs, digests } = shortenDigests(body);
  const whole = digests.map((digest) => ({ indent: 2, hang: 2, words: words(digest, { whole: true }) }));
  return [...paragraphs, ...(verbose ? section('digests', whole) : [])];
}

/** An image that could not be read, in its place. */
export function failureParagraphs({
  reference,
  error,
}: Extract<TraceResult, { kind: 'failed' }>): readonly Paragraph[] {
  const lines = [
    ['expected', error.expected],
    ['got', error.got],
    ['hint', error.hint],
  ] as const;
  const failed = words('failed:', { style: standingStyle('failed') });
  return [
    { indent: 0, hang: 2, words: [...sign('failed'), ...failed, ...words(reference, { style: 'strong' })] },
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
