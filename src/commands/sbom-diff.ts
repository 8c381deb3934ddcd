import { diffImages } from '../core/sbom/image-diff.ts';
import type { RawInput, Tools } from './command.ts';
import { onlyImage, openDocuments } from './sbom-gather.ts';
import { reportOptions } from './sbom-list.ts';

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
  const { renderDiff } = await import('../render/sbom/index.ts');
  await tools.write(await renderDiff(diff, options));
  // What one of them is made of, or where it is from, may be what was not heard.
  const isUnheard = [diff.before, diff.after].some(({ unheard }) => unheard.length > 0);
  return diff.components === undefined && isUnheard ? 3 : 0;
}
