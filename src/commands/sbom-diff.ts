import type { ImageDocuments } from '../core/sbom/image-documents.ts';
import { usableSboms } from '../core/sbom/image-documents.ts';
import { diffImages } from '../core/sbom/image-diff.ts';
import type { RawInput, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { onlyImage, openDocuments } from './sbom-gather.ts';
import { reportOptions } from './sbom-list.ts';
import { nothingUsable, tellOthers, tellTrust } from './sbom-telling.ts';

/** Two images side by side: what is in them by their best SBOMs, and where they are from. */
export async function compareImages(
  { before, after }: { readonly before: string; readonly after: string },
  input: RawInput,
  tools: Tools,
): Promise<number> {
  const options = reportOptions(tools);
  const { read } = await openDocuments(input, tools, { whole: true });
  const [one, other] = await Promise.all([read(before), read(after)]);
  tools.progress.update(undefined);
  const diff = diffImages(onlyImage(one), onlyImage(other));
  const sides = [diff.before, diff.after];
  for (const side of sides) {
    tellOthers(side, tools);
    for (const best of usableSboms(side).slice(0, 1)) tellTrust(best, tools);
  }
  const { renderDiff } = await import('../render/sbom/index.ts');
  await tools.write(await renderDiff(diff, options));
  return worstCode(sides.map(codeOf));
}

/** As `sbom` ends for this image alone; and what was not heard may be the better SBOM, in which there is a change. */
function codeOf(side: ImageDocuments): number {
  if (side.unheard.length > 0) return 3;
  return usableSboms(side).length === 0 ? EXIT_CODES[nothingUsable(side).code] : 0;
}
