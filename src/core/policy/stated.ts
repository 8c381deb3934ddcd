import { matchesPattern } from '../anchored-pattern.ts';
import type { Read } from '../provenance/provenance.ts';
import { parseSourceUrl, repositoryKey } from '../source-url.ts';
import type { Leaf } from './judgement.ts';
import { leaf } from './judgement.ts';

export function allowed(patterns: readonly string[], value: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, value));
}

/** Every value that is stated must be one of those wanted, and one must be. */
export function statedLeaf(
  requirement: string,
  wanted: readonly string[],
  {
    values,
    place,
  }: { readonly values: readonly (Read<string> | undefined)[]; readonly place: (at?: string) => string },
): Leaf {
  const stated = values.flatMap((value) => value ?? []);
  return leaf({
    requirement,
    expected: wanted.join(', or '),
    got: stated.length === 0 ? 'nothing states it' : [...new Set(stated.map(({ value }) => value))].join(' and '),
    holds: stated.length > 0 && stated.every(({ value }) => allowed(wanted, value)),
    evidence: stated.length === 0 ? [place()] : stated.map(({ at }) => place(at)),
  });
}

/** Without wildcards by the repository's key; with them, by the address as it is shown and in the key's spelling, which has no case where there is none. */
export function isRepository(wanted: string, address: string): boolean {
  if (!wanted.includes('*')) return repositoryKey(wanted) === repositoryKey(address);
  const parsed = parseSourceUrl(address, 'auto');
  if (parsed.kind === 'refused') return false;
  return matchesPattern(wanted, parsed.source.url) || matchesPattern(wanted, `https://${parsed.source.key}`);
}
