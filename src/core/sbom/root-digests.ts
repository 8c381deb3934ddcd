import { withoutUndefined } from '../defined.ts';
import { isRecord } from '../json.ts';
import type { Digest } from '../model/digest.ts';
import type { JsonRecord } from './item.ts';
import type { Component } from './model.ts';
import { COMPONENT_KINDS } from './model.ts';
import { namedDigestsOf } from './named-digests.ts';
import { readPurl } from './purl.ts';
import { innerMember } from './unwrap.ts';

/** Roots that a document names: one, and seldom a few. */
const ROOTS_MAX = 10;
const WRAPPINGS_MAX = 2;

/**
 * The image digests that an SBOM's root names, read of the root alone: for whoever holds a predicate of 20 MB and asks for no more. Nothing
 * where the document is of another format, or text.
 */
export function rootDigests(predicate: unknown): readonly Digest[] {
  let document = predicate;
  for (let count = 0; count < WRAPPINGS_MAX && isRecord(document); count++) {
    const member = innerMember(document);
    if (member !== undefined) document = document[member];
  }
  if (!isRecord(document)) return [];
  const roots = document['bomFormat'] === 'CycloneDX' ? cycloneDxRoot(document) : spdxRoots(document);
  return [...new Set(roots.slice(0, ROOTS_MAX).flatMap(namedDigestsOf))];
}

function cycloneDxRoot({ metadata }: JsonRecord): readonly Component[] {
  const root = isRecord(metadata) ? metadata['component'] : undefined;
  if (!isRecord(root)) return [];
  const hashes = records(root['hashes']).map(({ alg, content }) => ({
    algorithm: text(alg).replace('SHA-', 'sha'),
    value: text(content).toLowerCase(),
  }));
  const properties = records(root['properties']).map(({ name, value }) => ({ name: text(name), value: text(value) }));
  const kind = COMPONENT_KINDS.find((each) => each === root['type']);
  const id = text(root['bom-ref']);
  return [
    sketch({
      id,
      name: text(root['name']),
      version: text(root['version']),
      purl: text(root['purl']),
      kind,
      hashes,
      properties,
    }),
  ];
}

/** What the document says that it describes. */
function spdxRoots({ documentDescribes, relationships, packages }: JsonRecord): readonly Component[] {
  const described = new Set<unknown>(Array.isArray(documentDescribes) ? documentDescribes : []);
  for (const { spdxElementId, relationshipType, relatedSpdxElement } of records(relationships))
    if (spdxElementId === 'SPDXRef-DOCUMENT' && relationshipType === 'DESCRIBES') described.add(relatedSpdxElement);
  return records(packages)
    .filter(({ SPDXID }) => described.has(SPDXID))
    .map((item) => {
      const hashes = records(item['checksums']).map(({ algorithm, checksumValue }) => ({
        algorithm: text(algorithm).toLowerCase(),
        value: text(checksumValue).toLowerCase(),
      }));
      const purl = records(item['externalRefs']).find(({ referenceType }) => referenceType === 'purl');
      const kind = COMPONENT_KINDS.find(
        (each) => each === text(item['primaryPackagePurpose']).toLowerCase().replace('_', '-'),
      );
      const name = text(item['name']);
      return sketch({
        id: '',
        name,
        version: text(item['versionInfo']),
        purl: text(purl?.['referenceLocator']),
        kind,
        hashes,
        properties: [],
      });
    });
}

type Sketch = Pick<Component, 'id' | 'name' | 'hashes' | 'properties'> & {
  readonly version: string;
  readonly purl: string;
  readonly kind: Component['kind'];
};

function sketch({ purl, version, kind, ...rest }: Sketch): Component {
  const facts = withoutUndefined({ purl: readPurl(purl), version: version === '' ? undefined : version, kind });
  return { ...rest, ...facts, cpes: [], licences: [], foundAt: [], references: [], documents: [] };
}

function records(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
