import { readFileSync } from 'node:fs';
import type { Component, Sbom, SbomProblem } from '../../../../src/core/sbom/model.ts';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import type { WriteOptions } from '../../../../src/core/sbom/write-options.ts';

export const OPTIONS: WriteOptions = {
  created: '2026-11-21T12:00:00Z',
  uuid: '3e671687-395b-41f5-a30f-a58921a69b79',
  tool: { name: 'provtrace', version: '0.1.0' },
};
/** The digest of the image of fixtures/sboms/shop, and one of its layers. */
export const IMAGE_DIGEST = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
export const LAYER_DIGEST = 'sha256:ff768a1413ba109308c0d897ffa555e052a46d2cf471178f001b825b4c21f354';
export const SHOP_FILES = [
  'cyclonedx-1.6.json',
  'cyclonedx-1.6.xml',
  'spdx-2.3.json',
  'spdx-2.3.spdx',
  'spdx-3.0.json',
  'syft.json',
] as const;

export function shopBytes(file: (typeof SHOP_FILES)[number]): Uint8Array {
  return readFileSync(new URL(`../../../../fixtures/sboms/shop/${file}`, import.meta.url));
}

/** The Sbom, or the refusal thrown. */
export function read(written: unknown): { readonly sbom: Sbom; readonly problems: readonly SbomProblem[] } {
  const reading = readSbom(written);
  if (reading.kind === 'refused') throw reading.error;
  return reading;
}

export function shop(file: (typeof SHOP_FILES)[number] = 'cyclonedx-1.6.json'): Sbom {
  return read(shopBytes(file)).sbom;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** As it is after it was written to a file and read from it. */
export function throughText(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}

/** A CycloneDX document with these components, and these dependencies by reference. */
export function cycloneDx(
  components: readonly object[],
  dependencies: Readonly<Record<string, readonly string[]>> = {},
): Record<string, unknown> {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'container', 'bom-ref': 'image', name: 'shop' } },
    components,
    dependencies: Object.entries(dependencies).map(([ref, dependsOn]) => ({ ref, dependsOn })),
  };
}

/** A component of the type that most are, whose reference is its name. */
export function library(name: string, facts: object = {}): object {
  return { type: 'library', 'bom-ref': name, name, ...facts };
}

/** An SPDX document with these packages, whose ids are `SPDXRef-` and their names, and these relationships by name. */
export function spdx(
  packages: readonly { readonly name: string }[],
  relationships: readonly (readonly [string, string, string])[] = [],
): Record<string, unknown> {
  const idOf = (name: string): string => `SPDXRef-${name}`;
  return {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'shop',
    documentNamespace: 'https://acme.example/shop',
    creationInfo: { created: '2026-03-01T10:00:00Z', creators: ['Tool: hand'] },
    packages: packages.map((entry) => ({ SPDXID: idOf(entry.name), downloadLocation: 'NOASSERTION', ...entry })),
    relationships: relationships.map(([from, relationshipType, to]) => ({
      spdxElementId: idOf(from),
      relationshipType,
      relatedSpdxElement: idOf(to),
    })),
  };
}

export function named(sbom: Sbom, name: string): Component {
  const component = sbom.components.find((candidate) => candidate.name === name);
  if (component === undefined) throw new Error(`no component ${name}`);
  return component;
}

/** Edges by the names of their ends, sorted. */
export function edgesOf(sbom: Sbom): readonly string[] {
  const names = new Map([...(sbom.root ? [sbom.root] : []), ...sbom.components].map(({ id, name }) => [id, name]));
  return sbom.edges.map(({ from, kind, to }) => `${names.get(from)} ${kind} ${names.get(to)}`).sort();
}

/** Losses by what they are, of one reason. */
export function lossesOf(
  losses: Sbom['losses'],
  reason: Sbom['losses'][number]['reason'],
): Readonly<Record<string, number>> {
  return Object.fromEntries(losses.filter((loss) => loss.reason === reason).map(({ what, count }) => [what, count]));
}
