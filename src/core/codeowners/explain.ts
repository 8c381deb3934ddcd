import { ruleMatches } from './decide.ts';
import { answerFor, askedPath, type OwnersAnswer, type PathKind } from './match.ts';
import { matchSteps } from './match-steps.ts';
import type { CodeownersFile, Rule } from './model.ts';

/** A rule whose pattern matches. `to`: the one that decides for its section, takes the path from it, or repeats this rule's pattern. */
export type MatchingRule =
  | { readonly outcome: 'decides' | 'excludes'; readonly rule: Rule }
  | { readonly outcome: 'loses'; readonly rule: Rule; readonly to: Rule };

export type OwnersExplanation = {
  readonly answer: OwnersAnswer;
  /** In the order of the file. */
  readonly matching: readonly MatchingRule[];
};

/**
 * What `ownersOf` answers, with every rule that matches and what became of it.
 * @throws ToolError as `ownersOf`
 */
export function explainOwners(file: CodeownersFile, path: string, kind: PathKind = 'file'): OwnersExplanation {
  const asked = askedPath(path, kind);
  const answer = answerFor(file, asked);
  const steps = matchSteps();
  const matching = file.rules.filter((rule) => ruleMatches(rule, asked, steps));
  return { answer, matching: outcomes(matching, answer.kind === 'noRule' ? [] : answer.rules) };
}

function outcomes(matching: readonly Rule[], deciding: readonly Rule[]): readonly MatchingRule[] {
  const replacements = new Map(matching.map((rule) => [rule.repeatsLine, rule]));
  const exclusions = matching.filter((rule) => rule.effect === 'excludes' && !replacements.has(rule.line));
  const standing = new Set([...exclusions, ...deciding]);
  const bySection = new Map([...standing].map((rule) => [rule.section, rule]));
  return matching.map((rule) => {
    const to = replacements.get(rule.line) ?? (standing.has(rule) ? undefined : bySection.get(rule.section));
    if (to !== undefined) return { outcome: 'loses', rule, to };
    return { outcome: rule.effect === 'excludes' ? 'excludes' : 'decides', rule };
  });
}
