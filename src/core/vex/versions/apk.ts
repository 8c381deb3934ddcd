import { compareDigits, compareText } from './digits.ts';

/** apk-tools, `version.c`: `1.2.3b_rc1_p2~hash-r4`. */
const VERSION =
  /^(?<numbers>\d+(?:\.\d+)*)(?<letter>[a-z]?)(?<suffixes>(?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(?<revision>\d+))?$/;
/** Before no suffix come the first four. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

/** Undefined for what is no version of apk. */
export function compareApk(left: string, right: string): number | undefined {
  const [one, other] = [VERSION.exec(left)?.groups, VERSION.exec(right)?.groups];
  if (one === undefined || other === undefined) return undefined;
  return (
    compareNumbers(one['numbers'] ?? '', other['numbers'] ?? '') ||
    compareText(one['letter'] ?? '', other['letter'] ?? '') ||
    compareSuffixes(one['suffixes'] ?? '', other['suffixes'] ?? '') ||
    compareDigits(one['revision'] ?? '', other['revision'] ?? '')
  );
}

/** Behind the first dot a number that begins with 0 is a fraction: 1.06 is before 1.1. */
function compareNumbers(left: string, right: string): number {
  const [ones, others] = [left.split('.'), right.split('.')];
  for (let index = 0; index < Math.min(ones.length, others.length); index++) {
    const [one = '', other = ''] = [ones[index], others[index]];
    const isFraction = index > 0 && (one.startsWith('0') || other.startsWith('0'));
    const order = isFraction ? compareText(one, other) : compareDigits(one, other);
    if (order !== 0) return order;
  }
  return ones.length - others.length;
}

function compareSuffixes(left: string, right: string): number {
  const [ones, others] = [left.split('_').slice(1), right.split('_').slice(1)];
  for (let index = 0; index < Math.max(ones.length, others.length); index++) {
    const [one = '', other = ''] = [ones[index], others[index]];
    const order = SUFFIXES.indexOf(one.replace(/\d+$/, '')) - SUFFIXES.indexOf(other.replace(/\d+$/, ''));
    if (order !== 0) return order;
    const value = compareDigits(/\d*$/.exec(one)?.[0] ?? '', /\d*$/.exec(other)?.[0] ?? '');
    if (value !== 0) return value;
  }
  return 0;
}
