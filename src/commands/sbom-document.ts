import { ToolError } from '../core/errors.ts';
import type { Digest } from '../core/model/digest.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import { imageComponent } from '../core/sbom/enrich/image-component.ts';
import { imageFacts } from '../core/sbom/enrich/image-facts.ts';
import type { ComponentFilter } from '../core/sbom/filter.ts';
import { filterComponents } from '../core/sbom/filter.ts';
import type { ReadableSbom } from '../core/sbom/found.ts';
import type { ImageDocuments } from '../core/sbom/image-documents.ts';
import { usableSboms } from '../core/sbom/image-documents.ts';
import { mergeSboms } from '../core/sbom/merge.ts';
import type { Loss, Sbom, SbomProblem } from '../core/sbom/model.ts';
import type { SbomOutput } from '../core/sbom/output-formats.ts';
import { SBOM_OUTPUTS } from '../core/sbom/output-formats.ts';
import { payloadOf, signedText } from '../core/sbom/signed-text.ts';
import { withoutUndefined } from '../core/defined.ts';
import type { RawInput, Tools } from './command.ts';
import { isSet, oneOf, textFlag } from './flags.ts';
import { allRead, onlyImage, openDocuments } from './sbom-gather.ts';
import { writeOptions } from './sbom-identity.ts';
import { lossText, nothingUsable, problemText, tellOthers, tellParts, tellTrust, tellUnheard } from './sbom-telling.ts';

type DocumentOptions = {
  readonly format: SbomOutput | 'tree';
  readonly merge: boolean;
  readonly filter: ComponentFilter;
};

/** One SBOM of the image, or all of them joined, as it was signed or in another form. */
export async function writeDocument(reference: string, input: RawInput, tools: Tools): Promise<number> {
  const options = parseOptions(input, tools);
  const { read, kept } = await openDocuments(input, tools);
  const results = await read(reference);
  const images = options.merge ? allRead(results) : [onlyImage(results)];
  tools.progress.update(undefined);
  const found = images.flatMap((image) => {
    const usable = usableSboms(image);
    const [best] = usable;
    if (best === undefined) throw nothingUsable(image);
    tellOthers(image, tools);
    if (!options.merge) tellParts(usable, tools);
    return options.merge ? usable : [best];
  });
  for (const sbom of found) tellTrust(sbom, tools);
  tellUnheard(images, tools);
  const [only] = found;
  if (options.format === 'original' && only !== undefined) await writeOriginal(originalOf(only, kept), tools);
  else await writeConverted(found, images, { options, tools });
  return 0;
}

function parseOptions({ flags }: RawInput, tools: Tools): DocumentOptions {
  const filter = withoutUndefined({ component: textFlag(flags, 'component'), licence: textFlag(flags, 'licence') });
  const isFiltered = Object.keys(filter).length > 0;
  const [merge, tree] = [isSet(flags, 'merge'), isSet(flags, 'tree')];
  const asked = tools.global.format;
  if (tree && asked !== undefined && asked !== 'table')
    throw new ToolError('USAGE', '--tree is a form of its own', { expected: 'no --format beside it', got: asked });
  // What is joined or filtered was never signed: there is no original of it.
  const usual = isFiltered ? 'table' : merge ? 'cyclonedx-json' : 'original';
  const format = oneOf(asked ?? usual, SBOM_OUTPUTS, 'format');
  if (format === 'original' && (merge || isFiltered))
    throw new ToolError('USAGE', 'what is joined or filtered is not what was signed', {
      expected: `--format ${SBOM_OUTPUTS.slice(1).join(', ')}`,
    });
  return { format: tree ? 'tree' : format, merge, filter };
}

/** The registry's bytes of a file; of a statement what its author put into it. */
function originalOf(
  { document, content }: ReadableSbom,
  kept: ReadonlyMap<Digest, CarriedDocument>,
): string | Uint8Array {
  if (content.kind === 'file') return content.bytes;
  const carried = kept.get(document);
  const payload = carried === undefined ? undefined : payloadOf(carried, content.predicate);
  if (payload === undefined) throw new Error('a statement was carried by a document');
  return signedText(payload);
}

/** Letter for letter, but for what a terminal would act on: that is for files and pipes. */
async function writeOriginal(original: string | Uint8Array, tools: Tools): Promise<void> {
  if (tools.screen.isTerminal === undefined) return tools.write(original);
  const { withoutControls } = await import('../render/sbom/written.ts');
  const text = typeof original === 'string' ? original : new TextDecoder().decode(original);
  const shown = withoutControls(text);
  if (shown !== text)
    tools.progress.notice('control characters are shown as \\uXXXX: --output FILE writes all as it is');
  return tools.write(shown);
}

type Converting = { readonly options: DocumentOptions; readonly tools: Tools };

async function writeConverted(
  found: readonly ReadableSbom[],
  images: readonly ImageDocuments[],
  { options, tools }: Converting,
): Promise<void> {
  const sbom = joined(
    found.map(({ reading }) => reading.sbom),
    images,
  );
  const wanted = filterComponents(sbom, options.filter);
  const problems = found.flatMap(({ reading }) => reading.problems);
  for (const problem of problems) tools.progress.notice(problemText(problem));
  const { text, losses } = await converted(wanted, { found, images, problems, options, tools });
  for (const loss of losses) tools.progress.notice(lossText(loss));
  await tools.write(text);
}

/** What they are joined under is an image: the one that the first names, or the platform that was asked for. */
function joined(sboms: readonly Sbom[], [image]: readonly ImageDocuments[]): Sbom {
  const [first, ...others] = sboms;
  if (first !== undefined && others.length === 0) return first;
  const known = sboms.flatMap(({ root }) => root ?? []).find(({ kind }) => kind === 'container');
  const own = image && imageComponent(image.traced.dossier.image.root.digest, imageFacts(image.traced.dossier.image));
  return mergeSboms(sboms, known ?? own);
}

type Output = Converting & {
  readonly found: readonly ReadableSbom[];
  readonly images: readonly ImageDocuments[];
  readonly problems: readonly SbomProblem[];
};

async function converted(
  sbom: Sbom,
  { found, images, problems, options, tools }: Output,
): Promise<{ readonly text: string; readonly losses: readonly Loss[] }> {
  const { format, filter } = options;
  const documents = found.map(({ document }) => document);
  const how = [format, filter.component ?? '', filter.licence ?? ''];
  const { renderRows, renderTree, renderComponents } = await import('../render/sbom/index.ts');
  const [{ jsonText, xmlText }, { maskNames }] = await Promise.all([
    import('../render/sbom/written.ts'),
    import('../render/sbom/mask.ts'),
  ]);
  switch (format) {
    case 'table':
    case 'csv': {
      const { toRows } = await import('../core/sbom/rows.ts');
      const rows = toRows(sbom, format);
      return { text: await renderRows(rows, format), losses: rows.losses };
    }
    case 'tree': {
      const { dependencyTree } = await import('../core/sbom/tree.ts');
      return { text: await renderTree(dependencyTree(sbom)), losses: [] };
    }
    case 'json':
      return { text: await renderComponents({ sbom, found, images, problems }), losses: sbom.losses };
    case 'spdx-json': {
      const { toSpdxJson } = await import('../core/sbom/spdx/write.ts');
      return jsonText(toSpdxJson(maskNames(sbom), await writeOptions(documents, how, tools)));
    }
    case 'cyclonedx-json': {
      const { toCycloneDxJson } = await import('../core/sbom/cyclonedx/write.ts');
      return jsonText(await toCycloneDxJson(maskNames(sbom), await writeOptions(documents, how, tools)));
    }
    case 'cyclonedx-xml': {
      const { toCycloneDxXml } = await import('../core/sbom/cyclonedx/write.ts');
      return xmlText(await toCycloneDxXml(maskNames(sbom), await writeOptions(documents, how, tools)));
    }
    case 'original':
      throw new Error('an original is not converted');
  }
}
