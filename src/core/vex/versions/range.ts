import { satisfies, valid, validRange } from 'semver';
import { orderOf } from './order.ts';

/** Longer lists of versions are nobody's. */
const CONSTRAINTS_MAX = 2_000;
const RANGE_LENGTH_MAX = 65_536;

const COMPARATORS = ['>=', '<=', '!=', '<', '>', '='] as const;
type Comparator = (typeof COMPARATORS)[number];
type Constraint = { readonly comparator: Comparator; readonly version: string };

/** Undefined where it cannot be told: a scheme whose versions we cannot compare, a range with errors, a version that is none. */
export type RangeTest = (version: string) => boolean | undefined;

/**
 * Tells whether versions are in a range: `vers:…` (VERS specification), or node-semver's own words for packages of npm. The range is
 * read once, however many versions are asked for.
 */
export function rangeTest(range: string, packageType: string): RangeTest {
  if (range.length > RANGE_LENGTH_MAX) return unknown;
  const specified = /^vers:(?<scheme>[a-z][a-z0-9.-]*)\/(?<constraints>.+)$/.exec(range)?.groups;
  if (specified !== undefined) return versTest(specified['scheme'] ?? '', specified['constraints'] ?? '');
  if (packageType !== 'npm' || validRange(range) === null) return unknown;
  return (version) => (valid(version) === null ? undefined : satisfies(version, range));
}

function unknown(): undefined {
  return undefined;
}

function versTest(scheme: string, written: string): RangeTest {
  if (written === '*') return () => scheme !== 'none';
  const parsed = written.split('|', CONSTRAINTS_MAX + 1).map(parseConstraint);
  const constraints = parsed.filter((constraint) => constraint !== undefined);
  const isOnlyList = constraints.every(({ comparator }) => comparator === '=');
  const order = orderOf(scheme) ?? (isOnlyList ? equality : undefined);
  if (order === undefined || constraints.length < parsed.length || parsed.length > CONSTRAINTS_MAX) return unknown;
  const sorted = constraints.toSorted((left, right) => order(left.version, right.version) ?? 0);
  return (version) =>
    isInside(sorted.map((constraint) => ({ ...constraint, order: order(version, constraint.version) })));
}

type Compared = Constraint & { readonly order: number | undefined };

/** The bounds are signposts along the line of versions: what counts is the one before the version, and the one after. */
function isInside(constraints: readonly Compared[]): boolean | undefined {
  if (constraints.some(({ order }) => order === undefined)) return undefined;
  const equal = constraints.find(({ order }) => order === 0);
  if (equal !== undefined) return equal.comparator.includes('=') && equal.comparator !== '!=';
  const bounds = constraints.filter(({ comparator }) => comparator !== '=' && comparator !== '!=');
  const before = bounds.findLast(({ order = 0 }) => order > 0);
  const after = bounds.find(({ order = 0 }) => order < 0);
  const opens = before === undefined || before.comparator.startsWith('>');
  const closes = after === undefined || after.comparator.startsWith('<');
  return bounds.length > 0 && opens && closes;
}

/** Of schemes that we cannot order a list of versions can still be looked through: most say that equal text is equal. */
function equality(left: string, right: string): number {
  return left === right ? 0 : 1;
}

function parseConstraint(written: string): Constraint | undefined {
  const comparator = COMPARATORS.find((sign) => written.startsWith(sign));
  const text = written.slice(comparator?.length ?? 0);
  if (text === '' || /[\s<>=!*]/.test(text)) return undefined;
  try {
    return { comparator: comparator ?? '=', version: decodeURIComponent(text) };
  } catch {
    // A `%` that encodes nothing.
    return undefined;
  }
}
