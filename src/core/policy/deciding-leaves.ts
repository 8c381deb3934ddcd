import type { Branch, Judged, Leaf } from './judgement.ts';
import { leaf } from './judgement.ts';

/**
 * The leaves by which it came out as it did, those that hold among them: of several ways to pass, the one that passed, or else the nearest.
 * The worst of them is as bad as the whole, so that a report of them alone never looks better.
 */
export function decidingLeaves(judged: Judged): readonly Leaf[] {
  if (judged.kind === 'leaf') return [judged];
  const leaves = decidingParts(judged).flatMap(decidingLeaves);
  return leaves.some(({ verdict }) => verdict === judged.verdict) ? leaves : [...leaves, countLeaf(judged)];
}

function decidingParts({ join, verdict, parts }: Branch): readonly Judged[] {
  if (join === 'all' || (join === 'atLeast' && verdict === 'fail')) return parts;
  if (verdict === 'fail') return parts.slice(0, 1);
  // What failed did not decide it: others could, or could still.
  return parts.filter((part) => part.verdict === verdict || (join === 'atLeast' && part.verdict === 'pass'));
}

/** Where no part is as bad as the whole: there are too few of them. */
function countLeaf({ join, n, verdict, parts }: Branch): Leaf {
  const passed = parts.filter((part) => part.verdict === 'pass').length;
  return leaf({
    requirement: `policy.${join}`,
    expected: join === 'atLeast' ? `${n ?? parts.length} that hold` : 'something that holds',
    got: `${passed} of ${parts.length}`,
    holds: verdict === 'undecided' ? undefined : verdict === 'pass',
  });
}
