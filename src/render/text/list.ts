import type { Paragraph } from './layout.ts';
import { words } from './word.ts';

/** The first `max` items, all where `verbose`; the number of those left out is said. */
export function listed<Item>(
  items: readonly Item[],
  { max, verbose, indent = 2 }: { max: number; verbose: boolean; indent?: number },
  paragraphs: (item: Item, index: number) => readonly Paragraph[],
): readonly Paragraph[] {
  const shown = verbose ? items : items.slice(0, max);
  const left = items.length - shown.length;
  return [
    ...shown.flatMap(paragraphs),
    ...(left === 0 ? [] : [{ indent, hang: indent, words: words(`and ${left} more (--verbose)`, { style: 'faint' }) }]),
  ];
}
