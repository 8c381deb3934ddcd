import { compileGitignoreLike } from '../codeowners/compile.ts';
import { matchesGlob } from '../codeowners/glob.ts';
import { matchSteps, type MatchSteps } from '../codeowners/match-steps.ts';
import { ToolError } from '../errors.ts';
import { compareRepositoryKeys, repositoryKey } from '../source-url.ts';
import type { CatalogComponent, CodeLocation } from './model.ts';

/** A place in a repository: a file, or a folder for all that is in it. The root is the folder ``. */
export type AskedPlace = { readonly path: string; readonly kind: 'file' | 'directory' };

/**
 * Whether code is a component's by its own word. `path`: a pattern of it matches, and how much of the pattern is no wildcard;
 * `elsewhere`: it has other code in this repository; `silent`: it names no code in this repository.
 */
export type Coverage =
  | { readonly kind: 'path'; readonly length: number; readonly pattern: string }
  | { readonly kind: 'repository' | 'elsewhere' | 'silent' };

export type CoverageOf = (component: CatalogComponent) => Coverage;

/** Patterns of one catalog share their steps: what a hostile one leaves unmatched is not claimed by anybody. */
export function coverageOf(repository: string, places: readonly AskedPlace[]): CoverageOf {
  const key = repositoryKey(repository);
  const steps = matchSteps();
  return ({ code }) => {
    const here = code.filter((location) => compareRepositoryKeys(location.repository, key) !== 'different');
    if (here.length === 0) return { kind: 'silent' };
    const patterns = here.flatMap(({ paths }) => paths);
    if (patterns.length === 0 || places.length === 0) return { kind: 'repository' };
    return longestMatch(patterns, places, steps) ?? { kind: 'elsewhere' };
  };
}

export function isIn(location: CodeLocation['repository'], repository: string): boolean {
  return compareRepositoryKeys(repositoryKey(location), repositoryKey(repository)) !== 'different';
}

function longestMatch(
  patterns: readonly string[],
  places: readonly AskedPlace[],
  steps: MatchSteps,
): Coverage | undefined {
  const matching = patterns.filter((pattern) => places.some((place) => matches(pattern, place, steps)));
  const rated = matching.map((pattern) => ({ kind: 'path' as const, pattern, length: literalLength(pattern) }));
  return rated.toSorted((left, right) => right.length - left.length)[0];
}

function matches(pattern: string, { path, kind }: AskedPlace, steps: MatchSteps): boolean {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  // As for CODEOWNERS: a folder is a file in it that no pattern knows by name.
  const segments = kind === 'directory' ? [...names, ''] : names;
  try {
    return matchesGlob(compileGitignoreLike(pattern), { segments, start: 0 }, steps);
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

function literalLength(pattern: string): number {
  const trimmed = pattern.replace(/^\//, '');
  const wildcard = trimmed.search(/[*?]/);
  return wildcard === -1 ? trimmed.length : wildcard;
}
