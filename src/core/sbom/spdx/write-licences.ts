import { idsOf, isSingleId } from '../licences.ts';
import type { Licence } from '../model.ts';
import type { Notes } from '../notes.ts';

/** SPDX: letters, digits, `.` and `-`. */
const SLUG_LENGTH_MAX = 200;

export type ExtractedLicence = {
  readonly licenseId: string;
  readonly extractedText: string;
  readonly name?: string;
  readonly seeAlsos?: readonly string[];
};

/** Writes the licences of one document. What is on no list gets a `LicenseRef-`, which the document explains. */
export type LicenceWriter = {
  readonly expressionOf: (licences: readonly Licence[]) => string;
  readonly extracted: () => readonly ExtractedLicence[];
};

export function licenceWriter(notes: Notes): LicenceWriter {
  const byId = new Map<string, ExtractedLicence>();
  const idsOfNames = new Map<string, string>();
  const textOf = (licence: Licence): string => {
    if (licence.kind === 'name' || licence.text.includes('DocumentRef-')) return referTo(licence, { byId, idsOfNames });
    for (const id of idsOf(licence.text)) {
      if (id.startsWith('LicenseRef-') && !byId.has(id)) byId.set(id, { licenseId: id, extractedText: 'NOASSERTION' });
    }
    notes.lose('unwritten', 'addresses of licences', licence.url === undefined ? 0 : 1);
    return licence.text;
  };
  return {
    expressionOf(licences) {
      const texts = [...new Set(licences.map(textOf))];
      if (texts.length > 1) notes.lose('altered', 'several licences as one expression with AND');
      if (texts.length <= 1) return texts[0] ?? 'NOASSERTION';
      return texts
        .map((text) => (isSingleId(text) || text.startsWith('LicenseRef-') ? text : `(${text})`))
        .join(' AND ');
    },
    extracted: () => [...byId.values()],
  };
}

type Known = { readonly byId: Map<string, ExtractedLicence>; readonly idsOfNames: Map<string, string> };

function referTo({ text, url }: Licence, { byId, idsOfNames }: Known): string {
  const known = idsOfNames.get(text);
  if (known !== undefined) return known;
  const stem = `LicenseRef-${slug(text)}`;
  const licenseId = byId.has(stem) ? `${stem}-${byId.size}` : stem;
  idsOfNames.set(text, licenseId);
  byId.set(licenseId, { licenseId, extractedText: text, name: text, ...(url !== undefined && { seeAlsos: [url] }) });
  return licenseId;
}

/** Text as an id of SPDX may have it: not empty, and not unique. */
export function slug(text: string): string {
  return (
    text
      .slice(0, SLUG_LENGTH_MAX)
      .replaceAll(/[^A-Za-z0-9.]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'x'
  );
}
