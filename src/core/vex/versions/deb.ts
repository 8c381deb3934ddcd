import { compareDigits } from './digits.ts';

/** Debian policy 5.6.12: epoch, upstream version, revision. */
export function compareDeb(left: string, right: string): number {
  const [one, other] = [parse(left), parse(right)];
  return (
    compareDigits(one.epoch, other.epoch) ||
    comparePart(one.upstream, other.upstream) ||
    comparePart(one.revision, other.revision)
  );
}

function parse(version: string): { readonly epoch: string; readonly upstream: string; readonly revision: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: colon === -1 ? '' : version.slice(0, colon),
    upstream: hyphen === -1 ? rest : rest.slice(0, hyphen),
    revision: hyphen === -1 ? '' : rest.slice(hyphen + 1),
  };
}

/** Words and numbers in turn, beginning with a word, which may be empty. */
function comparePart(left: string, right: string): number {
  const [ones, others] = [runsOf(left), runsOf(right)];
  for (let index = 0; index < Math.max(ones.length, others.length); index++) {
    const [one = '', other = ''] = [ones[index], others[index]];
    const order = index % 2 === 0 ? compareWords(one, other) : compareDigits(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function runsOf(part: string): readonly string[] {
  const runs: readonly string[] = part.match(/\d+|\D+/g) ?? [];
  return /^\d/.test(part) ? ['', ...runs] : runs;
}

/** `~` before the end of the word, that before letters, those before all else. */
function compareWords(left: string, right: string): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = rankOf(left[index]) - rankOf(right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function rankOf(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}
