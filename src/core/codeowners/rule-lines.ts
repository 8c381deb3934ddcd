import { lastMatch } from './decide.ts';
import type { Glob } from './glob.ts';
import type { Line } from './lines.ts';
import type { LineProblem, LineProblemCode, Owner, ParsedRules, Rule } from './model.ts';

/** A line in its two halves. `commentInPattern`: the comment begins where the pattern still went on. */
export type RuleText = { readonly pattern: string; readonly ownerText: string; readonly commentInPattern: boolean };

export type Fault = { readonly code: LineProblemCode; readonly message: string };

/** A dialect in which each line is a pattern with its owners, and the last rule that matches decides. */
export type RuleLineDialect = {
  readonly splitRule: (text: string) => RuleText;
  /** Why the forge does not read a line with this pattern; undefined if it does. */
  readonly patternFault: (pattern: string) => Fault | undefined;
  readonly compile: (pattern: string) => Glob;
  readonly splitOwners: (text: string) => readonly string[];
  readonly parseOwner: (text: string) => Owner | undefined;
  /** What an owner that is none costs: the line, or that owner. */
  readonly invalidOwner: LineProblem['effect'];
};

type ReadLine = { readonly rule?: Rule; readonly problems: readonly LineProblem[] };

export function parseRuleLines(lines: readonly Line[], dialect: RuleLineDialect): ParsedRules {
  const read = lines.map((line) => readRuleLine(line, dialect));
  const rules = read.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  return { rules, sections: [], problems: read.flatMap(({ problems }) => problems), deciders: [lastMatch(rules)] };
}

function readRuleLine({ number, text }: Line, dialect: RuleLineDialect): ReadLine {
  const { pattern, ownerText, commentInPattern } = dialect.splitRule(text);
  const problem = (fault: Fault, effect: LineProblem['effect']): LineProblem => ({ line: number, effect, ...fault });
  const fault = dialect.patternFault(pattern);
  if (fault !== undefined) return { problems: [problem(fault, 'skipped')] };

  const owners: Owner[] = [];
  const invalid: string[] = [];
  for (const word of dialect.splitOwners(ownerText)) {
    const owner = dialect.parseOwner(word);
    if (owner === undefined) invalid.push(word);
    else owners.push(owner);
  }
  const problems = invalid.map((word) => problem(invalidOwnerFault(word), dialect.invalidOwner));
  if (invalid.length > 0 && dialect.invalidOwner === 'skipped') return { problems };
  if (commentInPattern) problems.push(problem(hashFault(pattern), 'kept'));

  const matcher = { kind: 'glob', glob: dialect.compile(pattern) } as const;
  return {
    rule: { line: number, pattern, effect: 'assigns', owners, ownerText, optional: false, approvals: 1, matcher },
    problems,
  };
}

function invalidOwnerFault(word: string): Fault {
  return { code: 'INVALID_OWNER', message: `${word} is neither @user, nor a team, nor an e-mail address` };
}

function hashFault(pattern: string): Fault {
  return {
    code: 'HASH_IN_PATTERN',
    message: `# begins a comment even in a pattern, so the pattern is ${pattern}; write ? for a # in a path`,
  };
}
