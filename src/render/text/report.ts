import type { TraceReport, TraceResult } from '../../core/model/report.ts';
import type { RenderOptions } from '../options.ts';
import { failureParagraphs, tracedParagraphs } from './block.ts';
import type { Paragraph } from './layout.ts';
import { EMPTY_LINE, layout } from './layout.ts';
import { painter } from './paint.ts';
import { summary } from './summary.ts';

/** What `trace` prints on a terminal (SPEC 4): a block for each image, and what they come to where there are several. */
export async function renderText({ images }: TraceReport, options: RenderOptions): Promise<string> {
  const blocks = images.map((result) => blockOf(result, options));
  return blocksText(images.length > 1 ? [...blocks, summary(images)] : blocks, options);
}

/** Blocks with two empty lines between them, as the terminal takes them. */
export async function blocksText(
  blocks: readonly (readonly Paragraph[])[],
  options: Pick<RenderOptions, 'colour' | 'links' | 'width'>,
): Promise<string> {
  const paint = await painter(options);
  return blocks
    .flatMap((block, index) => (index === 0 ? block : [EMPTY_LINE, EMPTY_LINE, ...block]))
    .flatMap((paragraph) => layout(paragraph, options.width))
    .map((line) => `${paint(line)}\n`)
    .join('');
}

function blockOf(result: TraceResult, options: RenderOptions): readonly Paragraph[] {
  return result.kind === 'traced' ? tracedParagraphs(result, options) : failureParagraphs(result);
}
