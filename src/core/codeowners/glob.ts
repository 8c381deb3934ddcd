import type { MatchSteps } from './match-steps.ts';
import { matchesSegment, type Segment } from './segment.ts';

/** `**` between slashes: any number of segments, none included. */
export const ANY_DEPTH = 'anyDepth';

export type GlobPart = Segment | typeof ANY_DEPTH;

/** What the segments of a path, from the root of the repository, must be one after the other. */
export type Glob = readonly GlobPart[];

/** Whether the segments from `start` on are what the glob says. The same walk as inside a segment, with `**` for `*`. */
export function matchesGlob(
  glob: Glob,
  path: { readonly segments: readonly string[]; readonly start: number },
  steps: MatchSteps,
): boolean {
  let part = 0;
  let at = path.start;
  let partAfterAnyDepth = -1;
  let anyDepthEnd = 0;
  for (let segment = path.segments[at]; segment !== undefined; segment = path.segments[at]) {
    const expected = glob[part];
    if (expected === ANY_DEPTH) {
      partAfterAnyDepth = ++part;
      anyDepthEnd = at;
      if (part === glob.length) return true;
    } else if (expected !== undefined && matchesSegment(expected, segment, steps)) {
      part++;
      at++;
    } else if (partAfterAnyDepth >= 0) {
      part = partAfterAnyDepth;
      at = ++anyDepthEnd;
    } else {
      return false;
    }
  }
  while (glob[part] === ANY_DEPTH) part++;
  return part === glob.length;
}
