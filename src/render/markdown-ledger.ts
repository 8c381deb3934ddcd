import { reasonFor } from '../core/claims/worth.ts';
import { labelOf } from '../core/graph/wording.ts';
import type { Gathered, Remark } from '../core/model/chain.ts';
import type { Claim, Evidence, Place } from '../core/model/evidence.ts';
import { markdownCode, markdownProse } from './sanitize.ts';
import { asOfText, count, documentText, relationWords } from './words.ts';

const SHOWN_LENGTH_MAX = 200;
/** GitHub drops a job summary of more than 1 MiB as a whole; JSON has all rows. */
const ROWS_MAX = 200;

/** Where was looked, and every piece of evidence, folded away. */
export function markdownLedger({ places, documents, remarks, evidence }: Gathered, now: string): string {
  const found = documents.map(({ signed }) => {
    const { checked } = signed;
    const reason = checked.assurance === 'verified' ? '' : `: ${reasonFor(checked.code)}`;
    return [prose(documentText(signed)), code(signed.document), prose(signed.carrier), `${checked.assurance}${reason}`];
  });
  return [
    '<details>',
    `<summary>Looked in ${count(places.length, 'place')}, read ${count(evidence.length, 'piece')} of evidence</summary>`,
    ...table(
      ['result', 'place', 'asked', 'detail'],
      places.map((place) => placeRow(place, now)),
    ),
    ...table(['document', 'digest', 'found in', 'check'], found),
    ...table(['remark', 'says', 'in', 'for'], remarks.map(remarkRow)),
    ...table(['grade', 'says', 'read in', 'why'], evidence.map(evidenceRow)),
    '</details>',
  ].join('\n\n');
}

function placeRow({ result, carrier, at, asked, detail, asOf }: Place, now: string): readonly string[] {
  const told = [detail, asOf === undefined ? undefined : asOfText(asOf, now)].filter((part) => part !== undefined);
  return [result, prose(carrier), code(asked ?? labelOf(at)), prose(told.join('; '))];
}

function remarkRow({ code: name, message, location, about }: Remark): readonly string[] {
  return [code(name), prose(message), prose(location), code(labelOf(about))];
}

function evidenceRow({ strength, claim, origin, why }: Evidence): readonly string[] {
  return [strength, claimText(claim), `${prose(origin.collector)}: ${prose(origin.location)}`, prose(why ?? '')];
}

function claimText(claim: Claim): string {
  return claim.kind === 'edge'
    ? `${code(labelOf(claim.from))} ${relationWords(claim.relation)} ${code(labelOf(claim.to))}`
    : `${code(labelOf(claim.about))} has ${prose(claim.name)} ${code(claim.value)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, ROWS_MAX);
  const rest = rows.length === shown.length ? [] : [`and ${rows.length - shown.length} more, in \`--format json\``];
  return [[heads, heads.map(() => '---'), ...shown].map(tableLine).join('\n'), ...rest];
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function prose(text: string): string {
  return markdownProse(text, SHOWN_LENGTH_MAX);
}

function code(text: string): string {
  return markdownCode(text, SHOWN_LENGTH_MAX);
}
