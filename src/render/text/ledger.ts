import { reasonFor } from '../../core/claims/worth.ts';
import { labelOf } from '../../core/graph/wording.ts';
import type { DocumentAbout, Gathered } from '../../core/model/chain.ts';
import { entityId } from '../../core/model/entity.ts';
import type { Claim, Evidence, Place } from '../../core/model/evidence.ts';
import type { Instant } from '../../core/model/outcome.ts';
import type { Checked, SignedDocument, SignerIdentity } from '../../core/model/statement.ts';
import { asOfText, documentText, relationWords } from '../words.ts';
import type { Paragraph } from './layout.ts';
import { sign, standingStyle } from './standing.ts';
import { pair, words } from './word.ts';

const INDENT = 2;
const UNDER = 6;
const RESULT_COLUMNS = 'unheard'.length + 2;
const RESULT_SIGNS = { found: 'verified', absent: 'absent', unheard: 'unheard' } as const;

/** Where each thing was looked for, one place a line. */
export function placeParagraphs({ places }: Gathered, now: Instant): readonly Paragraph[] {
  const byEntity = Map.groupBy(places, ({ at }) => entityId(at));
  return [...byEntity.values()].flatMap((group) => [
    ...group.slice(0, 1).map(({ at }) => line(INDENT, pair(`for ${at.kind}`, labelOf(at)))),
    ...group.map((place) => placeLine(place, now)),
  ]);
}

function placeLine(place: Place, now: Instant): Paragraph {
  return line(INDENT + 2, [
    ...sign(RESULT_SIGNS[place.result]),
    ...words(place.result),
    ...words(place.carrier, { gap: RESULT_COLUMNS - place.result.length }),
    ...(place.asked === undefined ? [] : pair('asked', place.asked, { gap: 3 })),
    ...(place.detail === undefined ? [] : words(`(${place.detail})`)),
    ...(place.asOf === undefined ? [] : words(asOfText(place.asOf, now), { style: 'faint', together: true })),
  ]);
}

/** What reading the documents showed beside what they say. */
export function remarkParagraphs({ remarks }: Gathered): readonly Paragraph[] {
  return remarks.flatMap(({ about, code, message, location }) => [
    line(INDENT, [...words(`${code}:`, { style: 'strong' }), ...words(message)]),
    line(UNDER, [...pair('in', location), ...pair('for', labelOf(about), { gap: 3 })]),
  ]);
}

/** Every piece of evidence: what it says, who read it where, and what its word is worth. */
export function evidenceParagraphs({ evidence }: Gathered, now: Instant): readonly Paragraph[] {
  return evidence.flatMap((item) => [
    line(INDENT, [
      ...sign(item.strength),
      ...words(`${item.strength}:`, { style: standingStyle(item.strength) }),
      ...words(claimText(item.claim)),
    ]),
    line(UNDER, pair(item.origin.collector, item.origin.location)),
    line(UNDER, qualities(item, now)),
  ]);
}

function qualities({ boundBy, rank, origin, why, labels, asOf }: Evidence, now: Instant): Paragraph['words'] {
  return [
    ...pair('bound by', boundBy),
    ...pair('rank', `${rank}`, { gap: 3 }),
    ...(origin.document === undefined ? [] : pair('document', origin.document, { gap: 3 })),
    ...(labels === undefined ? [] : pair('labels', labels.join(', '), { gap: 3 })),
    ...(asOf === undefined ? [] : words(asOfText(asOf, now), { style: 'faint', gap: 3, together: true })),
    ...(why === undefined ? [] : pair('why', why, { gap: 3 })),
  ];
}

function claimText(claim: Claim): string {
  return claim.kind === 'edge'
    ? `${claim.from.kind} ${labelOf(claim.from)} ${relationWords(claim.relation)} ${labelOf(claim.to)}`
    : `${claim.about.kind} ${labelOf(claim.about)} has ${claim.name} ${claim.value}`;
}

/** Every document, and what checking its signature gave. */
export function documentParagraphs({ documents }: Gathered): readonly Paragraph[] {
  return documents.flatMap(({ about, signed }: DocumentAbout) => [
    line(INDENT, [
      ...sign(signed.checked.assurance),
      ...words(`${signed.checked.assurance}:`),
      ...words(documentText(signed)),
    ]),
    line(UNDER, [...pair(signed.carrier, signed.document), ...pair('for', labelOf(about), { gap: 3 })]),
    ...subjectLines(signed),
    ...checkLines(signed.checked),
  ]);
}

function subjectLines(signed: SignedDocument): readonly Paragraph[] {
  if (signed.kind === 'simpleSigning') return [line(UNDER, pair('subject', signed.digest))];
  if (signed.kind === 'opaque') return [];
  return signed.statement.subject.map(({ name, uri, digest }) => {
    const digests = Object.entries(digest).map(([algorithm, hex]) => `${algorithm}:${hex}`);
    return line(UNDER, pair('subject', [name, uri, ...digests].filter((part) => part !== undefined).join(' ')));
  });
}

function checkLines(checked: Checked): readonly Paragraph[] {
  if (checked.assurance !== 'verified') {
    return [
      line(UNDER, pair('check', reasonFor(checked.code))),
      line(UNDER, [...pair('expected', checked.expected), ...pair('got', checked.got, { gap: 3 })]),
    ];
  }
  const logs = checked.logEntries.map(
    ({ log, index, integratedAt }) => `${log} ${index}${integratedAt === undefined ? '' : ` at ${integratedAt}`}`,
  );
  return [
    line(UNDER, [...pair('signer', signerText(checked.signer)), ...pair('root', checked.root, { gap: 3 })]),
    ...(checked.times.length === 0 ? [] : [line(UNDER, pair('seen at', checked.times.join(', ')))]),
    ...logs.map((log) => line(UNDER, pair('log entry', log))),
  ];
}

function signerText(signer: SignerIdentity): string {
  if (signer.kind === 'key') return `key ${signer.name} ${signer.fingerprint}`;
  return `${signer.identity}${signer.issuer === undefined ? '' : `, issuer ${signer.issuer}`}, certified by ${signer.authority}`;
}

function line(indent: number, content: Paragraph['words']): Paragraph {
  return { indent, hang: indent + 2, words: content };
}
