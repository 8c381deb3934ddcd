import type { SourceFacts } from '../source/facts.ts';
import { decisiveOwnership, driftOf, ownersIn } from '../source/ownership.ts';
import type { KnownOwner } from '../review/last-touch.ts';
import { lastTouchBy } from '../review/last-touch.ts';
import type { Examined, FindingRule } from './rule.ts';
import { oneFinding } from './rule.ts';
import { ofSource } from './source.ts';

const LINES_SHOWN = 3;

/** What does not fit with who owns the path. */
export const OWNER_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'OWNERS_CHANGED',
    severity: 'warn',
    advice: 'the owners at the commit knew this image, those of today answer for it: ask the latter first',
    find: ofSource(({ ownerships }) => {
      const ownership = decisiveOwnership(ownerships);
      const drift = ownership === undefined ? undefined : driftOf(ownership);
      if (drift === undefined) return [];
      const parts = [
        ...(drift.gone.length === 0 ? [] : [`no longer ${drift.gone.join(' ')}`]),
        ...(drift.come.length === 0 ? [] : [`now ${drift.come.join(' ')}`]),
      ];
      return oneFinding(
        `the owners of ${ownership?.asked.path || 'the repository'} have changed since the commit: ${parts.join(', ')}`,
      );
    }),
  },
  {
    code: 'OWNERS_INACTIVE',
    severity: 'info',
    advice: 'ask those who have worked on it lately too (--contributors lists them)',
    find: ofSource((facts) => {
      const known = knownOwners(facts);
      const touch =
        facts.contributors === undefined || known.length === 0
          ? undefined
          : lastTouchBy(known, facts.contributors.people);
      return oneFinding(
        touch?.kind === 'notTouched' &&
          `none of ${known.map(({ owner }) => owner.text).join(' ')} has changed the path in the time that was looked at`,
      );
    }),
  },
  {
    code: 'OWNER_UNKNOWN',
    severity: 'warn',
    advice: 'the forge asks nobody for a review in the name of an owner that it does not know: correct the line',
    find: ofSource(({ ownerships, read: { forge } }) => {
      const atCommit = decisiveOwnership(ownerships)?.atCommit;
      if (atCommit?.kind !== 'owned' || forge.kind !== 'found') return [];
      const { answer } = atCommit;
      const lines = answer.kind === 'noRule' ? [] : answer.rules.map(({ line }) => line);
      const errors = forge.value.codeownersErrors.filter(
        ({ line, path }) => path === answer.file && lines.includes(line),
      );
      const shown = errors.map(
        ({ line, kind, message }) => `line ${line}: ${kind}${message === '' ? '' : `: ${message}`}`,
      );
      return oneFinding(shown.length > 0 && `${answer.file}: ${shown.join('; ')}`);
    }),
  },
  {
    code: 'CODEOWNERS_LINES_SKIPPED',
    severity: 'info',
    advice: 'the forge does not read these lines: whoever stands in them owns nothing',
    find: ofSource(({ ownerships }) => {
      const atCommit = decisiveOwnership(ownerships)?.atCommit;
      if (atCommit === undefined || !('rules' in atCommit)) return [];
      const { file } = atCommit.rules;
      const skipped = file.problems.filter(({ effect }) => effect === 'skipped');
      const shown = skipped.slice(0, LINES_SHOWN).map(({ line, message }) => `line ${line}: ${message}`);
      const more = skipped.length > LINES_SHOWN ? `, and ${skipped.length - LINES_SHOWN} more` : '';
      return oneFinding(skipped.length > 0 && `${file.path}: ${shown.join('; ')}${more}`);
    }),
  },
];

/** With the members of teams, where the forge told them. */
function knownOwners({ ownerships, read: { teams } }: SourceFacts): readonly KnownOwner[] {
  return ownersIn(decisiveOwnership(ownerships)?.atCommit).map((owner) => {
    const team = teams.get(owner.name);
    if (team === undefined) return { owner, isComplete: owner.kind !== 'team' };
    return {
      owner,
      accounts: team.members,
      isComplete: (team.membersTotal ?? team.members.length) <= team.members.length,
    };
  });
}
