import type { EdgeKind } from '../model.ts';

type Relation = {
  readonly kind: EdgeKind;
  /** True where the sentence begins with the end of the edge: `A DEPENDENCY_OF B` is `B dependsOn A`. */
  readonly isReversed: boolean;
  /** True where the edge says less than the relation. */
  readonly isCoarser: boolean;
};

/** SPDX 2.3 clause 11.1, and RelationshipType of SPDX 3, whose names are the same words or similar ones. */
const ROWS: readonly (readonly [kind: EdgeKind, direction: 'forward' | 'backward', exact: string, coarser: string])[] =
  [
    ['contains', 'forward', 'CONTAINS', ''],
    ['contains', 'backward', 'CONTAINED_BY', 'PACKAGE_OF'],
    ['dependsOn', 'forward', 'DEPENDS_ON', 'DYNAMIC_LINK STATIC_LINK HAS_PREREQUISITE'],
    ['dependsOn', 'forward', '', 'HAS_DYNAMIC_LINK HAS_STATIC_LINK HAS_OPTIONAL_DEPENDENCY HAS_PROVIDED_DEPENDENCY'],
    [
      'dependsOn',
      'backward',
      'DEPENDENCY_OF',
      'BUILD_DEPENDENCY_OF DEV_DEPENDENCY_OF OPTIONAL_DEPENDENCY_OF PREREQUISITE_FOR',
    ],
    ['dependsOn', 'backward', '', 'PROVIDED_DEPENDENCY_OF TEST_DEPENDENCY_OF RUNTIME_DEPENDENCY_OF'],
    ['generatedFrom', 'forward', 'GENERATED_FROM', ''],
    ['generatedFrom', 'backward', 'GENERATES', ''],
    ['descendantOf', 'forward', 'DESCENDANT_OF', ''],
    ['descendantOf', 'backward', 'ANCESTOR_OF', ''],
  ];

const RELATIONS = new Map<string, Relation>(
  ROWS.flatMap(([kind, direction, exact, coarser]) => {
    const row = (names: string, isCoarser: boolean) =>
      names
        .split(' ')
        .map((name) => [squash(name), { kind, isReversed: direction === 'backward', isCoarser }] as const);
    return [...row(exact, false), ...row(coarser, true)];
  }),
);

/** `DEPENDS_ON` of SPDX 2 and `dependsOn` of SPDX 3 are one. */
function squash(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** What a relationship type says in the model's words; undefined for those that it has no place for. */
export function relationOf(type: string): Relation | undefined {
  return type === '' ? undefined : RELATIONS.get(squash(type));
}

/** The relationship type of SPDX 2 that says the edge. */
export const SPDX_RELATIONSHIPS: Readonly<Record<EdgeKind, string>> = {
  contains: 'CONTAINS',
  dependsOn: 'DEPENDS_ON',
  generatedFrom: 'GENERATED_FROM',
  descendantOf: 'DESCENDANT_OF',
};
