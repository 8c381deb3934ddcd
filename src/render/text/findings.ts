import { reasonFor } from '../../core/claims/worth.ts';
import type { DocumentAbout, Finding } from '../../core/model/chain.ts';
import { findingsInOrder } from '../words.ts';
import type { Paragraph } from './layout.ts';
import { listed } from './list.ts';
import { severity, sign } from './standing.ts';
import { pair, words } from './word.ts';

const FINDINGS_MAX = 10;
const REJECTED_MAX = 5;
const HANG = 6;

/** What one has to act on in full; what is only good to know by its code, in one line, unless all is asked for. */
export function findingParagraphs(findings: readonly Finding[], verbose: boolean): readonly Paragraph[] {
  const ordered = findingsInOrder(findings);
  const grave = verbose ? ordered : ordered.filter((finding) => finding.severity !== 'info');
  const codes = [...new Set(ordered.filter((finding) => !grave.includes(finding)).map(({ code }) => code))];
  const known: Paragraph = {
    indent: 2,
    hang: HANG,
    words: [...severity('info'), ...words(codes.join(', '))],
  };
  return [...listed(grave, { max: FINDINGS_MAX, verbose }, inFull), ...(codes.length === 0 ? [] : [known])];
}

function inFull(finding: Finding): readonly Paragraph[] {
  return [
    {
      indent: 2,
      hang: HANG,
      words: [
        ...severity(finding.severity),
        ...words(`${finding.code}:`, { style: 'strong' }),
        ...words(finding.message),
      ],
    },
    { indent: HANG, hang: HANG + 2, words: pair('do', finding.advice) },
  ];
}

/** What was signed or bound and does not hold: it supports nothing, and is always shown (SPEC 3). */
export function rejectedParagraphs(documents: readonly DocumentAbout[], verbose: boolean): readonly Paragraph[] {
  return listed(documents, { max: REJECTED_MAX, verbose }, ({ signed: { checked, carrier, document } }) => {
    if (checked.assurance !== 'rejected') return [];
    return [
      {
        indent: 2,
        hang: HANG,
        words: [
          ...sign('rejected'),
          ...pair(carrier, reasonFor(checked.code)),
          ...words(`(${document})`, { style: 'faint' }),
        ],
      },
      { indent: HANG, hang: HANG + 2, words: pair('expected', checked.expected) },
      { indent: HANG, hang: HANG + 2, words: pair('got', checked.got) },
    ];
  });
}
