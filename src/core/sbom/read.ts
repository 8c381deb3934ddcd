import { ToolError } from '../errors.ts';
import { isRecord } from '../json.ts';
import { cycloneDxXmlToJson } from './cyclonedx/xml-to-json.ts';
import { readCycloneDx } from './cyclonedx/read-document.ts';
import type { Item, JsonRecord } from './item.ts';
import type { Sbom, SbomProblem } from './model.ts';
import type { Notes } from './notes.ts';
import { takeNotes } from './notes.ts';
import { readSyft } from './read-syft.ts';
import { readSpdx2 } from './spdx/read-spdx2.ts';
import { readSpdx3 } from './spdx/read-spdx3.ts';
import { tagValueToJson } from './spdx/tag-value.ts';
import { unwrapDocument } from './unwrap.ts';

/** `read`: the document was understood; what of it was not is in the problems, or in the Sbom's losses. */
export type SbomReading =
  | { readonly kind: 'read'; readonly sbom: Sbom; readonly problems: readonly SbomProblem[] }
  | { readonly kind: 'refused'; readonly error: ToolError };

type Format = {
  /** Versions of which there were documents to try; others of the same kind are read with a problem. */
  readonly tried: RegExp;
  readonly read: (item: Item) => Sbom;
};
/** A format told by what a document in JSON says of itself. */
type JsonFormat = Format & { readonly matches: (document: JsonRecord) => boolean };

const CYCLONEDX = /^1\.[0-7]$/;
const SPDX2 = /^2\.[1-3]$/;
const CYCLONEDX_XML: Format = { tried: CYCLONEDX, read: (item) => readCycloneDx(item, 'cyclonedx-xml') };
const SPDX_TAG_VALUE: Format = { tried: SPDX2, read: (item) => readSpdx2(item, 'spdx-tag-value') };

const JSON_FORMATS: readonly JsonFormat[] = [
  {
    matches: ({ bomFormat }) => bomFormat === 'CycloneDX',
    tried: CYCLONEDX,
    read: (item) => readCycloneDx(item, 'cyclonedx-json'),
  },
  {
    matches: ({ spdxVersion }) => typeof spdxVersion === 'string' && spdxVersion.startsWith('SPDX-2.'),
    tried: SPDX2,
    read: (item) => readSpdx2(item, 'spdx-json'),
  },
  {
    matches: (document) =>
      [document['@context']]
        .flat()
        .some((context) => typeof context === 'string' && context.includes('spdx.org/rdf/3')),
    tried: /^3\.0(?:\.\d+)?$/,
    read: readSpdx3,
  },
  {
    matches: ({ schema, artifacts }) =>
      isRecord(schema) && /anchore\/syft\b/.test(String(schema['url'])) && Array.isArray(artifacts),
    tried: /^(?:[3-9]|1\d)\.\d+\.\d+$/,
    read: readSyft,
  },
];

/**
 * Reads an SBOM of any format, told by its content (reference/provenance.md 13.1): the bytes of a file, or the predicate of a
 * statement, in which cosign wraps it in several ways. Never throws.
 */
export function readSbom(written: unknown): SbomReading {
  const notes = takeNotes();
  try {
    const sbom = readDocument(written, notes);
    return { kind: 'read', sbom, problems: notes.problems() };
  } catch (error) {
    if (error instanceof ToolError) return { kind: 'refused', error };
    throw error;
  }
}

function readDocument(written: unknown, notes: Notes): Sbom {
  const document = unwrapDocument(written);
  if (document.form === 'json') {
    const format = JSON_FORMATS.find(({ matches }) => matches(document.value));
    return readAs({ value: document.value, at: '$', notes }, format ?? refuse(document.value));
  }
  const [value, format] =
    document.form === 'xml'
      ? [cycloneDxXmlToJson(document.text), CYCLONEDX_XML]
      : [tagValueToJson(document.text, notes), SPDX_TAG_VALUE];
  return readAs({ value, at: '$', notes }, format);
}

function readAs(item: Item, { tried, read }: Format): Sbom {
  const sbom = read(item);
  const version = sbom.documents[0]?.specVersion ?? '';
  if (!tried.test(version))
    item.notes.complain('UNTRIED_VERSION', '$', 'a version of the format that is read as the nearest known one');
  // Finishing the draft told losses; what was told after it belongs to them too.
  return { ...sbom, losses: item.notes.losses() };
}

function refuse(document: JsonRecord): never {
  throw new ToolError('UNSUPPORTED', 'not an SBOM of a known format', {
    expected: 'CycloneDX 1.2 to 1.7, SPDX 2.2, 2.3 or 3.0, or syft JSON',
    got: `JSON with ${Object.keys(document).slice(0, 8).join(', ').slice(0, 200) || 'no members'}`,
  });
}
