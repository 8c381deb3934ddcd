import { compileFnmatch } from './compile.ts';
import { lastMatchUnlessExcluded } from './decide.ts';
import type { Line } from './lines.ts';
import type { LineProblem, LineProblemCode, ParsedRules, Rule, Section } from './model.ts';
import { type GitlabReferences, gitlabReferences } from './owner.ts';

/** `^[name][approvals] @owner …`; what follows is ignored. Where the name is not closed, the line is a rule. */
const SECTION_HEADER = /^(?<optional>\^)?\[(?<name>[^\]]*)\](?:\[(?<approvals>\d*)\])?(?<owners>\s[@\w.\-/\s+]*)?/;
const UNCLOSED_HEADER = /^\^?\[[^\]]+$/;

type OwnerText = { readonly text: string; readonly references: GitlabReferences };

type Header = {
  readonly line: number;
  readonly name: string;
  readonly optional: boolean;
  readonly approvals: number;
  readonly owners: OwnerText;
};

/** The rules of one section, by the pattern as GitLab compares it. No name: those outside of sections. */
type Group = { readonly name?: string; readonly headerLines: number[]; readonly byPattern: Map<string, Rule> };

type Reading = {
  readonly rules: Rule[];
  readonly problems: LineProblem[];
  /** By the name in lower case. */
  readonly groups: Map<string | undefined, Group>;
};

/**
 * GitLab's reading (reference/ownership.md 1.1 and 1.3): sections answer side by side, each by its last rule that matches. A pattern
 * that is repeated in a section stays in its first place, and is what its last line says.
 */
export function parseGitlab(lines: readonly Line[]): ParsedRules {
  const reading: Reading = { rules: [], problems: [], groups: new Map() };
  let header: Header | undefined;
  for (const line of lines) {
    const opened = parseHeader(line);
    if (opened === undefined) addRule(line, header, reading);
    else addHeader(opened, reading);
    header = opened ?? header;
  }
  const groups = [...reading.groups.values()];
  return {
    rules: reading.rules,
    problems: reading.problems,
    sections: groups.flatMap(sectionOf),
    deciders: groups.map(({ byPattern }) => lastMatchUnlessExcluded([...byPattern.values()])),
  };
}

function parseHeader({ number, text }: Line): Header | undefined {
  const groups = SECTION_HEADER.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return {
    line: number,
    name: groups['name'] ?? '',
    optional: groups['optional'] !== undefined,
    approvals: Number(groups['approvals'] ?? 0),
    owners: ownerText(groups['owners'] ?? ''),
  };
}

function ownerText(text: string): OwnerText {
  return { text: text.trim(), references: gitlabReferences(text) };
}

function addHeader(header: Header, { groups, problems }: Reading): void {
  groupNamed(groups, header.name).headerLines.push(header.line);
  const report = (code: LineProblemCode, message: string): void => {
    problems.push({ line: header.line, code, effect: 'kept', message });
  };
  if (header.name.trim() === '') report('UNNAMED_SECTION', 'the section has no name');
  if (header.optional && header.approvals > 0) {
    report('OPTIONAL_WITH_APPROVALS', 'an optional section cannot require approvals');
  }
  if (header.owners.references.strays.length > 0) report('INVALID_OWNER', strayMessage(header.owners.references));
}

function groupNamed(groups: Reading['groups'], name: string | undefined): Group {
  const key = name?.toLowerCase();
  const group = groups.get(key) ?? { ...(name !== undefined && { name }), headerLines: [], byPattern: new Map() };
  groups.set(key, group);
  return group;
}

function addRule({ number, text }: Line, header: Header | undefined, { rules, problems, groups }: Reading): void {
  const { pattern, excludes, owners, ownersFromLine } = readRule(text, header);
  const group = groupNamed(groups, header?.name);
  const key = normalisedPattern(pattern);
  const repeated = group.byPattern.get(key);
  const rule: Rule = {
    line: number,
    pattern,
    effect: excludes ? 'excludes' : 'assigns',
    owners: owners.references.owners,
    ownerText: owners.text,
    ...(ownersFromLine !== undefined && { ownersFromLine }),
    ...(repeated !== undefined && { repeatsLine: repeated.line }),
    ...(group.name !== undefined && { section: group.name }),
    optional: header?.optional ?? false,
    approvals: Math.max(1, header?.approvals ?? 0),
    matcher: { kind: 'glob', glob: compileFnmatch(key) },
  };
  problems.push(...ruleProblems(text, rule, owners.references));
  rules.push(rule);
  group.byPattern.set(key, rule);
}

type RuleReading = {
  readonly pattern: string;
  readonly excludes: boolean;
  readonly owners: OwnerText;
  readonly ownersFromLine?: number;
};

function readRule(text: string, header: Header | undefined): RuleReading {
  const end = text.search(/(?<!\\)\s/);
  const written = end === -1 ? text : text.slice(0, end);
  if (written.startsWith('!')) return { pattern: written.slice(1), excludes: true, owners: ownerText('') };
  if (end === -1 && header !== undefined && header.owners.text !== '') {
    return { pattern: written, excludes: false, owners: header.owners, ownersFromLine: header.line };
  }
  return { pattern: written, excludes: false, owners: ownerText(end === -1 ? '' : text.slice(end)) };
}

/** GitLab reads every line that is no header as a rule; these are the ones that are hardly meant so. */
function ruleProblems(text: string, rule: Rule, references: GitlabReferences): readonly LineProblem[] {
  const problems: LineProblem[] = [];
  const report = (code: LineProblemCode, message: string): void => {
    problems.push({ line: rule.line, code, effect: 'kept', message });
  };
  if (UNCLOSED_HEADER.test(text)) report('UNCLOSED_SECTION', 'a section header needs a ] after the name');
  if (rule.effect === 'assigns' && rule.ownerText === '') {
    report('NO_OWNERS', 'neither the line nor its section names an owner');
  }
  if (rule.ownersFromLine === undefined && references.strays.length > 0) {
    report('INVALID_OWNER', strayMessage(references));
  }
  if (rule.repeatsLine !== undefined) {
    report(
      'REPEATED_PATTERN',
      `the pattern is that of line ${rule.repeatsLine}: it stays in that place, as it is here`,
    );
  }
  return problems;
}

function strayMessage({ strays }: GitlabReferences): string {
  return `GitLab has no comments in a line, and this is neither @user, nor group, role or e-mail address: ${strays.join(' ')}`;
}

/** The form that GitLab compares and matches: from the root, with what a missing slash at either end means written out. */
function normalisedPattern(pattern: string): string {
  const unescaped = pattern.replace(/^\\#/, '#').replaceAll(/\\\s+/g, ' ');
  const rooted = unescaped.startsWith('/') ? unescaped : `/**/${unescaped}`;
  return rooted.endsWith('/') ? `${rooted}**/*` : rooted;
}

function sectionOf({ name, headerLines, byPattern }: Group): readonly Section[] {
  if (name === undefined) return [];
  return [{ name, headerLines, optional: [...byPattern.values()].every((rule) => rule.optional) }];
}
