import { ANY_DEPTH, type Glob, type GlobPart } from './glob.ts';
import { patternSegments, type PatternSegment } from './glob-syntax.ts';
import type { Segment } from './segment.ts';

const ANYTHING: Segment = { kind: 'anything' };

/**
 * GitHub's and Bitbucket Cloud's patterns: gitignore's, except that a last segment of `*` does not go deeper.
 * `foo` is the file or everything below the directory, anywhere; a slash before the end ties the pattern to the root;
 * a slash at the end, or a last `**`, is what is inside, at least one level down. A slash after a last `**` adds nothing (decided).
 */
export function compileGitignoreLike(pattern: string): Glob {
  const isDirectory = pattern.endsWith('/');
  const segments = patternSegments(trimmedSlashes(pattern), { classes: false });
  const isAnchored = pattern.startsWith('/') || segments.length > 1;
  const parts: GlobPart[] = isAnchored ? [] : [ANY_DEPTH];
  parts.push(...segments.map(partOf));
  const last = segments.at(-1);
  if (isDirectory || last?.globstar === true) parts.push(ANYTHING, ANY_DEPTH);
  else if (last?.segment.kind !== 'anything') parts.push(ANY_DEPTH);
  return normalised(parts);
}

/**
 * GitLab's patterns: Ruby's fnmatch with slashes apart and dot files included. Without a slash in front they float; a slash at the
 * end is everything below; a name is a file and no directory; `**` is many levels only where a slash follows.
 */
export function compileFnmatch(normalisedPattern: string): Glob {
  const segments = patternSegments(normalisedPattern.slice(1), { classes: true });
  const last = segments.length - 1;
  return normalised(segments.map(({ segment, globstar }, index) => (globstar && index < last ? ANY_DEPTH : segment)));
}

/**
 * Bitbucket Data Center's patterns, those of its branch permissions: without a slash in front they float, a slash at the end means
 * `/**`, and `**` is any number of segments, none included. No classes.
 */
export function compileBranchPattern(pattern: string): Glob {
  const segments = patternSegments(trimmedSlashes(pattern), { classes: false });
  const parts: GlobPart[] = pattern.startsWith('/') ? [] : [ANY_DEPTH];
  parts.push(...segments.map(partOf));
  if (pattern.endsWith('/')) parts.push(ANY_DEPTH);
  return normalised(parts);
}

function partOf({ segment, globstar }: PatternSegment): GlobPart {
  return globstar ? ANY_DEPTH : segment;
}

/** Without the slash at either end: of `//` the second stays, as an empty segment that nothing matches. */
function trimmedSlashes(pattern: string): string {
  return pattern.slice(pattern.startsWith('/') ? 1 : 0, pattern.endsWith('/') ? -1 : undefined);
}

/** One way to write each meaning: any depths in a row are one, and stand after the `*`s beside them rather than before. */
function normalised(parts: readonly GlobPart[]): Glob {
  const glob: GlobPart[] = [];
  for (const part of parts) {
    const before = glob.at(-1);
    if (part === ANY_DEPTH && before === ANY_DEPTH) continue;
    if (part !== ANY_DEPTH && part.kind === 'anything' && before === ANY_DEPTH) glob.splice(-1, 0, part);
    else glob.push(part);
  }
  return glob;
}
