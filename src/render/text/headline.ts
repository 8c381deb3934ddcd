import type { TracedImage } from '../../core/model/chain.ts';
import type { Step, StepName, TraceResult } from '../../core/model/report.ts';
import { platformText } from '../words.ts';
import type { Paragraph } from './layout.ts';
import { sign, standingStyle } from './standing.ts';
import { words } from './word.ts';

type Traced = Extract<TraceResult, { kind: 'traced' }>;

type GapReason = Step['gap'] & string;

const GAP_WORDS: Readonly<Record<GapReason, string>> = {
  conflict: 'disputed',
  unheard: 'not heard',
  absent: 'stated by nobody',
};
const SHORT_COMMIT = 12;

/** Which image, from which repository and commit, by whom built, and how sure: the answer, before the steps that lead to it. */
export function headline(traced: Traced): readonly Paragraph[] {
  const { steps, grades, dossier } = traced;
  const platform = platformText(dossier);
  const name = [
    ...words(dossier.image.reference, { style: 'strong' }),
    ...(platform === undefined ? [] : words(`· ${platform}`)),
  ];
  const standing = grades.origin === 'none' ? worstGap(steps, 'source', 'commit') : grades.origin;
  const verdict = [...sign(standing), ...words(`${standing}:`, { style: standingStyle(standing) })];
  return [
    { indent: 0, hang: 2, words: name },
    ...digestLines(dossier.image),
    { indent: 0, hang: 2, words: [...verdict, ...words(`${origin(steps)}, ${build(steps)}`)] },
  ];
}

/** Whole, to be copied: what a tag names, and what runs. */
export function digestLines({ root, digests: { indexes, platform } }: TracedImage): readonly Paragraph[] {
  const own = platform === undefined ? 'config' : 'image';
  const named = [...indexes.slice(0, 1).map((digest) => ['index', digest] as const), [own, root.digest] as const];
  return named.map(([name, digest]) => ({
    indent: 0,
    hang: 2,
    words: [...words(name, { style: 'faint' }), ...words(digest, { whole: true })],
  }));
}

function origin(steps: readonly Step[]): string {
  const source = answerOf(steps, 'source');
  const commit = answerOf(steps, 'commit');
  if (source === undefined) return `source and commit ${GAP_WORDS[worstGap(steps, 'source', 'commit')]}`;
  return commit === undefined
    ? `from ${named(source)}, commit ${GAP_WORDS[worstGap(steps, 'commit')]}`
    : `from ${named(source)} at ${shortCommit(commit)}`;
}

function build(steps: readonly Step[]): string {
  const answer = answerOf(steps, 'build');
  return answer === undefined ? `build ${GAP_WORDS[worstGap(steps, 'build')]}` : `built by ${named(answer)}`;
}

function answerOf(steps: readonly Step[], name: StepName): string | undefined {
  return steps.find((step) => step.name === name && step.gap === undefined)?.answer;
}

/** Of steps that belong together: a conflict is more than a silence, and not heard more than not there. */
function worstGap(steps: readonly Step[], ...names: readonly StepName[]): GapReason {
  const gaps = steps.filter((step) => names.includes(step.name)).map((step) => step.gap);
  return (['conflict', 'unheard'] as const).find((gap) => gaps.includes(gap)) ?? 'absent';
}

/** The steps show address and commit whole; here they are part of a sentence. */
function named(answer: string): string {
  return answer.replace(/^https:\/\//, '');
}

function shortCommit(commit: string): string {
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, SHORT_COMMIT) : commit;
}
