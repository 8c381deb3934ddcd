import { ToolError } from '../errors.ts';
import { isRecord } from '../json.ts';
import { cycloneDxXmlToJson } from '../sbom/cyclonedx/xml-to-json.ts';
import type { Item, JsonRecord } from '../sbom/item.ts';
import type { Notes } from '../sbom/notes.ts';
import { takeNotes } from '../sbom/notes.ts';
import { unwrapDocument } from '../sbom/unwrap.ts';
import { readCsaf } from './csaf.ts';
import { readCycloneDxVex } from './cyclonedx-vex.ts';
import type { VulnerabilityDocument, VulnerabilityReading } from './model.ts';
import { readOpenVex } from './openvex.ts';
import { readBareReport, readScan } from './scan.ts';

type Format = {
  readonly matches: (document: JsonRecord) => boolean;
  readonly read: (item: Item) => VulnerabilityDocument;
};

/** Told by content, as SBOMs are: predicate types are many, and say less. */
const FORMATS: readonly Format[] = [
  {
    matches: (document) =>
      [document['@context']]
        .flat()
        .some((context) => typeof context === 'string' && context.startsWith('https://openvex.dev/ns')),
    read: readOpenVex,
  },
  { matches: ({ document }) => isRecord(document) && typeof document['csaf_version'] === 'string', read: readCsaf },
  { matches: ({ bomFormat }) => bomFormat === 'CycloneDX', read: readCycloneDxVex },
  { matches: ({ scanner }) => isRecord(scanner), read: readScan },
  {
    matches: ({ Results, matches, SchemaVersion }) =>
      Array.isArray(Results) || Array.isArray(matches) || SchemaVersion === 2,
    read: readBareReport,
  },
];

/**
 * Reads what a document states about vulnerabilities: the predicate of a statement, or the bytes of a file, wrapped as SBOMs are.
 * Nothing is judged: whose word it is, and whether it holds, is another question. Never throws.
 */
export function readVulnerabilities(written: unknown): VulnerabilityReading {
  const notes = takeNotes();
  try {
    const document = readDocument(written, notes);
    return { kind: 'read', document, problems: notes.problems(), losses: notes.losses() };
  } catch (error) {
    if (error instanceof ToolError) return { kind: 'refused', error };
    throw error;
  }
}

function readDocument(written: unknown, notes: Notes): VulnerabilityDocument {
  const document = unwrapDocument(written, 'the statement about vulnerabilities');
  const value =
    document.form === 'json' ? document.value : document.form === 'xml' ? cycloneDxXmlToJson(document.text) : {};
  const format = FORMATS.find(({ matches }) => matches(value));
  if (format !== undefined) return format.read({ value, at: '$', notes });
  throw new ToolError('UNSUPPORTED', 'not a statement about vulnerabilities of a known format', {
    expected: 'OpenVEX, CSAF, CycloneDX, a scan in the form of cosign or in-toto, or a report of trivy or grype',
    got: `a document with ${Object.keys(value).slice(0, 8).join(', ').slice(0, 200) || 'no members'}`,
  });
}
