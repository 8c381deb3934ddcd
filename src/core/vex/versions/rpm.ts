import { compareDigits, compareText } from './digits.ts';

/** epoch:version-release, as rpm compares them (rpmvercmp). A side without a release is compared without. */
export function compareRpm(left: string, right: string): number {
  const [one, other] = [parse(left), parse(right)];
  const order = compareDigits(one.epoch, other.epoch) || compareParts(one.version, other.version);
  if (order !== 0 || one.release === undefined || other.release === undefined) return order;
  return compareParts(one.release, other.release);
}

function parse(written: string): { readonly epoch: string; readonly version: string; readonly release?: string } {
  const [, epoch = '', rest = written] = /^(\d+):(.*)$/s.exec(written) ?? [];
  const hyphen = rest.lastIndexOf('-');
  return hyphen === -1
    ? { epoch, version: rest }
    : { epoch, version: rest.slice(0, hyphen), release: rest.slice(hyphen + 1) };
}

/** Runs of digits, runs of letters, and the two signs that mean something; all else only separates. */
function compareParts(left: string, right: string): number {
  const [ones, others] = [left, right].map((text) => text.match(/\d+|[A-Za-z]+|[~^]/g) ?? []);
  for (let index = 0; ; index++) {
    const [one, other] = [ones?.[index], others?.[index]];
    if (one === other && one !== undefined) continue;
    // `~` is before the end, the end before `^`, and that before anything else.
    const order = rankOf(one) - rankOf(other);
    if (order !== 0 || one === undefined || other === undefined) return order;
    const value = /^\d/.test(one) ? compareDigits(one, other) : compareText(one, other);
    if (value !== 0) return value;
  }
}

function rankOf(part: string | undefined): number {
  if (part === undefined) return 1;
  if (part === '~') return 0;
  if (part === '^') return 2;
  return /^\d/.test(part) ? 4 : 3;
}
