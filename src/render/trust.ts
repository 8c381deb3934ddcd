import type { PinnedSigner } from '../core/claims/speakers.ts';
import type { ToolError } from '../core/errors.ts';
import type { KeptPin, PinRefusal, TrustReport } from '../core/model/trust-report.ts';
import { requiredSignerText } from '../core/policy/wording.ts';
import type { RenderOptions } from './options.ts';
import { clean } from './sanitize.ts';
import type { Paragraph } from './text/layout.ts';
import { EMPTY_LINE, layout } from './text/layout.ts';
import { painter } from './text/paint.ts';
import { heading, leftOut, line, rootParagraphs, updateParagraphs } from './text/roots.ts';

export const TRUST_FORMATS = ['text', 'json'] as const;
type Options = Omit<RenderOptions, 'format'> & { readonly format: (typeof TRUST_FORMATS)[number] };

/** What `provtrace trust` prints: for people, or as `provtrace/trust/1`. */
export async function renderTrust(report: TrustReport, options: Options): Promise<string> {
  if (options.format === 'json') return renderJson(report);
  const paint = await painter(options);
  return paragraphsOf(report, options)
    .flatMap((paragraph) => layout(paragraph, options.width))
    .map((line) => `${paint(line)}\n`)
    .join('');
}

/** Names and addresses come from files and certificates of strangers: every value is cleaned on its way out. */
function renderJson(report: TrustReport): string {
  const shown = (_name: string, value: unknown): unknown => {
    if (value instanceof Error) return errorJson(value);
    return typeof value === 'string' ? clean(value) : value;
  };
  return `${JSON.stringify({ schema: 'provtrace/trust/1', ...report }, shown, 2)}\n`;
}

function errorJson(error: Partial<ToolError>): object {
  const { code, message, expected, got, hint } = error;
  return { code, message, expected, got, hint };
}

function paragraphsOf(report: TrustReport, options: Options): readonly Paragraph[] {
  switch (report.action) {
    case 'list':
      return [
        heading('roots of trust'),
        ...report.roots.flatMap((root) => rootParagraphs(root, options)),
        ...leftOut(report.problems),
        EMPTY_LINE,
        heading('pins'),
        ...(report.pins.length === 0 ? [line(2, NO_PINS)] : pinParagraphs(report.pins)),
      ];
    case 'import':
      return [
        heading(report.isNew ? 'imported' : 'imported before'),
        ...report.roots.flatMap((root) => rootParagraphs(root, options)),
        ...leftOut(report.problems),
        EMPTY_LINE,
        line(0, IMPORTED_SPEAK),
      ];
    case 'update':
      return report.updates.flatMap((update) => updateParagraphs(update, options));
    case 'pin':
      return [
        ...section('pinned', pinParagraphs(report.pinned)),
        ...section('pinned before', pinParagraphs(report.known)),
        ...(report.path === undefined ? [] : [line(0, `kept in ${report.path}`, 'faint')]),
        ...report.notes.map((note) => line(0, note)),
        ...(report.refusal === undefined ? [] : refusalParagraphs(report.refusal)),
      ];
    case 'unpin':
      return section('no longer pinned', pinParagraphs(report.removed));
  }
}
const NO_PINS = 'none; provtrace trust pin IMAGE ties the signers of an image to its name';
const IMPORTED_SPEAK =
  'a root that is imported speaks for an image where its signer is pinned for it (provtrace trust pin), and nowhere else';

function refusalParagraphs({ missing, found, documents, isUnheard }: PinRefusal): readonly Paragraph[] {
  const isNothing = found.length === 0 && documents.length === 0;
  return [
    heading(`nobody was pinned: ${isNothing ? 'nobody has signed' : 'no such signature of this image holds'}`),
    ...section('asked for', signerLines(missing, 2)),
    ...section('signed by', signerLines(found, 2)),
    ...section(
      'nobody can be pinned by',
      documents.flatMap(({ predicateType, carrier, why }) => [line(2, predicateType), line(4, `${why} (${carrier})`)]),
    ),
    ...(isUnheard ? [line(0, 'not every place could be looked at: provtrace trace shows which', 'gap')] : []),
  ];
}

function pinParagraphs(pins: readonly KeptPin[]): readonly Paragraph[] {
  const names = [...new Set(pins.map(({ images }) => images))];
  return names.flatMap((name) => [
    line(2, name, 'strong'),
    ...signerLines(
      pins.filter(({ images }) => images === name).map(({ signer }) => signer),
      4,
    ),
  ]);
}

function signerLines(signers: readonly PinnedSigner[], indent: number): readonly Paragraph[] {
  return signers.map((signer) => line(indent, requiredSignerText(signer)));
}

function section(title: string, paragraphs: readonly Paragraph[]): readonly Paragraph[] {
  return paragraphs.length === 0 ? [] : [heading(title), ...paragraphs];
}
