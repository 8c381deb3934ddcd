import type { Verdict } from './evaluate.ts';
import type { Unheard } from './policy-input.ts';

/** One thing that is required, with both sides. */
export type Leaf = {
  readonly kind: 'leaf';
  /** Stable: `provenance.ref`. */
  readonly requirement: string;
  readonly verdict: Verdict;
  readonly expected: string;
  readonly got: string;
  /** Where it was read. */
  readonly evidence: readonly string[];
  /** What would have passed and is nearest to what is there. */
  readonly nearest?: string;
  /** Who could have said otherwise; empty unless undecided. */
  readonly unheard: readonly Unheard[];
};
/** Several, of which all, any, or at least `n` must hold. */
export type Branch = {
  readonly kind: 'branch';
  readonly join: Join;
  /** `n` of `atLeast`. */
  readonly n?: number;
  readonly requirement: string;
  readonly verdict: Verdict;
  readonly parts: readonly Judged[];
  /** How many more there are of the same kind, none of which came nearer. */
  readonly omitted: number;
};
export type Judged = Leaf | Branch;
export type Join = 'all' | 'any' | 'atLeast';

type LeafParts = Pick<Leaf, 'requirement' | 'expected' | 'got'> & {
  /** Undefined: it cannot be told. */
  readonly holds: boolean | undefined;
  readonly evidence?: readonly string[];
  readonly nearest?: string | undefined;
  readonly unheard?: readonly Unheard[];
};

export function leaf({ requirement, expected, got, holds, evidence = [], nearest, unheard = [] }: LeafParts): Leaf {
  const verdict = holds === undefined ? 'undecided' : holds ? 'pass' : 'fail';
  return {
    kind: 'leaf',
    requirement,
    verdict,
    expected,
    got,
    evidence,
    ...(nearest === undefined || holds === true ? {} : { nearest }),
    unheard: holds === undefined ? unheard : [],
  };
}

export function allOf(requirement: string, parts: readonly Judged[]): Branch {
  return branch({ join: 'all', requirement, parts });
}

export function branch({
  join,
  n,
  requirement,
  parts,
  omitted = 0,
}: Pick<Branch, 'join' | 'requirement' | 'parts'> & { readonly n?: number; readonly omitted?: number }): Branch {
  const verdict = joined(
    parts.map((part) => part.verdict),
    neededOf(join, n, parts.length),
  );
  return { kind: 'branch', join, ...(n === undefined ? {} : { n }), requirement, verdict, parts, omitted };
}

/** None of nothing is never enough. */
function neededOf(join: Join, n: number | undefined, count: number): number {
  return join === 'all' ? Math.max(count, 1) : join === 'any' ? 1 : Math.max(n ?? count, 1);
}

/** Kleene's three values: what is undecided counts for neither side, and settles nothing by itself. */
function joined(verdicts: readonly Verdict[], needed: number): Verdict {
  const passed = verdicts.filter((verdict) => verdict === 'pass').length;
  const open = verdicts.filter((verdict) => verdict === 'undecided').length;
  return passed >= needed ? 'pass' : passed + open >= needed ? 'undecided' : 'fail';
}

/** Every leaf, in the order of the tree. */
export function leavesOf(judged: Judged): readonly Leaf[] {
  return judged.kind === 'leaf' ? [judged] : judged.parts.flatMap(leavesOf);
}

/** Whether the policy itself says that these are to choose from: none of them is nearer than another. */
export function isChoice({ join, requirement }: Branch): boolean {
  return join === requirement && join !== 'all';
}

/** The leaves that keep the whole from passing: of several documents that could, those of the nearest; of several ways that the policy names, all. */
export function obstaclesOf(judged: Judged): readonly Leaf[] {
  if (judged.verdict === 'pass') return [];
  if (judged.kind === 'leaf') return [judged];
  const parts = judged.parts.filter(({ verdict }) => verdict !== 'pass');
  if (judged.join !== 'any') return parts.flatMap(obstaclesOf);
  if (isChoice(judged)) return parts.flatMap(obstaclesOf);
  const open = parts.filter(({ verdict }) => verdict === 'undecided');
  return (open.length > 0 ? open : parts.slice(0, 1)).flatMap(obstaclesOf);
}

/** The leaves that hold and on which the whole rests: of several ways to pass, those of the ways that do; of none that does, those of the nearest. */
export function groundsOf(judged: Judged): readonly Leaf[] {
  if (judged.kind === 'leaf') return judged.verdict === 'pass' ? [judged] : [];
  if (judged.join === 'all') return judged.parts.flatMap(groundsOf);
  const passing = judged.parts.filter(({ verdict }) => verdict === 'pass');
  if (passing.length === 0 && isChoice(judged)) return [];
  const enough = judged.join === 'any' ? 1 : (judged.n ?? passing.length);
  return (passing.length > 0 ? passing : judged.parts).slice(0, enough).flatMap(groundsOf);
}
