const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** How long an answer stands before it is asked for again (ownership.md 4.3). */
export const LIVES_MS = {
  /** Keys are revoked and accounts renamed. */
  commit: 24 * HOUR_MS,
  /** What was merged, its reviews, and that a branch holds a commit, until somebody rewrites it. */
  merged: 24 * HOUR_MS,
  /** What is open, or not on a branch yet. */
  open: 60 * SECOND_MS,
  people: HOUR_MS,
  /** Name, default branch, visibility, rules. */
  repository: HOUR_MS,
  /** What is not there, or may not be seen. */
  absence: 300 * SECOND_MS,
} as const;
