import { DIALECT_NAMES } from '../../core/codeowners/dialect.ts';
import type { MatchingRule } from '../../core/codeowners/explain.ts';
import type { Rule } from '../../core/codeowners/model.ts';
import type { OwnedPath, OwnersReport } from '../../core/model/owners-report.ts';
import type { AskedPath } from '../../core/model/source.ts';
import { driftOf, ownersIn } from '../../core/source/ownership.ts';
import type { Paragraph } from '../text/layout.ts';
import { blocksText } from '../text/report.ts';
import { sign, standingStyle } from '../text/standing.ts';
import { pair, words } from '../text/word.ts';
import type { Standing } from '../words.ts';
import { asOfText } from '../words.ts';
import type { OwnersRenderOptions } from './index.ts';
import { unheardIn } from './unheard.ts';

const INDENT = 2;
const UNDER = 4;

/** What `owners` prints on a terminal: each path with its owners, the line that says so, and whether that is still so today. */
export async function renderOwnersText(report: OwnersReport, options: OwnersRenderOptions): Promise<string> {
  const paragraphs = [
    ...headline(report, options),
    ...doubtParagraphs(report),
    ...report.paths.flatMap((path) => pathParagraphs(path, report)),
    ...unheardIn(report).map(({ source, error }) => line(0, pair('not heard', `${source}: ${error.message}`))),
  ];
  return blocksText([paragraphs], options);
}

function headline(
  { repository, revision, reading, read, paths }: OwnersReport,
  { now }: OwnersRenderOptions,
): readonly Paragraph[] {
  const asOf = read.reading.kind === 'found' ? read.reading.asOf : undefined;
  const rules = paths.map(({ ownership }) => ownership.atCommit).find((ownership) => 'rules' in ownership);
  return [
    line(0, [
      ...words(repository, { style: 'strong' }),
      ...words(`at ${revision === reading.commit.id ? revision : `${revision}, ${reading.commit.id}`}`),
      ...(asOf === undefined ? [] : words(asOfText(asOf, now), { style: 'faint' })),
    ]),
    ...(rules === undefined || !('rules' in rules)
      ? []
      : [
          line(
            0,
            words(
              `${rules.rules.file.path}, read as ${DIALECT_NAMES[rules.rules.dialect.dialect]} does (${rules.rules.dialect.reason})`,
              { style: 'faint' },
            ),
          ),
        ]),
  ];
}

/** Forges serve the commits of forks under the address of the parent. */
function doubtParagraphs({ reading: { reachability } }: OwnersReport): readonly Paragraph[] {
  if (reachability.kind !== 'found' || reachability.value.refs.length > 0) return [];
  const doubt = 'the commit is on no branch and no tag of the repository: anybody may have written its CODEOWNERS';
  return [line(0, words(doubt, { style: 'gap' }))];
}

function pathParagraphs(
  { ownership, isThere, contacts, explanation }: OwnedPath,
  { read }: OwnersReport,
): readonly Paragraph[] {
  const { asked, atCommit } = ownership;
  const owners = ownersIn(atCommit);
  const standing: Standing = atCommit.kind === 'unread' ? 'unheard' : owners.length > 0 ? 'declared' : 'absent';
  const members = owners.flatMap(({ name, text }) => {
    const team = read.teams.get(name);
    return team === undefined ? [] : [`${text}: ${team.members.map(({ login }) => login).join(', ')}`];
  });
  return [
    line(0, [
      ...sign(standing),
      ...words(pathText(asked), { style: 'strong' }),
      ...words(answerText(ownership), { style: standingStyle(standing), gap: 2 }),
      ...(isThere === false ? words('(there is no such path at the commit)', { style: 'gap' }) : []),
    ]),
    ...(explanation === undefined ? ruleParagraphs(ownership) : explanation.matching.map(matchingParagraph)),
    ...todayParagraphs(ownership),
    ...members.map((team) => line(INDENT, pair('members', team))),
    ...[...contacts.values()]
      .flat()
      .map(({ kind, address, of }) => line(INDENT, pair(kind === 'onCall' ? 'on call' : kind, `${address} (${of})`))),
  ];
}

function pathText({ path, kind }: AskedPath): string {
  return path === '' ? '. (the root of the repository)' : `${path}${kind === 'directory' ? '/' : ''}`;
}

function answerText({ atCommit }: OwnedPath['ownership']): string {
  switch (atCommit.kind) {
    case 'noFile':
      return `no CODEOWNERS (looked for ${atCommit.looked.join(', ')})`;
    case 'unread':
      return `not read: ${atCommit.error.message}`;
    case 'noRule':
      return 'no rule is about it';
    case 'unowned':
      return 'nobody: a rule says so';
    case 'owned':
      return ownersIn(atCommit)
        .map(({ text }) => text)
        .join(' ');
  }
}

function ruleParagraphs({ atCommit }: OwnedPath['ownership']): readonly Paragraph[] {
  if (!('answer' in atCommit) || atCommit.answer.kind === 'noRule') return [];
  return atCommit.answer.rules.map((rule) => line(INDENT, pair(`line ${rule.line}`, ruleText(rule))));
}

function ruleText({ pattern, section, optional, owners }: Rule): string {
  const group = section === undefined ? '' : `[${section}]${optional ? ' (optional)' : ''} `;
  return `${group}${pattern} ${owners.length === 0 ? '(nobody)' : owners.map(({ text }) => text).join(' ')}`;
}

function matchingParagraph(matching: MatchingRule): Paragraph {
  const { rule, outcome } = matching;
  return line(INDENT, [
    ...pair(`line ${rule.line}`, ruleText(rule)),
    ...words(`(${outcomeText(matching)})`, { style: outcome === 'loses' ? 'faint' : 'plain' }),
  ]);
}

function outcomeText(matching: MatchingRule): string {
  if (matching.outcome === 'loses') return `loses to line ${matching.to.line}`;
  return matching.outcome === 'excludes' ? 'takes the path from its section' : 'decides';
}

function todayParagraphs(ownership: OwnedPath['ownership']): readonly Paragraph[] {
  if (ownership.atHead === undefined || driftOf(ownership) === undefined) return [];
  const now = ownersIn(ownership.atHead)
    .map(({ text }) => text)
    .join(' ');
  return [line(INDENT, pair('today', now === '' ? 'nobody' : now))];
}

function line(indent: number, content: Paragraph['words']): Paragraph {
  return { indent, hang: indent + UNDER, words: content };
}
