import type { Candidate } from '../../core/policy/candidates.ts';
import type { JudgedDocument } from '../../core/policy/evaluate.ts';
import type { Check } from '../../core/policy/requirements.ts';
import type { Paragraph } from '../text/layout.ts';
import { sign } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';

const INDENT = 4;
const UNDER = 6;

/** What a document is, and where it was found. */
export function documentName({ predicateType, document, carrier }: Candidate): string {
  return `${predicateType} (${document}), ${carrier}`;
}

/** The document that came nearest, and each requirement with what it has: both sides where it does not hold. */
export function judgedParagraphs({ candidate, checks }: JudgedDocument, verbose: boolean): readonly Paragraph[] {
  return [
    { indent: 2, hang: INDENT, words: pair('held against', documentName(candidate)) },
    ...checks.flatMap((check) => checkParagraphs(check, verbose)),
  ];
}

function checkParagraphs({ requirement, expected, got, holds }: Check, verbose: boolean): readonly Paragraph[] {
  const expectation = { indent: UNDER, hang: UNDER + 2, words: pair('expected', expected) };
  if (holds) {
    const line = { indent: INDENT, hang: UNDER, words: [...sign('verified'), ...pair(requirement, got)] };
    return verbose ? [line, expectation] : [line];
  }
  return [
    { indent: INDENT, hang: UNDER, words: [...sign('failed'), ...words(requirement, { style: 'strong' })] },
    expectation,
    { indent: UNDER, hang: UNDER + 2, words: pair('got', got) },
  ];
}
