import type { FoundSbom } from '../../core/sbom/found.ts';
import type { Failed, ImageDocuments } from '../../core/sbom/image-documents.ts';
import type { SbomDocument, SbomFormat } from '../../core/sbom/model.ts';
import type { Instant } from '../../core/model/outcome.ts';
import type { Paragraph } from '../text/layout.ts';
import { blocksText } from '../text/report.ts';
import { sign } from '../text/standing.ts';
import { words } from '../text/word.ts';
import { count } from '../words.ts';
import { attachedParagraphs, detail, failureParagraphs, headline, line, unheardParagraphs } from './attached.ts';
import type { ReportOptions } from './index.ts';

/** All SBOMs of each image, best first: the first is the one that `sbom` writes. */
export function renderListText(images: readonly (ImageDocuments | Failed)[], options: ReportOptions): Promise<string> {
  return blocksText(
    images.map((image) => (image.kind === 'failed' ? failureParagraphs(image) : block(image, options.now))),
    options,
  );
}

function block(image: ImageDocuments, now: Instant): readonly Paragraph[] {
  const { sboms, unheard } = image;
  const none = sboms.length > 0 || unheard.length > 0 ? [] : [line(0, [...sign('absent'), ...words('no SBOM')])];
  return [
    headline(image),
    ...sboms.flatMap((sbom) => [...attachedParagraphs(sbom, nameOf(sbom), now), ...contentParagraphs(sbom)]),
    ...none,
    ...unheardParagraphs(image),
  ];
}

function nameOf({ reading, type }: FoundSbom): string {
  if (reading.kind === 'refused') return type;
  const [said] = reading.sbom.documents;
  return `${said === undefined ? type : formatName(said)}, ${count(reading.sbom.components.length, 'component')}`;
}

const FORMATS: Readonly<Record<SbomFormat, string>> = {
  'cyclonedx-json': 'CycloneDX',
  'cyclonedx-xml': 'CycloneDX in XML,',
  'spdx-json': 'SPDX',
  'spdx-tag-value': 'SPDX in tag:value,',
  'spdx3-json': 'SPDX',
  'syft-json': 'syft JSON',
};

function formatName({ format, specVersion }: SbomDocument): string {
  return `${FORMATS[format]} ${specVersion}`;
}

function contentParagraphs({ reading, binding }: FoundSbom): readonly Paragraph[] {
  if (reading.kind === 'refused') return [detail('not read', reading.error.message)];
  const [said] = reading.sbom.documents;
  const tools = (said?.tools ?? []).map(({ name, version }) => `${name}${version === undefined ? '' : ` ${version}`}`);
  const { namedDigests } = reading.sbom;
  const names = {
    named: 'this image',
    silent: 'no image by digest',
    another: `another image, ${namedDigests.join(', ')} (SBOM_SUBJECT_MISMATCH)`,
  }[binding];
  return [
    detail('names', names),
    ...(said?.name === undefined ? [] : [detail('called', said.name)]),
    ...(said?.created === undefined ? [] : [detail('made', said.created)]),
    ...(tools.length === 0 ? [] : [detail('by', tools.join(', '))]),
    ...reading.problems.map(({ message, at, count: times }) =>
      detail('wrong in it', `${message} (${at}${times === 1 ? '' : `, ${times} times`})`),
    ),
  ];
}
