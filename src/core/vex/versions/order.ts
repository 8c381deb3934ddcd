import { compare, parse } from 'semver';
import { compareApk } from './apk.ts';
import { compareDeb } from './deb.ts';
import { compareDigits, compareText } from './digits.ts';
import { compareRpm } from './rpm.ts';

/** Negative, zero or positive; undefined where one of them is no version of the scheme. */
export type VersionOrder = (left: string, right: string) => number | undefined;

/** No version that anyone wrote is longer. */
const LENGTH_MAX = 256;

/** By VERS types, which are mostly those of package URLs. Arch, Maven, PyPI, RubyGems and NuGet have orders of their own that we do not know. */
const ORDERS = new Map<string, VersionOrder>([
  ...['semver', 'npm', 'cargo', 'golang', 'pub', 'hex', 'swift'].map((scheme) => [scheme, compareSemver] as const),
  ['deb', compareDeb],
  ['debian', compareDeb],
  ['rpm', compareRpm],
  ['apk', compareApk],
  ['alpine', compareApk],
  ['intdot', compareIntdot],
  ['lexicographic', compareText],
]);

/** How versions of a scheme are ordered; undefined for schemes that we cannot compare. */
export function orderOf(scheme: string): VersionOrder | undefined {
  const order = ORDERS.get(scheme);
  return (
    order && ((left, right) => (left.length > LENGTH_MAX || right.length > LENGTH_MAX ? undefined : order(left, right)))
  );
}

/** Go writes a `v` before it, and people leave out trailing zeros. */
function compareSemver(left: string, right: string): number | undefined {
  const [one, other] = [left, right].map((version) => parse(completed(version.replace(/^v/, ''))));
  return one && other ? compare(one, other) : undefined;
}

function completed(version: string): string {
  const numbers = /^\d+(?:\.\d+)?(?![.\d])/.exec(version)?.[0];
  return numbers === undefined
    ? version
    : `${numbers}${'.0'.repeat(3 - numbers.split('.').length)}${version.slice(numbers.length)}`;
}

/** VERS `intdot`: reading ends where there is no digit and no dot. */
function compareIntdot(left: string, right: string): number | undefined {
  const [ones, others] = [left, right].map((version) => (/^[\d.]*/.exec(version)?.[0] ?? '').split('.'));
  for (let index = 0; index < Math.max(ones?.length ?? 0, others?.length ?? 0); index++) {
    const order = compareDigits(ones?.[index] ?? '', others?.[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
