import { withoutUndefined } from '../core/defined.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { Failed, ImageDocuments } from '../core/sbom/image-documents.ts';
import { REPORT_FORMATS } from '../core/sbom/output-formats.ts';
import type { ReportOptions } from '../render/sbom/index.ts';
import type { RawInput, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { isSet, oneOf } from './flags.ts';
import { expand } from './images.ts';
import { openDocuments } from './sbom-gather.ts';
import { eachInOrder } from './side-by-side.ts';

/** All SBOMs of images with what each is worth, or (`--vex`) all that is stated about their vulnerabilities. */
export async function listDocuments(input: RawInput, tools: Tools): Promise<number> {
  const options = reportOptions(tools);
  const references = await expand(input.words, tools);
  const { read } = await openDocuments(input, tools);
  const images: (ImageDocuments | Failed)[] = [];
  await eachInOrder(references, tools.global.jobs, {
    work: read,
    done: async (results) => void images.push(...results),
  });
  tools.progress.update(undefined);
  const [only] = images;
  if (options.format === 'text' && images.length === 1 && only?.kind === 'failed') throw only.error;
  if (!isSet(input.flags, 'vex')) {
    const { renderList } = await import('../render/sbom/index.ts');
    await tools.write(await renderList(images, options));
    return worstCode(images.map((image) => codeOf(image, ({ sboms }) => sboms.length)));
  }
  const { statementsAbout } = await import('../core/vex/found.ts');
  const { renderStatements } = await import('../render/sbom/index.ts');
  const stated = images.map((image) => (image.kind === 'failed' ? image : statementsAbout(image)));
  await tools.write(await renderStatements(stated, options));
  return worstCode(stated.map((image) => codeOf(image, ({ statements }) => statements.length)));
}

export function reportOptions(tools: Tools): ReportOptions {
  return withoutUndefined({
    ...tools.screen,
    format: oneOf(tools.global.format ?? 'text', REPORT_FORMATS, 'format'),
    verbose: tools.global.verbose,
    now: toInstant(tools.clock.nowMs()),
  });
}

/** A list is done when everybody was heard, whatever is in it; what was not heard could be in it. */
function codeOf<Image extends ImageDocuments>(image: Image | Failed, lengthOf: (image: Image) => number): number {
  if (image.kind === 'failed') return EXIT_CODES[image.error.code];
  if (image.unheard.length > 0) return 3;
  return lengthOf(image) === 0 ? 4 : 0;
}
