import type { JudgedPlatforms, VerifyReport, VerifyResult } from '../../core/model/verify-report.ts';
import type { Verdict } from '../../core/policy/evaluate.ts';
import { verdictOf } from '../../core/policy/verdict.ts';
import { failureParagraphs, section } from '../text/block.ts';
import type { Paragraph } from '../text/layout.ts';
import { blocksText } from '../text/report.ts';
import { sign, standingStyle } from '../text/standing.ts';
import { words } from '../text/word.ts';
import { count } from '../words.ts';
import { verdictParagraphs } from './block.ts';
import { foundInParagraphs } from './found-in.ts';
import type { VerifyRenderOptions } from './index.ts';
import { judgedParagraphs } from './policy-block.ts';
import { VERDICT_STANDINGS } from './standing.ts';

/** What `verify` prints on a terminal: a block for each image, what they come to where there are several, and what a flag gave up. */
export async function renderVerifyText(
  { images, waived, platforms = [] }: VerifyReport,
  options: VerifyRenderOptions,
): Promise<string> {
  const blocks = images.map((result) => blockOf(result, options));
  const [, ...waivers] = section('waived', waived.map(waiver));
  const ends = [
    ...platforms.map((together) => platformParagraphs(together, options.verbose)),
    ...(images.length > 1 ? [summary(images)] : []),
    ...(waivers.length === 0 ? [] : [waivers]),
  ];
  return blocksText([...blocks, ...ends], options);
}

function blockOf(result: VerifyResult, options: VerifyRenderOptions): readonly Paragraph[] {
  if (result.kind === 'judged') return verdictParagraphs(result, options);
  return [...failureParagraphs(result), ...foundInParagraphs(result.foundIn ?? [], options.verbose)];
}

/** What the policy wants of all platforms of one image. */
function platformParagraphs({ reference, judged }: JudgedPlatforms, verbose: boolean): readonly Paragraph[] {
  const standing = VERDICT_STANDINGS[judged.verdict];
  const title = [
    ...sign(standing),
    ...words(`${judged.verdict}:`, { style: standingStyle(standing) }),
    ...words(`platforms of ${reference}`, { style: 'strong' }),
  ];
  return [{ indent: 0, hang: 2, words: title }, ...judgedParagraphs(judged, verbose)];
}

function waiver(text: string): Paragraph {
  return { indent: 2, hang: 4, words: [...words('!', { style: 'gap' }), ...words(text)] };
}

const STANDINGS = ['pass', 'fail', 'undecided', 'not read'] as const satisfies readonly (Verdict | 'not read')[];

/** `3 images: 1 pass, 1 undecided, 1 not read`. */
function summary(images: readonly VerifyResult[]): readonly Paragraph[] {
  const standings = images.map((result) => (result.kind === 'failed' ? 'not read' : verdictOf(result)));
  const counts = STANDINGS.flatMap((standing) => {
    const number = standings.filter((each) => each === standing).length;
    return number === 0 ? [] : [`${number} ${standing}`];
  });
  return [
    { indent: 0, hang: 2, words: words(`${count(images.length, 'image')}: ${counts.join(', ')}`, { style: 'strong' }) },
  ];
}
