import { isAboutAnother, reasonFor } from '../../core/claims/worth.ts';
import { inOrder } from '../../core/graph/order.ts';
import type { DocumentAbout, Dossier, Gathered } from '../../core/model/chain.ts';
import type { Problem } from '../../core/model/evidence.ts';
import type { VerifyResult } from '../../core/model/verify-report.ts';
import type { JudgedDocument } from '../../core/policy/evaluate.ts';
import { missesOf } from '../../core/policy/evaluate.ts';
import { reasonOf, verdictOf } from '../../core/policy/verdict.ts';
import { section, withShortDigests } from '../text/block.ts';
import { rejectedParagraphs } from '../text/findings.ts';
import { digestLines } from '../text/headline.ts';
import type { Paragraph } from '../text/layout.ts';
import { documentParagraphs, placeParagraphs } from '../text/ledger.ts';
import { listed } from '../text/list.ts';
import { sign, standingStyle } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';
import { codeWords, count, documentText, platformText } from '../words.ts';
import type { VerifyRenderOptions } from './index.ts';
import { foundInParagraphs } from './found-in.ts';
import { documentName, judgedParagraphs } from './judged.ts';
import { policyParagraphs } from './policy-block.ts';
import { signerParagraphs } from './signer.ts';
import { VERDICT_STANDINGS } from './standing.ts';

const OTHERS_MAX = 5;
const UNHEARD_MAX = 6;

type Judged = Extract<VerifyResult, { kind: 'judged' }>;

/** One image: the verdict, which image that is, why, the document that came nearest, and what else there was or was not. */
export function verdictParagraphs(result: Judged, { verbose, now }: VerifyRenderOptions): readonly Paragraph[] {
  const { dossier, judgement, policy, foundIn = [] } = result;
  const gathered = inOrder(dossier.gathered);
  const [nearest, ...others] = judgement?.judged ?? [];
  const body = [
    ...headline(result),
    ...foundInParagraphs(foundIn, verbose),
    ...(judgement === undefined || nearest === undefined
      ? []
      : [
          ...section('requirements', judgedParagraphs(nearest, verbose)),
          ...section('signature', signerParagraphs(nearest, judgement)),
        ]),
    ...(policy === undefined ? [] : policyParagraphs(policy, verbose)),
    ...section(
      'other documents',
      otherParagraphs(beside(others, nearest), unjudged(gathered, result), { dossier, verbose }),
    ),
    ...section('rejected', rejectedParagraphs(rejectedBeside(gathered, nearest), verbose)),
    ...section('not heard', unheardParagraphs(judgement?.unheard ?? [], verbose)),
    ...(verbose ? section('looked in', placeParagraphs(gathered, now)) : []),
    ...(verbose ? section('documents', documentParagraphs(gathered)) : []),
  ];
  return withShortDigests(body, verbose);
}

function headline(result: Judged): readonly Paragraph[] {
  const { image, gathered } = result.dossier;
  const platform = platformText(result.dossier);
  const verdict = verdictOf(result);
  const reason = reasonOf(result);
  const standing = VERDICT_STANDINGS[verdict];
  const isHeld = result.policy !== undefined || (result.judgement?.judged ?? []).length > 0;
  const looked = `looked in ${count(gathered.places.length, 'place')}`;
  return [
    {
      indent: 0,
      hang: 2,
      words: [
        ...sign(standing),
        ...words(`${verdict}:`, { style: standingStyle(standing) }),
        ...words(image.reference, { style: 'strong' }),
        ...(platform === undefined ? [] : words(`· ${platform}`)),
      ],
    },
    ...digestLines(image).map((line) => ({ ...line, indent: 2, hang: 4 })),
    { indent: 2, hang: 4, words: words(isHeld ? reason : `${reason} (${looked})`) },
  ];
}

/** Documents that were not held against the requirements: of another kind, unsigned, or about another image. */
function unjudged({ documents }: Gathered, { judgement, policy, dossier }: Judged): readonly DocumentAbout[] {
  // A policy holds every document about the image against what it asks of one: what it made of them stands with its rules.
  if (policy !== undefined)
    return documents.filter(
      ({ signed }) => signed.checked.assurance !== 'rejected' && isAboutAnother(signed, dossier.image.digests),
    );
  const judged = judgement?.judged ?? [];
  const held = new Set(judged.flatMap(({ candidate: { document, endorsedBy } }) => [document, endorsedBy]));
  return documents.filter(({ signed }) => signed.checked.assurance !== 'rejected' && !held.has(signed.document));
}

/** Without the signature by which the nearest one is signed. */
function beside(others: readonly JudgedDocument[], nearest: JudgedDocument | undefined): readonly JudgedDocument[] {
  return others.filter(({ candidate }) => candidate.document !== nearest?.candidate.endorsedBy);
}

function rejectedBeside({ documents }: Gathered, nearest: JudgedDocument | undefined): readonly DocumentAbout[] {
  return documents.filter(
    ({ signed }) => signed.checked.assurance === 'rejected' && signed.document !== nearest?.candidate.document,
  );
}

function otherParagraphs(
  judged: readonly JudgedDocument[],
  rest: readonly DocumentAbout[],
  { dossier, verbose }: { readonly dossier: Dossier; readonly verbose: boolean },
): readonly Paragraph[] {
  const held = judged.filter(({ candidate }) => candidate.checked.assurance !== 'rejected');
  const lines = [...held.map(heldParagraph), ...rest.map((each) => restParagraph(each, dossier))];
  return listed(lines, { max: OTHERS_MAX, verbose }, (line) => [line]);
}

function heldParagraph(judged: JudgedDocument): Paragraph {
  const misses = missesOf(judged);
  return {
    indent: 2,
    hang: 6,
    words: [
      ...sign(misses.length === 0 ? 'verified' : 'failed'),
      ...words(`${documentName(judged.candidate)}:`),
      ...words(misses.length === 0 ? 'meets every requirement too' : `not as required: ${misses.join(', ')}`),
    ],
  };
}

function restParagraph({ signed }: DocumentAbout, { image }: Dossier): Paragraph {
  const { checked, carrier, document } = signed;
  const signature = checked.assurance === 'verified' ? `signature holds (${checked.root})` : reasonFor(checked.code);
  const standing = isAboutAnother(signed, image.digests) ? `${reasonFor('SUBJECT_MISMATCH')}, ${signature}` : signature;
  return {
    indent: 2,
    hang: 6,
    words: [...sign('plain'), ...words(`${documentText(signed)} (${document}), ${carrier}:`), ...words(standing)],
  };
}

/** Which source was not heard, why, and what to do. */
function unheardParagraphs(problems: readonly Problem[], verbose: boolean): readonly Paragraph[] {
  return listed(problems, { max: UNHEARD_MAX, verbose }, ({ collector, message, code, hint }) => [
    {
      indent: 2,
      hang: 6,
      words: [
        ...sign('unheard'),
        ...pair(collector, message),
        ...words(`(${codeWords(code)})`, { style: 'faint', together: true }),
      ],
    },
    ...(hint === undefined ? [] : [{ indent: 6, hang: 8, words: pair('do', hint) }]),
  ]);
}
