import { Lexer, Parser } from 'yaml';
import type { CST } from 'yaml';

/** Nothing that is deployed nests deeper; whatever walks deeper ones would run out of stack. Of the parser's own levels, and of aliases in aliases. */
export const DEPTH_MAX = 200;
/** Of tokens: as many as 4.5 MiB of dense YAML have. Half a second of work each MiB. */
const TOKENS_MAX = 2_000_000;
/** Of errors and directives between documents, which cost the library far more than others. */
const ODD_TOKENS_MAX = 1_000;
/** A limit that the text is beyond from this offset on. */
export type Limit = { readonly message: string; readonly offset: number };

/** The text's tokens, as many and as deep as can be composed. Where they end too early, `reached` is told. */
export function* boundedTokens(text: string, reached: (limit: Limit) => void): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  let odd = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error' || token.type === 'directive') odd++;
      yield token;
    }
    count++;
    const exceeded = exceededLimit({ depth: parser.stack.length, count, odd });
    if (exceeded !== undefined) {
      reached({ message: exceeded, offset: parser.offset });
      return;
    }
  }
  yield* parser.end();
}

function exceededLimit(tokens: Readonly<Record<'depth' | 'count' | 'odd', number>>): string | undefined {
  if (tokens.depth > DEPTH_MAX) return `nested deeper than ${DEPTH_MAX} levels`;
  if (tokens.count > TOKENS_MAX) return `more than ${TOKENS_MAX} tokens`;
  return tokens.odd > ODD_TOKENS_MAX ? `more than ${ODD_TOKENS_MAX} errors or directives` : undefined;
}
