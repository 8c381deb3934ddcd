import { compileBranchPattern } from './compile.ts';
import { GITHUB } from './github.ts';
import type { Line } from './lines.ts';
import type { ParsedRules } from './model.ts';
import { parseBitbucketCloudOwner, parseBitbucketDataCenterOwner } from './owner.ts';
import { type Fault, parseRuleLines, type RuleLineDialect, type RuleText } from './rule-lines.ts';

const ESCAPED_BLANK = /(?<!\\)\\+(?=\s)/g;

/** Gitignore's patterns with GitHub's exceptions; other owners, of which a wrong one is left out alone. */
const CLOUD: RuleLineDialect = { ...GITHUB, parseOwner: parseBitbucketCloudOwner, invalidOwner: 'kept' };

/** The patterns of branch permissions; a comment has a line of its own. */
const DATA_CENTER: RuleLineDialect = {
  splitRule: splitDataCenterRule,
  patternFault: dataCenterPatternFault,
  compile: (pattern) => compileBranchPattern(pattern.replaceAll(ESCAPED_BLANK, '')),
  splitOwners: (text) => text.split(/(?<!\\)\s+/).filter((word) => word !== ''),
  parseOwner: parseBitbucketDataCenterOwner,
  invalidOwner: 'kept',
};

export function parseBitbucketCloud(lines: readonly Line[]): ParsedRules {
  return parseRuleLines(lines, CLOUD);
}

export function parseBitbucketDataCenter(lines: readonly Line[]): ParsedRules {
  return parseRuleLines(lines, DATA_CENTER);
}

function splitDataCenterRule(text: string): RuleText {
  const end = text.search(/(?<!\\)\s/);
  if (end === -1) return { pattern: text, ownerText: '', commentInPattern: false };
  return { pattern: text.slice(0, end), ownerText: text.slice(end).trim(), commentInPattern: false };
}

function dataCenterPatternFault(pattern: string): Fault | undefined {
  if (pattern.startsWith('!')) return { code: 'NEGATION', message: 'a pattern cannot be negated with !' };
  if (pattern === '/') return { code: 'NEVER_MATCHES', message: 'the pattern / names nothing: write *' };
  return undefined;
}
