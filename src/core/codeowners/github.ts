import { compileGitignoreLike } from './compile.ts';
import type { Line } from './lines.ts';
import type { ParsedRules } from './model.ts';
import { parseGithubOwner } from './owner.ts';
import { type Fault, parseRuleLines, type RuleLineDialect, type RuleText } from './rule-lines.ts';

/**
 * What GitHub documents, and its error texts, decide (reference/ownership.md 1.2). Not settled by either, and decided here: a
 * `[` that is not escaped costs the line, as its error text says, and so does `@name[bot]`, which no login can be.
 */
export const GITHUB: RuleLineDialect = {
  splitRule: splitGithubRule,
  patternFault: githubPatternFault,
  compile: compileGitignoreLike,
  splitOwners: words,
  parseOwner: parseGithubOwner,
  invalidOwner: 'skipped',
};

export function parseGithub(lines: readonly Line[]): ParsedRules {
  return parseRuleLines(lines, GITHUB);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** A `#` begins a comment wherever it stands, and cannot be escaped. The pattern ends at the first blank that is not escaped. */
function splitGithubRule(text: string): RuleText {
  const hash = text.indexOf('#');
  const said = hash === -1 ? text : text.slice(0, hash);
  const end = patternEnd(said);
  const commentInPattern = hash !== -1 && end === said.length;
  return { pattern: said.slice(0, end), ownerText: said.slice(end).trim(), commentInPattern };
}

function patternEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (/\s/.test(text[at] ?? '')) return at;
  }
  return text.length;
}

function githubPatternFault(pattern: string): Fault | undefined {
  if (pattern.startsWith('!')) return { code: 'NEGATION', message: 'a pattern cannot be negated with !' };
  if (pattern.includes('***')) return { code: 'TRIPLE_STAR', message: 'a pattern cannot hold ***: write ** or *' };
  if (pattern === '/') return { code: 'NEVER_MATCHES', message: 'the pattern / never matches anything: write *' };
  if (pattern.includes('//')) return { code: 'NEVER_MATCHES', message: 'a pattern with // never matches anything' };
  const unescaped = pattern.replaceAll(/\\[^/]/g, '');
  if (unescaped.includes('\\')) return { code: 'DANGLING_ESCAPE', message: 'the backslash escapes nothing' };
  if (!/[[\]]/.test(unescaped)) return undefined;
  const escaped = pattern.replaceAll(/\\.|[[\]]/g, (part) => (part.length > 1 ? part : `\\${part}`));
  return { code: 'UNESCAPED_BRACKET', message: `[ and ] must be escaped: write ${escaped}` };
}
