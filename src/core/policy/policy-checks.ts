import type * as v from 'valibot';
import { isRecord } from '../json.ts';
import { nearest } from '../nearest.ts';
import type { CelEvaluator } from './cel.ts';
import type { WrittenPolicy, WrittenRule } from './policy-shape.ts';
import type { Requirement } from './requirement-shape.ts';

type Keys = readonly (string | number)[];
/** What is wrong, and the keys that lead to it. */
type Fault = { readonly keys: Keys; readonly expected: string };
/** A rule that is named somewhere. */
type Naming = { readonly keys: Keys; readonly rule: string };
type Context = Parameters<Parameters<typeof v.rawCheck<WrittenPolicy>>[0]>[0];

/** Rules that extend one another, or whose base images are under another. */
const BUILT_ON_MAX = 16;

/**
 * What only the whole file tells: names that lead nowhere, rules that could never bear on an image, expressions that cannot be read.
 * @param evaluator undefined: expressions are looked at when an image is judged.
 */
export function crossChecks(evaluator: CelEvaluator | undefined): (context: Context) => void {
  return ({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const { keys, expected } of faultsOf(dataset.value, evaluator))
      addIssue({ message: expected, expected, input: valueAt(dataset.value, keys), path: pathTo(keys) });
  };
}

function pathTo(keys: Keys): [v.IssuePathItem, ...v.IssuePathItem[]] | undefined {
  const [first, ...rest] = keys.map((key): v.IssuePathItem => ({
    type: 'unknown',
    origin: 'value',
    input: undefined,
    key,
    value: undefined,
  }));
  return first === undefined ? undefined : [first, ...rest];
}

function valueAt(value: unknown, [key, ...rest]: Keys): unknown {
  if (key === undefined) return value;
  if (Array.isArray(value)) return valueAt(value[Number(key)], rest);
  return isRecord(value) ? valueAt(value[key], rest) : undefined;
}

function faultsOf(policy: WrittenPolicy, evaluator: CelEvaluator | undefined): readonly Fault[] {
  const { rules } = policy;
  const names = new Set(rules.map(({ name }) => name));
  return [
    ...repeated(
      rules.map(({ name }, index) => ({ text: name, keys: ['rules', index, 'name'] })),
      'a name that no other rule has',
    ),
    ...repeated(patternsOf(rules), 'a pattern that is there once: which of two rules would be meant?'),
    ...namingsOf(policy).flatMap((naming) => unknownName(naming, names)),
    ...unused(rules),
    ...exceptedFromNothing(policy),
    ...circles(rules),
    ...(evaluator === undefined ? [] : rules.flatMap((rule, index) => badExpressions(rule, index, evaluator))),
  ];
}

function patternsOf(rules: readonly WrittenRule[]): readonly { text: string; keys: Keys }[] {
  return rules.flatMap(({ images = [] }, index) =>
    images.map((text, at) => ({ text, keys: ['rules', index, 'images', at] })),
  );
}

function repeated(items: readonly { text: string; keys: Keys }[], expected: string): readonly Fault[] {
  const seen = new Set<string>();
  return items.flatMap(({ text, keys }) => {
    if (seen.has(text)) return [{ keys, expected }];
    seen.add(text);
    return [];
  });
}

function namingsOf({ rules, exceptions = [] }: WrittenPolicy): readonly Naming[] {
  return [
    ...rules.flatMap((rule, index) =>
      namedBy(rule).map((naming) => ({ ...naming, keys: ['rules', index, ...naming.keys] })),
    ),
    ...exceptions.map(({ rule }, index) => ({ rule, keys: ['exceptions', index, 'rule'] })),
  ];
}

/** The rules that a rule builds on: what it extends, and what its base images must meet. */
function namedBy(rule: WrittenRule): readonly Naming[] {
  return [
    ...(rule.extends === undefined ? [] : [{ rule: rule.extends, keys: ['extends'] }]),
    ...requirementsIn(rule).flatMap(({ requirement: { materials }, keys }) =>
      materials?.base === undefined
        ? []
        : [{ rule: materials.base.rule, keys: [...keys, 'materials', 'base', 'rule'] }],
    ),
  ];
}

type Placed = { readonly requirement: Requirement; readonly keys: Keys };

/** The rule's requirement, and all that are within it. */
function requirementsIn({ require: required }: WrittenRule): readonly Placed[] {
  return required === undefined ? [] : withParts({ requirement: required, keys: ['require'] });
}

function withParts(placed: Placed): readonly Placed[] {
  const { all = [], any = [], atLeast } = placed.requirement;
  const within = (parts: readonly Requirement[], ...more: readonly string[]): readonly Placed[] =>
    parts.flatMap((requirement, index) => withParts({ requirement, keys: [...placed.keys, ...more, index] }));
  return [placed, ...within(all, 'all'), ...within(any, 'any'), ...within(atLeast?.of ?? [], 'atLeast', 'of')];
}

function unknownName({ keys, rule }: Naming, names: ReadonlySet<string>): readonly Fault[] {
  if (names.has(rule)) return [];
  const near = nearest(rule, names);
  return [{ keys, expected: `the name of a rule${near === undefined ? '' : `: did you mean ${near}?`}` }];
}

/** Without images a rule bears on something only where another one names it. */
function unused(rules: readonly WrittenRule[]): readonly Fault[] {
  const named = new Set(rules.flatMap((rule) => namedBy(rule).map((naming) => naming.rule)));
  return rules.flatMap(({ name, images }, index) =>
    images === undefined && !named.has(name)
      ? [
          {
            keys: ['rules', index, 'name'],
            expected: 'images that it is for, or a rule that names it: it never matches',
          },
        ]
      : [],
  );
}

/** What a rule without images demands is demanded by the rules that name it: an exception is from one of these. */
function exceptedFromNothing({ rules, exceptions = [] }: WrittenPolicy): readonly Fault[] {
  const unbound = new Set(rules.flatMap(({ name, images }) => (images === undefined ? [name] : [])));
  return exceptions.flatMap(({ rule }, index) =>
    unbound.has(rule)
      ? [{ keys: ['exceptions', index, 'rule'], expected: 'a rule with images, such as one that names this rule' }]
      : [],
  );
}

/** Rules that build on themselves, by however many steps. Each is looked at once, whatever the order they are in. */
function circles(rules: readonly WrittenRule[]): readonly Fault[] {
  const byName = new Map(rules.map((rule, index) => [rule.name, { rule, index }]));
  /** How many rules are built on one another from this one downwards; 0 while that is being found out. */
  const heights = new Map<string, number>();
  const faults: Fault[] = [];
  const measure = (name: string): number => {
    const found = byName.get(name);
    const known = heights.get(name);
    if (known !== undefined || found === undefined) return known ?? 0;
    heights.set(name, 0);
    let height = 1;
    for (const { keys, rule } of namedBy(found.rule)) {
      const below = measure(rule);
      height = Math.max(height, below + 1);
      const isCircle = below === 0 && byName.has(rule);
      if (isCircle || height > BUILT_ON_MAX)
        faults.push({
          keys: ['rules', found.index, ...keys],
          expected: isCircle ? 'a rule that does not build on this one' : `at most ${BUILT_ON_MAX} rules in a row`,
        });
    }
    heights.set(name, height);
    return height;
  };
  for (const { name } of rules) measure(name);
  return faults;
}

function badExpressions(rule: WrittenRule, index: number, evaluator: CelEvaluator): readonly Fault[] {
  return requirementsIn(rule).flatMap(({ requirement: { attestations = [] }, keys }) =>
    attestations.flatMap(({ cel }, at) => {
      const program = cel === undefined ? undefined : evaluator(cel);
      return program?.kind === 'refused'
        ? [{ keys: ['rules', index, ...keys, 'attestations', at, 'cel'], expected: program.message }]
        : [];
    }),
  );
}
