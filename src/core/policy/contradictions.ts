import type { CelEvaluator } from './cel.ts';
import type { Policy, PolicyRule } from './policy.ts';
import type { Requirement } from './requirement-shape.ts';

/** Lists of which all that went into a build must be one: two that have nothing in common allow nothing. */
const EXCLUSIVE = ['hosts', 'repositories', 'baseImages'] as const;

/** What no image could ever meet, as far as the policy alone tells: a sentence each. */
export function contradictionsIn({ rules }: Policy, evaluateCel: CelEvaluator | undefined): readonly string[] {
  return rules.flatMap((rule) => {
    const together = rule.requirements.flatMap(heldTogether);
    return [...disjoint(rule, together), ...(evaluateCel === undefined ? [] : constants(rule, together, evaluateCel))];
  });
}

/** Without choices, of which another one may hold. */
function heldTogether(requirement: Requirement): readonly Requirement[] {
  return [requirement, ...(requirement.all ?? []).flatMap(heldTogether)];
}

function disjoint({ name }: PolicyRule, together: readonly Requirement[]): readonly string[] {
  return EXCLUSIVE.flatMap((list) => {
    const lists = together.flatMap(({ materials }) => (materials?.[list] === undefined ? [] : [materials[list]]));
    // Whether two patterns have a text in common is another question.
    const [first, ...others] = lists.filter((items) => items.every((item) => !item.includes('*')));
    if (first === undefined || first.some((item) => others.every((items) => items.includes(item)))) return [];
    return [`${name} can never hold: its lists of materials.${list} have nothing in common`];
  });
}

/** An expression that does not look at the predicate has one answer for all. */
function constants(
  { name }: PolicyRule,
  together: readonly Requirement[],
  evaluateCel: CelEvaluator,
): readonly string[] {
  const expressions = together.flatMap(({ attestations = [] }) => attestations.flatMap(({ cel }) => cel ?? []));
  return expressions.flatMap((expression) => {
    if (expression.includes('predicate')) return [];
    const program = evaluateCel(expression);
    const result = program.kind === 'ready' ? program.run({}) : undefined;
    return result === undefined || (result.kind === 'value' && result.holds)
      ? []
      : [`${name} can never hold: the expression ${expression} is never true`];
  });
}
