import { satisfies, validRange } from 'semver';
import type { VersionOrder } from './order.ts';
import { orderOf } from './order.ts';

/** Longer lists of versions are nobody's. */
const CONSTRAINTS_MAX = 2_000;
const RANGE_LENGTH_MAX = 65_536;

const COMPARATORS = ['>=', '<=', '!=', '<', '>', '='] as const;
type Comparator = (typeof COMPARATORS)[number];
type Constraint = { readonly comparator: Comparator; readonly version: string };

/**
 * Whether a version is in a range: `vers:…` (VERS specification), or node-semver's own words for packages of npm. Undefined where
 * that cannot be told: a range with errors, a scheme whose versions we cannot compare, a version that is none of it.
 */
export function isInRange(version: string, range: string, packageType: string): boolean | undefined {
  if (range.length > RANGE_LENGTH_MAX) return undefined;
  const specified = /^vers:(?<scheme>[a-z][a-z0-9.-]*)\/(?<constraints>.+)$/.exec(range)?.groups;
  if (specified !== undefined) return isInVers(version, specified['scheme'] ?? '', specified['constraints'] ?? '');
  if (packageType !== 'npm' || validRange(range) === null) return undefined;
  return satisfies(version, range);
}

function isInVers(version: string, scheme: string, written: string): boolean | undefined {
  if (written === '*') return scheme !== 'none';
  const constraints = written.split('|').map(parseConstraint);
  if (constraints.length > CONSTRAINTS_MAX) return undefined;
  const isOnlyList = constraints.every((constraint) => constraint?.comparator === '=');
  const order = orderOf(scheme) ?? (isOnlyList ? equality : undefined);
  if (order === undefined) return undefined;
  const valid = constraints.filter((constraint) => constraint !== undefined);
  const compared = valid.map((constraint) => ({ ...constraint, order: order(version, constraint.version) }));
  if (valid.length < constraints.length || compared.some((constraint) => constraint.order === undefined))
    return undefined;
  const equal = compared.find((constraint) => constraint.order === 0);
  if (equal !== undefined) return equal.comparator === '=' || equal.comparator === '<=' || equal.comparator === '>=';
  return isBetween(sortByVersion(valid, order), (bound) => order(version, bound) ?? 0);
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

/** They should be written in their order, and are not always. */
function sortByVersion(constraints: readonly Constraint[], order: VersionOrder): readonly Constraint[] {
  return constraints.toSorted((left, right) => order(left.version, right.version) ?? 0);
}

/** The bounds are signposts along the line of versions: what counts is the one before the version, and the one after. */
function isBetween(constraints: readonly Constraint[], place: (bound: string) => number): boolean {
  const bounds = constraints.filter(({ comparator }) => comparator !== '=' && comparator !== '!=');
  const before = bounds.findLast(({ version }) => place(version) > 0);
  const after = bounds.find(({ version }) => place(version) < 0);
  const opens = before === undefined || before.comparator.startsWith('>');
  const closes = after === undefined || after.comparator.startsWith('<');
  return bounds.length > 0 && opens && closes;
}
