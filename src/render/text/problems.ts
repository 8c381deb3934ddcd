import { labelOf } from '../../core/graph/wording.ts';
import type { Entity } from '../../core/model/entity.ts';
import { entityId } from '../../core/model/entity.ts';
import type { Problem, Relation } from '../../core/model/evidence.ts';
import type { Step } from '../../core/model/report.ts';
import { bearsOn, codeWords, isOf } from '../words.ts';
import { listed } from './list.ts';
import type { Paragraph } from './layout.ts';
import { pair, words } from './word.ts';

/** One thing that went wrong, with its number on the screen, wherever it was met: an unreachable registry is told once. */
export type NumberedProblem = {
  readonly number: number;
  readonly problem: Problem;
  /** What it could have said more about, of the image that is traced; nothing where it was met with another one, such as its base. */
  readonly relations: readonly Relation[];
  readonly met: readonly Entity[];
};

const SHOWN_MAX = 6;

export function numbered(problems: readonly Problem[], root: Entity): readonly NumberedProblem[] {
  const groups = Map.groupBy(problems, ({ collector, code, message, hint }) =>
    JSON.stringify([collector, code, message, hint]),
  );
  return [...groups.values()].flatMap((group, index): NumberedProblem[] => {
    const [problem] = group;
    if (problem === undefined) return [];
    const own = group.filter((each) => isOf(each, root));
    const relations = [...new Set(own.flatMap((each) => each.relations))];
    const met = [...new Map(group.map(({ at }) => [entityId(at), at])).values()];
    return [{ number: index + 1, problem, relations, met }];
  });
}

/** The numbers of what bears on a step: `[1] [3]`. */
export function references(step: Step, problems: readonly NumberedProblem[]): string {
  const bearing = problems.filter(({ relations }) => bearsOn(relations, step)).slice(0, SHOWN_MAX);
  return bearing.map(({ number }) => `[${number}]`).join(' ');
}

/** Which source was not heard, why, what it could have said more about, and what to do. */
export function problemParagraphs(
  problems: readonly NumberedProblem[],
  { steps, verbose }: { steps: readonly Step[]; verbose: boolean },
): readonly Paragraph[] {
  return listed(problems, { max: SHOWN_MAX, verbose }, ({ number, problem, relations, met }) => {
    const affected = steps.filter((step) => bearsOn(relations, step)).map(({ name }) => name);
    const hang = 6;
    return [
      {
        indent: 2,
        hang,
        words: [
          ...words(`[${number}]`, { style: 'gap' }),
          ...pair(problem.collector, problem.message),
          ...words(`(${codeWords(problem.code)})`, { style: 'faint' }),
        ],
      },
      ...(affected.length === 0 ? [] : [{ indent: hang, hang, words: pair('bears on', affected.join(', ')) }]),
      ...(problem.hint === undefined ? [] : [{ indent: hang, hang: hang + 2, words: pair('do', problem.hint) }]),
      ...(verbose || relations.length === 0
        ? met.map((at) => ({ indent: hang, hang: hang + 2, words: pair('about', labelOf(at)) }))
        : []),
    ];
  });
}
