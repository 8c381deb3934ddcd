import { matchesGlob } from './glob.ts';
import { indexGlobs } from './glob-index.ts';
import { type MatchSteps, spendSteps } from './match-steps.ts';
import type { AskedPath, Decider, Rule } from './model.ts';

/** Whether the rule's pattern is about the path. */
export function ruleMatches({ matcher, effect }: Rule, path: AskedPath, steps: MatchSteps): boolean {
  if (matcher.kind === 'glob') return matchesGlob(matcher.glob, { segments: path.segments, start: 0 }, steps);
  spendSteps(steps, matcher.stepsPerCharacter * path.text.length);
  return matcher.test(path.text) !== (effect === 'assignsOthers');
}

/** GitHub, Bitbucket, and every section of GitLab: the last rule that matches. */
export function lastMatch(rules: readonly Rule[]): Decider {
  const findLast = indexGlobs(rules.flatMap(({ matcher }) => (matcher.kind === 'glob' ? [matcher.glob] : [])));
  return (path, steps) => {
    const rule = rules[findLast(path, steps)];
    return rule === undefined ? [] : [rule];
  };
}

/** A section of GitLab: nothing where any of its exclusions matches, wherever that one stands. */
export function lastMatchUnlessExcluded(rules: readonly Rule[]): Decider {
  const exclusions = rules.filter((rule) => rule.effect === 'excludes');
  if (exclusions.length === 0) return lastMatch(rules);
  const exclusion = lastMatch(exclusions);
  const assignment = lastMatch(rules.filter((rule) => rule.effect !== 'excludes'));
  return (path, steps) => (exclusion(path, steps).length > 0 ? [] : assignment(path, steps));
}

/** Gitea and Forgejo: every rule that matches adds its owners. */
export function everyMatch(rules: readonly Rule[]): Decider {
  return (path, steps) => rules.filter((rule) => ruleMatches(rule, path, steps));
}
