import type { ToolError } from '../../core/errors.ts';
import type { AuthoritySummary, JudgedRoot, RootSummary, RootUpdate } from '../../core/model/trust-report.ts';
import { isOpenAt } from '../../core/trust/staleness.ts';
import type { RenderOptions } from '../options.ts';
import { asOfText } from '../words.ts';
import type { Paragraph } from './layout.ts';
import type { Style } from './word.ts';
import { pair, words } from './word.ts';

type Shown = Pick<RenderOptions, 'now' | 'verbose'>;

const KINDS: Readonly<Record<RootSummary['kind'], string>> = {
  builtIn: 'built in',
  updated: 'updated',
  imported: 'imported',
  configured: 'configured',
};

export function rootParagraphs(root: JudgedRoot, { now, verbose }: Shown): readonly Paragraph[] {
  const { name, kind, source, asOf, certificateAuthorities, logs, timestampAuthorities, stale } = root;
  const age = asOf === undefined ? '' : `, ${asOfText(asOf, now)}`;
  const shown = certificateAuthorities.filter((authority) => verbose || isOpenAt(authority, Date.parse(now)));
  const others = certificateAuthorities.length - shown.length;
  return [
    { indent: 2, hang: 4, words: [...words(name, { style: 'strong' }), ...words(`${KINDS[kind]}${age}`, { gap: 2 })] },
    named('from', source),
    ...shown.map((authority) => named('certificates', `${authority.name}, ${windowText(authority)}`)),
    ...(others === 0 ? [] : [line(4, `and ${authorities(others)} for signatures of other times (--verbose)`, 'faint')]),
    ...(logs.length === 0 ? [] : [named('logs', logs.join(' '))]),
    ...(timestampAuthorities === 0 ? [] : [named('timestamps', authorities(timestampAuthorities))]),
    ...(stale === undefined ? [] : [line(4, `✖ stale: ${stale.why}`, 'gap'), named('renew', stale.renew)]),
  ];
}

function authorities(number: number): string {
  return number === 1 ? '1 authority' : `${number} authorities`;
}

function windowText({ validFrom, validUntil }: AuthoritySummary): string {
  return validUntil === undefined ? `since ${validFrom}` : `${validFrom} to ${validUntil}`;
}

export function updateParagraphs(update: RootUpdate, options: Shown): readonly Paragraph[] {
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
      words: [
        ...words(name, { style: 'strong' }),
        ...words('not updated: what was in use stays in use', { style: 'gap', gap: 2 }),
      ],
    },
    line(4, why),
  ];
}

export function leftOut(problems: readonly ToolError[]): readonly Paragraph[] {
  return problems.flatMap((problem) => [line(2, `! ${problem.message}`, 'gap'), ...detailParagraphs(problem)]);
}

function detailParagraphs({ expected, got, hint }: ToolError): readonly Paragraph[] {
  return Object.entries({ expected, got, hint }).flatMap(([name, value]) =>
    value === undefined ? [] : [named(name, value)],
  );
}

export function heading(text: string): Paragraph {
  return line(0, text, 'strong');
}

export function line(indent: number, text: string, style: Style = 'plain'): Paragraph {
  return { indent, hang: indent + 2, words: words(text, { style, whole: true }) };
}

function named(name: string, value: string): Paragraph {
  return { indent: 4, hang: 6, words: pair(name, value, { whole: true }) };
}
