import { withoutUndefined } from '../defined.ts';
import type { Digest } from '../model/digest.ts';
import { parseDigest } from '../model/digest.ts';
import type { Draft, DraftComponent } from './draft.ts';
import { startDraft } from './draft.ts';
import type { Item } from './item.ts';
import { complain, countUnread, membersNamed, itemsOf, listOf, memberOf, textOf } from './item.ts';
import type { LicenceReader } from './licences.ts';
import { licenceReader } from './licences.ts';
import type { FoundPlace, Licence, Sbom } from './model.ts';
import { purlOf } from './purl.ts';

const MEMBERS = membersNamed(`
  artifacts artifactRelationships source descriptor schema
`);
const ARTIFACT_MEMBERS = membersNamed(`
  id name version purl cpes licenses locations type foundBy language
`);

/** syft's own JSON, whose schema has a version of its own; from 3 (2022) on. */
export function readSyft(item: Item): Sbom {
  countUnread(item, MEMBERS, '');
  const draft = startDraft(item.notes);
  const readLicence = licenceReader();
  const digests = addSource(item, draft);
  for (const artifact of itemsOf(item, 'artifacts')) {
    const component = readArtifact(artifact, readLicence);
    if (component !== undefined) draft.add(component, artifact.at);
  }
  for (const file of itemsOf(item, 'files')) {
    const id = textOf(file, 'id');
    if (id !== undefined) draft.knowElsewhere(id);
  }
  for (const relationship of itemsOf(item, 'artifactRelationships')) addRelationship(relationship, draft);
  const descriptor = memberOf(item, 'descriptor');
  const schema = memberOf(item, 'schema');
  const sbom = draft.finish({
    format: 'syft-json',
    specVersion: (schema && textOf(schema, 'version')) ?? '',
    tools:
      descriptor === undefined
        ? []
        : [withoutUndefined({ name: textOf(descriptor, 'name') ?? 'syft', version: textOf(descriptor, 'version') })],
    authors: [],
  });
  return { ...sbom, namedDigests: [...new Set([...sbom.namedDigests, ...digests])] };
}

/** What was scanned: the image, with the digests that syft knew it by. Gives those digests. */
function addSource(item: Item, draft: Draft): readonly Digest[] {
  const source = memberOf(item, 'source');
  if (source === undefined) return [];
  // `target` until syft 0.80, and a text where it is a folder.
  const detail = ['metadata', 'target'].find((key) => typeof source.value[key] === 'object');
  const metadata = detail === undefined ? undefined : memberOf(source, detail);
  const isImage = textOf(source, 'type') === 'image';
  const repoDigests = metadata === undefined ? [] : listOf(metadata, 'repoDigests').map(String);
  const manifestDigest = metadata && textOf(metadata, 'manifestDigest');
  const id = draft.add(
    withoutUndefined({
      id: textOf(source, 'id'),
      name: textOf(source, 'name') ?? (metadata && textOf(metadata, 'userInput')) ?? 'source',
      kind: isImage ? ('container' as const) : undefined,
      version: textOf(source, 'version') ?? manifestDigest,
      ...EMPTY_LISTS,
      licences: [],
    }),
    source.at,
  );
  draft.describe(id);
  const texts = [
    manifestDigest,
    metadata && textOf(metadata, 'imageID'),
    ...repoDigests.map((text) => text.split('@')[1]),
  ];
  return texts.flatMap((text) => parseDigest(text ?? '') ?? []);
}

const EMPTY_LISTS = { cpes: [], hashes: [], foundAt: [], references: [], properties: [] } as const;

function readArtifact(item: Item, readLicence: LicenceReader): DraftComponent | undefined {
  const name = textOf(item, 'name');
  if (name === undefined) {
    complain(item, 'name', 'missing: the artifact is left out');
    return undefined;
  }
  countUnread(item, ARTIFACT_MEMBERS, 'artifacts[]');
  const type = textOf(item, 'type');
  return withoutUndefined({
    ...EMPTY_LISTS,
    id: textOf(item, 'id'),
    name,
    // Every artifact is a package to syft, and it writes so into other formats.
    kind: 'library' as const,
    version: textOf(item, 'version'),
    purl: purlOf(item, 'purl'),
    cpes: listOf(item, 'cpes').flatMap((cpe) => firstText(cpe, ['cpe']) ?? []),
    licences: listOf(item, 'licenses').flatMap((licence) => readLicenceEntry(licence, readLicence) ?? []),
    foundAt: itemsOf(item, 'locations').map(readLocation),
    properties: type === undefined ? [] : [{ name: 'syft:package:type', value: type }],
  });
}

/** A text until syft 0.80, an object since. */
function readLicenceEntry(entry: unknown, readLicence: LicenceReader): Licence | undefined {
  const acknowledgement = firstText(entry, ['type']);
  const isKnown = acknowledgement === 'declared' || acknowledgement === 'concluded';
  return readLicence(
    firstText(entry, ['spdxExpression', 'value']) ?? '',
    typeof entry === 'object' && isKnown ? { acknowledgement } : {},
  );
}

function firstText(entry: unknown, keys: readonly string[]): string | undefined {
  if (typeof entry === 'string') return entry === '' ? undefined : entry;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const values = new Map<string, unknown>(Object.entries(entry));
  return keys.map((key) => values.get(key)).find((value): value is string => typeof value === 'string' && value !== '');
}

function readLocation(item: Item): FoundPlace {
  return withoutUndefined({ path: textOf(item, 'path'), layer: textOf(item, 'layerID') });
}

function addRelationship(item: Item, draft: Draft): void {
  const [parent, child, type] = [textOf(item, 'parent'), textOf(item, 'child'), textOf(item, 'type')];
  if (parent === undefined || child === undefined) return complain(item, 'parent', 'missing, or the child is');
  if (type === 'contains') draft.link({ from: parent, kind: 'contains', to: child, at: item.at });
  // `parent` is a dependency of `child`.
  else if (type === 'dependency-of') draft.link({ from: child, kind: 'dependsOn', to: parent, at: item.at });
  else item.notes.lose('unread', `artifactRelationships ${type ?? 'without a type'}`);
}
