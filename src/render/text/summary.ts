import type { TraceResult } from '../../core/model/report.ts';
import { count, gradeCounts } from '../words.ts';
import type { Paragraph } from './layout.ts';
import { words } from './word.ts';

/** The last line under several images: how many came to which grade. */
export function summary(images: readonly TraceResult[]): readonly Paragraph[] {
  return [
    {
      indent: 0,
      hang: 2,
      words: words(`${count(images.length, 'image')}: ${gradeCounts(images)}`, { style: 'strong' }),
    },
  ];
}
