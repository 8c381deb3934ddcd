import type { Step } from '../../core/model/report.ts';
import { gapSentence, ownReasons, standingOf } from '../words.ts';
import type { Paragraph } from './layout.ts';
import { references } from './problems.ts';
import { sign, standingStyle } from './standing.ts';
import { NAME_COLUMNS, stepParagraphs } from './step.ts';
import type { StepView } from './step.ts';
import { words } from './word.ts';

/** The lines of the chain. Steps in a row about which nobody says anything at all share one. */
export function chainParagraphs(steps: readonly Step[], view: StepView): readonly Paragraph[] {
  return runsOf(steps, (step) => isSilent(step, view)).flatMap((run) => {
    const [first, second] = run;
    if (first === undefined) return [];
    return second === undefined ? stepParagraphs(first, view) : [silence(first, run, view)];
  });
}

/** Each item alone, but for those in a row that fit the condition. */
function runsOf<Item>(items: readonly Item[], condition: (item: Item) => boolean): readonly (readonly Item[])[] {
  const runs: Item[][] = [];
  let isOpen = false;
  for (const item of items) {
    const fits = condition(item);
    const last = runs.at(-1);
    if (fits && isOpen && last !== undefined) last.push(item);
    else runs.push([item]);
    isOpen = fits;
  }
  return runs;
}

/** Nothing to say but that nobody says. */
function isSilent(step: Step, { dossier, problems }: StepView): boolean {
  if (standingOf(step) !== 'absent' || step.link !== undefined || step.asOf !== undefined) return false;
  const said = [...step.details, ...step.dissent, ...ownReasons(step, dossier.gathered)];
  return said.length === 0 && references(step, problems) === '';
}

function silence(first: Step, run: readonly Step[], { dossier }: StepView): Paragraph {
  const style = standingStyle('absent');
  const names = run.map(({ name }) => name).join(', ');
  return {
    indent: 0,
    hang: 2 + NAME_COLUMNS,
    words: [
      ...sign('absent'),
      ...words('absent', { style }),
      ...words(`${names}:`, { style: 'strong', gap: NAME_COLUMNS - 'absent'.length }),
      ...words(gapSentence(first, dossier)),
    ],
  };
}
