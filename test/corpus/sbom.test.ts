import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toCycloneDxJson, toCycloneDxXml } from '../../src/core/sbom/cyclonedx/write.ts';
import type { Component, Loss, Sbom, SbomProblem } from '../../src/core/sbom/model.ts';
import { toSpdxJson } from '../../src/core/sbom/spdx/write.ts';
import { readVulnerabilities } from '../../src/core/vex/read.ts';
import { OPTIONS, read, throughText } from '../unit/core/sbom/documents.ts';
import { spdxErrors } from '../unit/core/sbom/spdx-validity.ts';
import { cycloneDxErrors, cycloneDxXmlErrors, hasXmllint } from '../unit/core/sbom/validity.ts';

const CORPUS = new URL('../../../shared/corpus/', import.meta.url);
const absent = !existsSync(CORPUS);
const SKIPPED = absent ? ' (skipped: ../shared/corpus is absent)' : '';

type Entry = { readonly file: string; readonly observed: readonly string[] };
type Counted = { readonly v?: string; readonly n?: number; readonly root?: string; readonly name?: string };

const entries: readonly Entry[] = absent ? [] : JSON.parse(readFileSync(new URL('INDEX.json', CORPUS), 'utf8'));
const sboms = entries.filter(({ file }) => file.startsWith('sbom/'));

/** What INDEX says of a document: its kind, then facts as JSON. */
function counted({ observed: [text = ''] }: Entry): { readonly kind: string; readonly facts: Counted } {
  const space = text.indexOf(' ');
  return { kind: text.slice(0, space), facts: JSON.parse(text.slice(space)) as Counted };
}

function bytesOf({ file }: Entry): Uint8Array {
  return readFileSync(new URL(file, CORPUS));
}
function textOf(entry: Entry): string {
  return new TextDecoder().decode(bytesOf(entry));
}

type Node = { readonly [key: string]: unknown };
const listIn = (node: Node, key: string): readonly Node[] => (Array.isArray(node[key]) ? (node[key] as Node[]) : []);

/** Components in components, however deep. */
function countNested(node: Node): number {
  return listIn(node, 'components').reduce((sum, inner) => sum + 1 + countNested(inner), 0);
}

/** How many packages a document lists, without our reader: the root counts. */
function plainCount(entry: Entry): number {
  const text = textOf(entry);
  const { kind } = counted(entry);
  if (kind === 'spdx-tv') return text.match(/^PackageName:/gm)?.length ?? 0;
  if (kind === 'cyclonedx-xml') return text.replace(/<tools>.*?<\/tools>/s, '').match(/<component[\s>]/g)?.length ?? 0;
  const document = JSON.parse(text) as Node;
  if (kind === 'spdx3')
    return listIn(document, '@graph').filter((element) => String(element['type']).endsWith('Package')).length;
  return plainCountOf(document);
}

function plainCountOf(document: Node): number {
  if ('spdxVersion' in document) return listIn(document, 'packages').length;
  const metadata = (document['metadata'] ?? {}) as Node;
  const root = metadata['component'] as Node | undefined;
  return countNested(document) + (root === undefined ? 0 : 1 + countNested(root));
}

/** Ids of the files of an SPDX document: one that it describes is listed without being a package. */
function fileIds(text: string): ReadonlySet<string> {
  if (!text.trimStart().startsWith('{'))
    return new Set([...text.matchAll(/^FileName:.*\n+SPDXID: *(\S+)/gm)].map(([, id = '']) => id));
  const document = JSON.parse(text) as Node;
  const elements = listIn(document, '@graph').filter(({ type }) => type === 'software_File');
  return new Set([...listIn(document, 'files'), ...elements].map((file) => String(file['SPDXID'] ?? file['spdxId'])));
}

/** Some real documents do relate components to what they leave out. */
function isNotTheirs({ code }: SbomProblem): boolean {
  return code !== 'UNKNOWN_REFERENCE';
}

function everyComponent({ root, components }: Sbom): readonly Component[] {
  return root === undefined ? components : [root, ...components];
}

describe.skipIf(absent)(`real SBOMs${SKIPPED}`, () => {
  test('are as many as INDEX names', () => expect(sboms.length).toBeGreaterThan(100));

  test.each(sboms.map((entry) => [entry.file.replace('sbom/', ''), entry] as const))('%s', async (_file, entry) => {
    const { sbom, problems } = read(bytesOf(entry));
    const { kind, facts } = counted(entry);
    expect(problems.filter(isNotTheirs)).toEqual([]);
    const files = kind.startsWith('spdx') ? fileIds(textOf(entry)) : new Set();
    const listed = everyComponent(sbom).filter(({ id }) => !files.has(id));
    expect(listed).toHaveLength(plainCount(entry));
    if (facts.v !== undefined) expect(sbom.documents[0]?.specVersion).toBe(facts.v.replace('SPDX-', ''));
    if (kind === 'spdx3') expect(listIn(JSON.parse(textOf(entry)) as Node, '@graph')).toHaveLength(facts.n ?? 0);
    if (kind === 'spdx') expect(plainCount(entry)).toBe(facts.n ?? 0);
    if (kind === 'spdx') expect(sbom.documents[0]?.name).toBe(facts.name);
    if (kind === 'cyclonedx')
      expect(listIn(JSON.parse(textOf(entry)) as Node, 'components')).toHaveLength(facts.n ?? 0);
    if (kind === 'cyclonedx') expect([sbom.root?.kind, sbom.root?.name]).toEqual([facts.root, facts.name]);
    await survives(sbom);
  });
});

describe.skipIf(absent || !hasXmllint)(
  `real SBOMs as CycloneDX XML${SKIPPED}${hasXmllint ? '' : ' (skipped: xmllint is not installed)'}`,
  () => {
    test.each(sboms.map((entry) => [entry.file.replace('sbom/', ''), entry] as const))('%s', async (_file, entry) => {
      expect(cycloneDxXmlErrors((await toCycloneDxXml(read(bytesOf(entry)).sbom, OPTIONS)).value)).toEqual([]);
    });
  },
);

/** Facts of which there may be several, as text, over all components. */
const FACTS: Readonly<Record<string, (component: Component) => readonly string[]>> = {
  licences: ({ licences }) => licences.map(({ text }) => text),
  hashes: ({ hashes }) => hashes.map(({ algorithm, value }) => `${algorithm}:${value}`),
  references: ({ references }) => references.map(({ url }) => url),
  properties: ({ properties }) => properties.map(({ name, value }) => `${name}=${value}`),
  cpes: ({ cpes }) => cpes,
  places: ({ foundAt }) => foundAt.map(({ path, layer }) => `${path} ${layer}`),
  suppliers: ({ supplier }) => (supplier === undefined ? [] : [supplier.name]),
  makers: ({ originator }) => (originator === undefined ? [] : [originator.name]),
  descriptions: ({ description }) => (description === undefined ? [] : [description]),
  copyrights: ({ copyright }) => (copyright === undefined ? [] : [copyright]),
};

/** Written in each format it is valid, has every component, and what it no longer says is in the list of losses. */
async function survives(sbom: Sbom): Promise<void> {
  const json = await toCycloneDxJson(sbom, OPTIONS);
  const spdx = toSpdxJson(sbom, OPTIONS);
  expect(cycloneDxErrors(throughText(json.value))).toEqual([]);
  expect(spdxErrors(throughText(spdx.value))).toEqual([]);
  assertKept(sbom, throughText(json.value), json.losses);
  assertKept(sbom, throughText(spdx.value), spdx.losses);
  const xml = await toCycloneDxXml(sbom, OPTIONS);
  assertKept(sbom, new TextEncoder().encode(xml.value), xml.losses);
  // And to the other family and back.
  const { sbom: fromSpdx } = read(throughText(spdx.value));
  const back = await toCycloneDxJson(fromSpdx, OPTIONS);
  assertKept(sbom, throughText(back.value), [...spdx.losses, ...back.losses]);
}

function assertKept(before: Sbom, written: unknown, losses: readonly Loss[]): void {
  const { sbom: after, problems } = read(written);
  expect(problems).toEqual([]);
  const identities = (sbom: Sbom): readonly string[] =>
    everyComponent(sbom)
      .map(({ name, version, purl }) => `${name} ${version} ${purl?.canonical}`.replaceAll(/\s+/g, ' '))
      .sort();
  expect(identities(after)).toEqual(identities(before));
  const told = losses.filter(({ reason }) => reason !== 'unread').reduce((sum, { count }) => sum + count, 0);
  const missing = Object.entries(FACTS).flatMap(([fact, textsOf]) => {
    const kept = new Set(everyComponent(after).flatMap(textsOf).map(squash));
    const gone = new Set(
      everyComponent(before)
        .flatMap(textsOf)
        .map(squash)
        .filter((text) => !kept.has(text)),
    );
    return [...gone].map((text) => `${fact}: ${text}`);
  });
  if (missing.length > told) expect(missing).toEqual(['no more than the losses tell', told]);
}

/** Spaces and line breaks are what formats differ in. */
function squash(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Attestations of SBOMs, and the format within. */
const ATTESTATIONS = [
  ['dsse/anchore/grype__alpine.cdx.att.json', 'cyclonedx-json'],
  ['dsse/anchore/grype__alpine.att.json', 'syft-json'],
  ['sigstore-bundles/image/ringodev-demo-sbom.sigstore.json', 'cyclonedx-json'],
  ['image-evidence/ghcr-tommykammy-shirokuma-seaweedfs-4.39/sbom-attestation-bundle.json', 'cyclonedx-json'],
] as const;

function predicateIn(file: string): Node {
  const carrier = JSON.parse(readFileSync(new URL(file, CORPUS), 'utf8')) as Node;
  const envelope = (carrier['dsseEnvelope'] ?? carrier) as { readonly payload: string };
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')) as Node;
  return statement['predicate'] as Node;
}

describe.skipIf(absent)(`SBOMs in attestations${SKIPPED}`, () => {
  test.each(ATTESTATIONS)('%s', async (file, format) => {
    const predicate = predicateIn(file);
    const { sbom, problems } = read(predicate);
    expect(problems.filter(isNotTheirs)).toEqual([]);
    expect(sbom.documents[0]?.format).toBe(format);
    const document = 'Data' in predicate ? (predicate['Data'] as Node) : predicate;
    const count = format === 'syft-json' ? listIn(document, 'artifacts').length + 1 : plainCountOf(document);
    expect(everyComponent(sbom)).toHaveLength(count);
    await survives(sbom);
  });

  test.each(['docker-attest-unsigned-index', 'docker-attest-no-provenance-index'])('BuildKit: %s', async (name) => {
    const folder = new URL(`oci-layouts/${name}/blobs/sha256/`, CORPUS);
    const documents = readdirSync(folder)
      .map((blob) => readFileSync(new URL(blob, folder), 'utf8'))
      .filter(
        (text) => text.startsWith('{') && text.includes('"https://spdx.dev/Document"') && text.includes('"predicate"'),
      )
      .map((text) => JSON.parse(text) as Node);
    expect(documents.length).toBeGreaterThan(1);
    for (const statement of documents) {
      const { sbom, problems } = read(statement);
      expect(problems).toEqual([]);
      const files = fileIds(JSON.stringify(statement['predicate']));
      expect(everyComponent(sbom).filter(({ id }) => !files.has(id))).toHaveLength(
        plainCountOf(statement['predicate'] as Node),
      );
      await survives(sbom);
    }
  });
});

const statements = entries.filter(
  ({ file, observed: [text = ''] }) =>
    file.startsWith('vex/') || file.startsWith('vuln/') || text.startsWith('openvex'),
);

/** Statements that a document has, without our reader. */
function plainStatements(document: Node): number {
  const scanner = (document['scanner'] ?? {}) as Node;
  const results = [...listIn(document, 'Results'), ...listIn((scanner['result'] ?? {}) as Node, 'Results')];
  return (
    listIn(document, 'statements').length +
    listIn(document, 'matches').length +
    results.reduce((sum, result) => sum + listIn(result, 'Vulnerabilities').length, 0) +
    listIn(document, 'vulnerabilities').reduce(
      (sum, entry) => sum + Object.keys((entry['product_status'] ?? {}) as Node).length,
      0,
    )
  );
}

describe.skipIf(absent)(`real statements about vulnerabilities${SKIPPED}`, () => {
  test('are as many as INDEX names', () => expect(statements.length).toBeGreaterThan(25));

  test.each(statements.map((entry) => [entry.file, entry] as const))('%s', (_file, entry) => {
    const reading = readVulnerabilities(bytesOf(entry));
    if (reading.kind === 'refused') throw reading.error;
    const { document, problems } = reading;
    expect(problems).toEqual([]);
    expect(document.statements).toHaveLength(plainStatements(JSON.parse(textOf(entry)) as Node));
    if (entry.file.startsWith('vuln/')) return expect(document.format).toBe('scan');
    const { kind, facts } = counted(entry);
    expect(document.format).toBe(kind);
    if (facts.n !== undefined) expect(document.statements).toHaveLength(facts.n);
    for (const statement of document.statements) {
      expect(statement.vulnerability).toMatch(/^(?:CVE|GHSA|GO)-/);
      expect(statement.products.length).toBeGreaterThan(0);
      expect(Date.parse(statement.timestamp ?? '')).not.toBeNaN();
    }
  });

  test.each(
    sboms
      .filter(({ file }) => /VEX__/.test(file))
      .map((entry) => [/vex-(?<status>\w+)\.json$/.exec(entry.file)?.groups?.['status'] ?? '', entry] as const),
  )('CycloneDX: %s', (status, entry) => {
    const reading = readVulnerabilities(bytesOf(entry));
    if (reading.kind === 'refused') throw reading.error;
    expect(reading.document.statements).toMatchObject([{ status }]);
  });
});
