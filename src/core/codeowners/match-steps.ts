import { ToolError } from '../errors.ts';

/** Comparisons for one path, over all rules: less than 100 ms. A monorepo's file takes some hundred; only patterns made to be slow come near. */
const STEPS_MAX = 5_000_000;

/** How much work may still be done for one path. A CODEOWNERS file is a stranger's, and so are its patterns. */
export type MatchSteps = { left: number };

export function matchSteps(): MatchSteps {
  return { left: STEPS_MAX };
}

/** @throws ToolError `TOO_LARGE` when there are none left. */
export function spendSteps(steps: MatchSteps, count: number): void {
  steps.left -= count;
  if (steps.left < 0) {
    throw new ToolError('TOO_LARGE', 'the patterns of CODEOWNERS take too long to match', {
      expected: `at most ${STEPS_MAX} comparisons for one path`,
      hint: 'Look for patterns with many wildcards in the file: such a file can be made to keep its readers busy.',
    });
  }
}

/** How many were taken, for tests and benches. */
export function stepsSpent(steps: MatchSteps): number {
  return STEPS_MAX - steps.left;
}
