import { matchesPattern } from '../anchored-pattern.ts';
import { compareText } from '../graph/order.ts';
import type { ImagePattern, Policy, PolicyRule } from './policy.ts';

/** A rule, and the pattern by which it is the image's. */
export type ChosenRule = { readonly rule: PolicyRule; readonly pattern: string };

/**
 * The rules that images of this name must meet: every one that matches, or (in a policy of our own) those of the most specific pattern that matches. Of two patterns the more specific one is
 * 1. the one with more characters that are no wildcards; 2. the one with fewer `**`; 3. the one with fewer `*`. So a name in full comes first.
 * Where two rules' patterns are equally specific both must be met: which of them is listed first decides nothing.
 */
export function rulesFor(
  { rules, selection }: Pick<Policy, 'rules' | 'selection'>,
  name: string,
): readonly ChosenRule[] {
  const matching = rules.flatMap((rule) => {
    const [best] = rule.images.filter((pattern) => matchesImage(pattern, name)).sort(compareSpecificity);
    return best === undefined ? [] : [{ rule, best }];
  });
  const [first] = matching.map(({ best }) => best).sort(compareSpecificity);
  if (first === undefined) return [];
  return matching
    .filter(({ best }) => selection === 'every' || compareSpecificity(best, first) === 0)
    .map(({ rule, best }) => ({ rule, pattern: best.text }))
    .sort((left, right) => compareText(left.rule.name, right.rule.name));
}

function matchesImage({ text, matches }: ImagePattern, name: string): boolean {
  return matches === undefined ? matchesPattern(text, name) : matches(name);
}

/** Negative where `left` is more specific. */
function compareSpecificity(left: ImagePattern, right: ImagePattern): number {
  const [ours, theirs] = [shapeOf(left.text), shapeOf(right.text)];
  return theirs.literals - ours.literals || ours.anything - theirs.anything || ours.wildcards - theirs.wildcards;
}

function shapeOf(pattern: string): { literals: number; anything: number; wildcards: number } {
  const runs = pattern.match(/\*+/g) ?? [];
  return {
    literals: pattern.replaceAll('*', '').length,
    anything: runs.filter((run) => run.length > 1).length,
    wildcards: runs.length,
  };
}
