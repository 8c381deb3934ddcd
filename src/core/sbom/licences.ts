import parseExpression from 'spdx-expression-parse';
import type { Licence } from './model.ts';

/** Longer text is a name: the parser takes a millisecond for 5,000 characters, and a document may have thousands of them. */
const EXPRESSION_LENGTH_MAX = 1000;
/** Different texts of one run that are parsed; what comes after is a name. Debian has some 900 in all. */
const EXPRESSIONS_MAX = 10_000;
/** The parser looks further on for a word where it meets another character, and takes what it finds. */
const EXPRESSION_CHARACTERS = /^[A-Za-z0-9.\-+:() ]+$/;
/** SPDX 2.3 clause 7.13: nobody says, and there is none. */
const NOTHING_SAID = new Set(['NOASSERTION', 'NONE']);

export type LicenceDetail = Omit<Licence, 'kind' | 'text'>;
export type LicenceReader = (text: string, detail?: LicenceDetail) => Licence | undefined;

/** Reads the licences of one document, in which few texts come again and again. Undefined for text that says nothing. */
export function licenceReader(): LicenceReader {
  const kinds = new Map<string, Licence['kind']>();
  return (written, detail = {}) => {
    const text = written.trim();
    if (text === '' || NOTHING_SAID.has(text)) return undefined;
    const known = kinds.get(text);
    const kind = known ?? (kinds.size < EXPRESSIONS_MAX && isExpression(text) ? 'expression' : 'name');
    if (known === undefined && kinds.size < EXPRESSIONS_MAX) kinds.set(text, kind);
    return { kind, text, ...detail };
  };
}

/** True for a licence expression of SPDX 2.3 annex D, whose licences are on SPDX's list or are `LicenseRef-`s. */
export function isExpression(text: string): boolean {
  return text.length <= EXPRESSION_LENGTH_MAX && EXPRESSION_CHARACTERS.test(text) && parses(text);
}

function parses(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    // The library throws for every text that is no expression.
    return false;
  }
}

/** True for one licence's id alone: no operator, no exception, no `LicenseRef-`. */
export function isSingleId(text: string): boolean {
  return !/[ ():]/.test(text) && !text.startsWith('LicenseRef-');
}

/** The licences that an expression names, with `LicenseRef-`s and exceptions, in its order. */
export function idsOf(expression: string): readonly string[] {
  return expression.split(/[\s()]+/).filter((word) => word !== '' && !/^(?:AND|OR|WITH)$/i.test(word));
}
