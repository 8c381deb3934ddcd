import { ToolError } from '../core/errors.ts';
import { factsOfChain } from '../core/sbom/enrich/facts-of-chain.ts';
import type { ChainFacts, ContentFacts, Said } from '../core/sbom/enrich/chain-facts.ts';
import type { EnrichedVersion, ExportFormat } from '../core/sbom/export-formats.ts';
import { ENRICHED_VERSIONS, EXPORT_FORMATS } from '../core/sbom/export-formats.ts';
import type { ReadableSbom } from '../core/sbom/found.ts';
import type { ImageDocuments } from '../core/sbom/image-documents.ts';
import { usableSboms } from '../core/sbom/image-documents.ts';
import type { Loss } from '../core/sbom/model.ts';
import type { Written } from '../core/sbom/write-options.ts';
import type { RawInput, Tools } from './command.ts';
import { oneOf, textFlag } from './flags.ts';
import { onlyImage, openDocuments } from './sbom-gather.ts';
import { writeOptions } from './sbom-identity.ts';
import { lossText, tellOthers, tellTrust, tellUnheard } from './sbom-telling.ts';

type ExportOptions = {
  readonly format: ExportFormat;
  readonly version: EnrichedVersion;
};

/** The chain of the image, with what is in it where there is an SBOM, as one document. */
export async function exportDocument(reference: string, input: RawInput, tools: Tools): Promise<number> {
  const options = parseOptions(input, tools);
  const { read } = await openDocuments(input, tools, { whole: true });
  const image = onlyImage(await read(reference));
  tools.progress.update(undefined);
  tellUnheard([image], tools);
  const { text, losses } = await rendered(image, options, tools);
  for (const loss of losses) tools.progress.notice(lossText(loss));
  await tools.write(text);
  return isOfContents(options) && isMissed(image) ? 3 : 0;
}

function isOfContents({ format }: ExportOptions): boolean {
  return format !== 'json' && format !== 'intoto';
}

/** True where there may be an SBOM, and nobody was heard who has it. */
function isMissed(image: ImageDocuments): boolean {
  return usableSboms(image).length === 0 && image.unheard.length > 0;
}

/** Absent, unusable and unheard are three answers. */
function withoutSbom(image: ImageDocuments): string {
  const why = isMissed(image)
    ? 'no SBOM was heard of, and not everybody could be asked'
    : image.sboms.length > 0
      ? 'no SBOM of the image can be used'
      : 'there is no SBOM';
  return `${why}: the document says where the image is from, and not what is in it`;
}

function parseOptions({ flags }: RawInput, tools: Tools): ExportOptions {
  const format = oneOf(tools.global.format ?? 'cyclonedx', EXPORT_FORMATS, 'format');
  const version = textFlag(flags, 'specVersion');
  if (version !== undefined && format !== 'cyclonedx')
    throw new ToolError('USAGE', '--spec-version is of CycloneDX', { expected: '--format cyclonedx', got: format });
  return { format, version: oneOf(version ?? '1.6', ENRICHED_VERSIONS, 'version of CycloneDX') };
}

async function rendered(
  image: ImageDocuments,
  options: ExportOptions,
  tools: Tools,
): Promise<{ readonly text: string; readonly losses: readonly Loss[] }> {
  if (options.format === 'json' || options.format === 'intoto') {
    const { renderStatement, renderTraceDocument } = await import('../render/export/index.ts');
    const { traced } = image;
    return { text: options.format === 'json' ? renderTraceDocument([traced]) : renderStatement(traced), losses: [] };
  }
  const { jsonText } = await import('../render/sbom/written.ts');
  return jsonText(await enriched(image, options, tools));
}

/** Beside a verified origin whoever reads the document must not take what nobody signed for verified. */
function contentsOf({ document, carrier, grade = 'declared', why, binding }: ReadableSbom): Said<ContentFacts> {
  const origin = why === undefined ? carrier : `${carrier} (${why})`;
  return { document, grade, origin, isAnothers: binding === 'another' };
}

async function enriched(
  image: ImageDocuments,
  { format, version }: ExportOptions,
  tools: Tools,
): Promise<Written<object>> {
  const [best] = usableSboms(image);
  const facts: ChainFacts = {
    ...factsOfChain(image.traced),
    ...(best === undefined ? {} : { contents: contentsOf(best) }),
  };
  tellOthers(image, tools);
  if (best === undefined) tools.progress.notice(withoutSbom(image));
  else tellTrust(best, tools);
  const documents = [image.traced.dossier.image.root.digest, ...(best === undefined ? [] : [best.document])];
  const made = await writeOptions(documents, ['export', format, version], tools);
  const { maskNames } = await import('../render/sbom/mask.ts');
  const sbom = best && maskNames(best.reading.sbom);
  if (format === 'spdx') return (await import('../core/sbom/enrich/spdx.ts')).toEnrichedSpdx(facts, sbom, made);
  const { toEnrichedCycloneDx } = await import('../core/sbom/enrich/cyclonedx.ts');
  return toEnrichedCycloneDx(facts, sbom, { ...made, version });
}
