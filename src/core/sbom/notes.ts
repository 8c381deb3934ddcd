import type { Loss, SbomProblem, SbomProblemCode } from './model.ts';

/** Kinds of loss that one document is told of, each with its count. Their names are strangers' words; what is beyond is counted under one. */
const KINDS_MAX = 500;
const BEYOND = 'other things';
const WHAT_LENGTH_MAX = 160;

/**
 * What reading or writing a document brings up. Equal things are one entry with a count: a document with 100,000 wrong items gives
 * one line, and nothing is passed over in silence.
 */
export type Notes = {
  readonly complain: (code: SbomProblemCode, at: string, message: string) => void;
  readonly lose: (reason: Loss['reason'], what: string, count?: number) => void;
  readonly problems: () => readonly SbomProblem[];
  readonly losses: () => readonly Loss[];
};

export function takeNotes(): Notes {
  const problems = new Map<string, SbomProblem>();
  const losses = new Map<string, Loss>();
  return {
    complain(code, at, message) {
      const key = `${code}\n${message}`;
      const known = problems.get(key);
      problems.set(key, known ? { ...known, count: known.count + 1 } : { code, message, at, count: 1 });
    },
    lose(reason, what, count = 1) {
      if (count === 0) return;
      const wanted = what.slice(0, WHAT_LENGTH_MAX);
      const name = losses.has(`${reason}\n${wanted}`) || losses.size < KINDS_MAX ? wanted : BEYOND;
      const known = losses.get(`${reason}\n${name}`)?.count ?? 0;
      losses.set(`${reason}\n${name}`, { reason, what: name, count: known + count });
    },
    problems: () => [...problems.values()],
    losses: () => [...losses.values()].sort(byReasonAndName),
  };
}

/** The losses of several documents or steps as one list. */
export function sumLosses(lists: Iterable<readonly Loss[]>): readonly Loss[] {
  const notes = takeNotes();
  for (const list of lists) for (const { reason, what, count } of list) notes.lose(reason, what, count);
  return notes.losses();
}

const REASONS: readonly Loss['reason'][] = ['unread', 'unwritten', 'altered'];

function byReasonAndName(left: Loss, right: Loss): number {
  return REASONS.indexOf(left.reason) - REASONS.indexOf(right.reason) || (left.what < right.what ? -1 : 1);
}
