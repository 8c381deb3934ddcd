import { RE2JS, RE2JSException } from 're2js';
import { ToolError } from '../errors.ts';
import { everyMatch } from './decide.ts';
import type { Line } from './lines.ts';
import type { LineProblem, ParsedRules, Rule } from './model.ts';
import { parseGiteaOwner } from './owner.ts';

/** Work that all expressions of a file may ask for: instructions of RE2, of which a repetition such as `a{1000}` makes thousands. */
const EXPRESSION_WORK_MAX = 250_000;
/** Compiling looks at hundreds of ranges for a Unicode class, and without regard to case at every character of a wide range. */
const UNICODE_CLASS_WORK = 500;
const WIDE_RANGE_WORK = 10_000;
/** An automaton of RE2 is in few of its states at a time. */
const SHARE_OF_STATES = 0.25;

/**
 * Gitea's and Forgejo's reading (reference/ownership.md 1.1 and 1.4): a line is a regular expression of Go, between `^` and `$`, and
 * every one that matches adds its owners.
 * @throws ToolError `TOO_LARGE` for expressions that are too large together
 */
export function parseGitea(lines: readonly Line[]): ParsedRules {
  const rules: Rule[] = [];
  const problems: LineProblem[] = [];
  const work = { left: EXPRESSION_WORK_MAX };
  for (const line of lines) {
    const read = readLine(line, work);
    if ('code' in read) problems.push(read);
    else rules.push(read);
  }
  return { rules, sections: [], problems, deciders: [everyMatch(rules)] };
}

type Work = { left: number };

function readLine({ number, text }: Line, work: Work): Rule | LineProblem {
  const skipped = { line: number, effect: 'skipped' } as const;
  const [written = '', ...ownerTexts] = tokens(text);
  if (ownerTexts.length === 0) return { ...skipped, code: 'NO_OWNERS', message: 'the line names no owner' };
  const pattern = written.replace(/^!/, '');
  const expression = compileExpression(pattern, work, number);
  if (typeof expression === 'string') return { ...skipped, code: 'INVALID_EXPRESSION', message: expression };
  return {
    line: number,
    pattern,
    effect: written.startsWith('!') ? 'assignsOthers' : 'assigns',
    owners: ownerTexts.map(parseGiteaOwner),
    ownerText: ownerTexts.join(' '),
    optional: false,
    approvals: 1,
    matcher: {
      kind: 'expression',
      stepsPerCharacter: Math.ceil(expression.programSize() * SHARE_OF_STATES),
      test: (path) => expression.test(path),
    },
  };
}

/** Words between blanks. A backslash is taken away and keeps what follows it: a blank, a `#`, or a second backslash, which is what an expression sees. */
function tokens(text: string): readonly string[] {
  const found: string[] = [];
  let token = '';
  for (let at = 0; at < text.length && text[at] !== '#'; at++) {
    const character = text[at] ?? '';
    if (character === '\\') {
      token += text[++at] ?? '';
    } else if (character === ' ' || character === '\t') {
      if (token !== '') found.push(token);
      token = '';
    } else {
      token += character;
    }
  }
  return token === '' ? found : [...found, token];
}

/** The expression, or what RE2 says against it. `a|b` is `^a` or `b$`: Gitea sets no brackets. */
function compileExpression(pattern: string, work: Work, line: number): RE2JS | string {
  spendWork(work, classWork(pattern), line);
  try {
    const expression = RE2JS.compile(`^${pattern}$`);
    spendWork(work, expression.programSize(), line);
    return expression;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

function classWork(pattern: string): number {
  const unicodeClasses = pattern.match(/\\p/gi)?.length ?? 0;
  const ignoresCase = /\(\?[a-z-]*i/i.test(pattern);
  const wideRanges = ignoresCase ? (pattern.match(/-(?:\\x|[^ -~])/g)?.length ?? 0) : 0;
  return unicodeClasses * UNICODE_CLASS_WORK + wideRanges * WIDE_RANGE_WORK;
}

function spendWork(work: Work, amount: number, line: number): void {
  work.left -= amount;
  if (work.left >= 0) return;
  throw new ToolError('TOO_LARGE', `the regular expressions of CODEOWNERS are too large, up to its line ${line}`, {
    expected: `at most ${EXPRESSION_WORK_MAX} instructions of RE2`,
    hint: 'Repetitions such as {1000}, Unicode classes and wide ranges of characters are what makes an expression large.',
  });
}
