import { requiredSignerText } from '../core/policy/wording.ts';
import type { ToolError } from '../core/errors.ts';
import type {
  AuthoritySummary,
  JudgedRoot,
  KeptPin,
  RootSummary,
  RootUpdate,
  TrustReport,
} from '../core/model/trust-report.ts';
import type { RenderOptions } from './options.ts';
import { clean } from './sanitize.ts';
import type { Paragraph } from './text/layout.ts';
import { EMPTY_LINE, layout } from './text/layout.ts';
import { painter } from './text/paint.ts';
import type { Style } from './text/word.ts';
import { pair, words } from './text/word.ts';
import { asOfText, count } from './words.ts';

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
        ...(report.pins.length === 0
          ? [line(2, 'none; provtrace trust pin IMAGE ties the signers of an image to its name')]
          : pinParagraphs(report.pins)),
      ];
    case 'import':
      return [
        heading(report.isNew ? 'imported' : 'imported before'),
        ...report.roots.flatMap((root) => rootParagraphs(root, options)),
        ...leftOut(report.problems),
        EMPTY_LINE,
        line(
          0,
          'a root that is imported speaks for an image where its signer is pinned for it (provtrace trust pin), and nowhere else',
        ),
      ];
    case 'update':
      return report.updates.flatMap((update) => updateParagraphs(update, options));
    case 'pin':
      return [
        ...section('pinned', pinParagraphs(report.pinned)),
        ...section('pinned before', pinParagraphs(report.known)),
        { indent: 0, hang: 2, words: pair('kept in', report.path, { whole: true }) },
        ...report.notes.map((note) => line(0, note)),
      ];
    case 'pinNothing':
      return [
        heading('pinned nothing: there is no such signature of this image that holds'),
        ...report.missing.map((signer) => named('asked for', requiredSignerText(signer))),
        ...report.found.map((signer) => named('signed by', requiredSignerText(signer))),
        ...report.documents.map(({ predicateType, carrier, why }) => named(predicateType, `${why} (${carrier})`)),
      ];
    case 'unpin':
      return section('no longer pinned', pinParagraphs(report.removed));
  }
}

const KINDS: Readonly<Record<RootSummary['kind'], string>> = {
  builtIn: 'built in',
  updated: 'updated',
  imported: 'imported',
};

function rootParagraphs(root: JudgedRoot, { now, verbose }: Options): readonly Paragraph[] {
  const { name, kind, source, asOf, certificateAuthorities, logs, timestampAuthorities, stale } = root;
  const age = asOf === undefined ? '' : `, ${asOfText(asOf, now)}`;
  const shown = verbose ? certificateAuthorities : certificateAuthorities.filter((authority) => isOpen(authority, now));
  const others = certificateAuthorities.length - shown.length;
  return [
    { indent: 2, hang: 4, words: [...words(name, { style: 'strong' }), ...words(`${KINDS[kind]}${age}`, { gap: 2 })] },
    named('from', source),
    ...shown.map((authority) => named('certificates', `${authority.name}, ${windowText(authority)}`)),
    ...(others === 0
      ? []
      : [
          line(
            4,
            `and ${count(others, 'authority').replace('authoritys', 'authorities')} for signatures of other times (--verbose)`,
            'faint',
          ),
        ]),
    ...(logs.length === 0 ? [] : [named('logs', logs.join(' '))]),
    ...(timestampAuthorities === 0 ? [] : [named('time stamps', `by ${timestampAuthorities}`)]),
    ...(stale === undefined ? [] : [line(4, `✖ stale: ${stale.why}`, 'gap'), named('renew', stale.renew)]),
  ];
}

function isOpen({ validFrom, validUntil }: AuthoritySummary, now: string): boolean {
  return (
    Date.parse(validFrom) <= Date.parse(now) && (validUntil === undefined || Date.parse(now) <= Date.parse(validUntil))
  );
}

function windowText({ validFrom, validUntil }: AuthoritySummary): string {
  return validUntil === undefined ? `since ${validFrom}` : `${validFrom} to ${validUntil}`;
}

function updateParagraphs(update: RootUpdate, options: Options): readonly Paragraph[] {
  switch (update.kind) {
    case 'updated':
      return [
        ...rootParagraphs(update.root, options),
        line(4, update.isChanged ? 'it has changed' : 'it is what was in use before'),
        ...leftOut(update.problems),
      ];
    case 'failed':
      return [...notUpdated(update, update.error.message), ...detailParagraphs(update.error)];
    case 'unstarted':
      return [
        ...notUpdated(update, `provtrace carries no TUF root by which ${update.source} could be checked`),
        named('instead', 'gh attestation trusted-root > roots.jsonl && provtrace trust import roots.jsonl'),
        named('or', `put its TUF root.json at ${update.path}`),
      ];
  }
}

function notUpdated({ name }: RootUpdate, why: string): readonly Paragraph[] {
  return [
    {
      indent: 2,
      hang: 4,
      words: [...words(name, { style: 'strong' }), ...words('not updated', { style: 'gap', gap: 2 })],
    },
    line(4, why),
  ];
}

function leftOut(problems: readonly ToolError[]): readonly Paragraph[] {
  return problems.flatMap((problem) => [line(2, `! ${problem.message}`, 'gap'), ...detailParagraphs(problem)]);
}

function detailParagraphs({ expected, got, hint }: ToolError): readonly Paragraph[] {
  return Object.entries({ expected, got, hint }).flatMap(([name, value]) =>
    value === undefined ? [] : [named(name, value)],
  );
}

function pinParagraphs(pins: readonly KeptPin[]): readonly Paragraph[] {
  return [...new Set(pins.map(({ images }) => images))].flatMap((images) => [
    line(2, images, 'strong'),
    ...pins.filter((pin) => pin.images === images).map(({ signer }) => line(4, requiredSignerText(signer))),
  ]);
}

function section(title: string, paragraphs: readonly Paragraph[]): readonly Paragraph[] {
  return paragraphs.length === 0 ? [] : [heading(title), ...paragraphs];
}

function heading(text: string): Paragraph {
  return line(0, text, 'strong');
}

function named(name: string, value: string): Paragraph {
  return { indent: 4, hang: 6, words: pair(name, value, { whole: true }) };
}

function line(indent: number, text: string, style: Style = 'plain'): Paragraph {
  return { indent, hang: indent + 2, words: words(text, { style, whole: true }) };
}
