import { tellDocumentLosses, toolsOf } from '../document-losses.ts';
import { idAllocator } from '../draft.ts';
import type { JsonRecord } from '../item.ts';
import type { Component, Sbom } from '../model.ts';
import type { Notes } from '../notes.ts';
import { sumLosses, takeNotes } from '../notes.ts';
import { toSpdxParty, toSpdxTool } from '../parties.ts';
import type { WriteOptions, Written } from '../write-options.ts';
import { SPDX_RELATIONSHIPS } from './relations.ts';
import type { ExtractedLicence } from './write-licences.ts';
import { licenceWriter, slug } from './write-licences.ts';
import { writePackage } from './write-package.ts';

/** An SPDX 2.3 document as JSON has it (clauses 6, 7, 10 and 11). */
export type SpdxDocument = {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: 'SPDXRef-DOCUMENT';
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: readonly JsonRecord[];
  readonly hasExtractedLicensingInfos?: readonly ExtractedLicence[];
  readonly relationships: readonly SpdxRelationship[];
};
export type SpdxRelationship = {
  readonly spdxElementId: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
};

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';

/** The Sbom as SPDX 2.3 JSON. Its namespace holds the UUID of the options. */
export function toSpdxJson(sbom: Sbom, options: WriteOptions): Written<SpdxDocument> {
  const notes = takeNotes();
  const licences = licenceWriter(notes);
  const components = sbom.root === undefined ? sbom.components : [sbom.root, ...sbom.components];
  const ids = spdxIds(components);
  const idOf = (id: string): string => ids.get(id) ?? DOCUMENT_ID;
  const packages = components.map((component) => writePackage(component, { options, notes, licences, idOf }));
  const extracted = licences.extracted();
  const name = sbom.root?.name ?? sbom.documents.find((document) => document.name !== undefined)?.name ?? 'SBOM';
  tellDocumentLosses(sbom, options, notes);
  tellFurtherLosses(sbom, { name, notes });
  const value: SpdxDocument = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${slug(name)}-${options.uuid}`,
    creationInfo: { created: options.created, creators: writeCreators(sbom, options) },
    packages,
    ...(extracted.length > 0 && { hasExtractedLicensingInfos: extracted }),
    relationships: writeRelationships(sbom, idOf),
  };
  return { value, losses: sumLosses([sbom.losses, notes.losses()]) };
}

/** `SPDXRef-` and letters, digits, `.` and `-` (clause 7.2); those that are so already stay. */
function spdxIds(components: readonly Component[]): ReadonlyMap<string, string> {
  const taken = new Map<string, string>([[DOCUMENT_ID, '']]);
  const allocate = idAllocator(taken, '-');
  return new Map(
    components.map(({ id }) => {
      const spdxId = allocate(
        /^SPDXRef-[A-Za-z0-9.-]+$/.test(id) ? id : `SPDXRef-${slug(id.replace(/^SPDXRef-/, ''))}`,
      );
      taken.set(spdxId, id);
      return [id, spdxId] as const;
    }),
  );
}

function tellFurtherLosses(
  { documents, components, edges }: Sbom,
  { name, notes }: { readonly name: string; readonly notes: Notes },
): void {
  notes.lose(
    'unwritten',
    'names of documents',
    documents.filter((document) => document.name !== undefined && document.name !== name).length,
  );
  notes.lose(
    'unwritten',
    'vendors of tools',
    documents.flatMap(({ tools }) => tools).filter(({ vendor }) => vendor !== undefined).length,
  );
  const origins = new Set(
    edges.filter(({ kind }) => kind === 'generatedFrom' || kind === 'descendantOf').map(({ to }) => to),
  );
  notes.lose(
    'unwritten',
    'scopes',
    components.filter(({ id, scope }) => scope === 'excluded' && !origins.has(id)).length,
  );
}

/** Clause 6.8: at least one. */
function writeCreators(sbom: Sbom, options: WriteOptions): readonly string[] {
  const authors = sbom.documents.flatMap((document) => document.authors);
  return [...new Set([...authors.map(toSpdxParty), ...toolsOf(sbom, options).map(toSpdxTool)])];
}

/** What the model says with edges, and what it says by listing: that a component is a part of the root. */
function writeRelationships(
  { root, components, edges, describes }: Sbom,
  idOf: (id: string) => string,
): readonly SpdxRelationship[] {
  const contained = new Set(edges.filter(({ kind }) => kind === 'contains').map(({ to }) => to));
  const inside = components.filter(({ id, scope }) => !contained.has(id) && scope !== 'excluded');
  const related = new Set(edges.map(({ to }) => to));
  const outermost = components.filter(({ id }) => !related.has(id)).map(({ id }) => id);
  const described =
    describes.length > 0 ? describes : outermost.length > 0 ? outermost : components.slice(0, 1).map(({ id }) => id);
  const relate = (from: string, relationshipType: string, to: string): SpdxRelationship => ({
    spdxElementId: idOf(from),
    relationshipType,
    relatedSpdxElement: idOf(to),
  });
  return [
    ...described.map((id) => ({
      spdxElementId: DOCUMENT_ID,
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: idOf(id),
    })),
    ...(root === undefined ? [] : inside.map(({ id }) => relate(root.id, 'CONTAINS', id))),
    ...edges.map(({ from, kind, to }) => relate(from, SPDX_RELATIONSHIPS[kind], to)),
  ];
}
