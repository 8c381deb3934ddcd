import type { Gathered } from '../model/chain.ts';
import type { FactName } from '../model/evidence.ts';
import type { SourceFacts } from '../source/facts.ts';
import type { Examined, FindingRule } from './rule.ts';
import { bothSides, oneFinding } from './rule.ts';
import { ofSource } from './source.ts';

/** A clock may be wrong. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** What the build says of the source, beside what the source says of itself. */
export const BUILD_AND_SOURCE_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'BUILD_AFTER_SIGN',
    severity: 'warn',
    advice: 'a build cannot begin before its commit is made: one of the clocks is wrong, or the commit is another one',
    find: (examined) =>
      ofSource(({ commit }) => {
        const made = commit?.committer.at;
        if (made === undefined) return [];
        const began = saidOf(examined.gathered, 'startedOn').filter(
          ({ value }) => Date.parse(made) - Date.parse(value) > CLOCK_SKEW_MS,
        );
        return began.flatMap(({ value, from }) =>
          oneFinding(
            bothSides([from, `that the build began at ${value}`], ['the commit', `that it was made at ${made}`]),
          ),
        );
      })(examined),
  },
  {
    code: 'NON_DEFAULT_BRANCH',
    severity: 'warn',
    advice: 'make sure that this branch may release',
    find: (examined) =>
      ofSource((facts) => {
        const branch = defaultBranchOf(facts);
        if (branch === undefined) return [];
        const others = saidOf(examined.gathered, 'ref').filter(
          ({ value }) => value.startsWith('refs/heads/') && value !== branch,
        );
        return others.flatMap(({ value, from }) =>
          oneFinding(
            bothSides([from, `that it is of ${value}`], ['the repository', `that its default branch is ${branch}`]),
          ),
        );
      })(examined),
  },
];

function saidOf({ evidence }: Gathered, name: FactName): readonly { value: string; from: string }[] {
  const said = evidence.flatMap(({ claim, origin }) =>
    claim.kind === 'fact' && claim.name === name ? [[claim.value, origin.location] as const] : [],
  );
  return [...new Map(said)].map(([value, from]) => ({ value, from }));
}

/** As of now. */
function defaultBranchOf({ read: { reading } }: SourceFacts): string | undefined {
  return reading.kind === 'found' && reading.value.head.kind === 'found' ? reading.value.head.value.branch : undefined;
}
