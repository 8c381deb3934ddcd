import { withoutUndefined } from '../defined.ts';
import type { Component, FoundPlace, Property } from './model.ts';

/**
 * Facts for which CycloneDX and SPDX 2.3 have no place of their own are carried by properties under the names that syft gave them:
 * they are in most SBOMs of images that there are, and other tools read them.
 */
const LOCATION = /^syft:location:(?<number>\d{1,6}):(?<fact>path|layerID)$/;
const FURTHER_CPE = 'syft:cpe23';
/** Trivy's: one place for each component. Its properties stay where they are, since its own reader wants them. */
const TRIVY_PATH = 'aquasecurity:trivy:FilePath';
const TRIVY_LAYERS = ['aquasecurity:trivy:LayerDiffID', 'aquasecurity:trivy:LayerDigest'];

const TRIVY_PREFIX = 'aquasecurity:trivy:';
/** The same facts as trivy writes them into SPDX, as text `name: value`. */
const TRIVY_TEXT = new RegExp(
  `^(?<fact>SchemaVersion|ImageID|RepoDigest|RepoTag|DiffID|Reference|Size|Type|Class|FilePath|LayerDigest|LayerDiffID|PkgID|PkgType|Src\\w+|Labels:\\S+): (?<value>.+)$`,
);

/** A property that trivy wrote as text into an annotation or an attribution. */
export function trivyProperty(text: string): Property | undefined {
  const { fact, value } = TRIVY_TEXT.exec(text)?.groups ?? {};
  return fact === undefined || value === undefined ? undefined : { name: `${TRIVY_PREFIX}${fact}`, value };
}

export type LiftedProperties = Pick<Component, 'foundAt' | 'cpes' | 'properties'>;

/** What properties say of a component, and those that say something else. */
export function liftProperties(written: readonly Property[]): LiftedProperties {
  const places = new Map<number, FoundPlace>();
  const cpes: string[] = [];
  const properties: Property[] = [];
  for (const property of written) {
    const { number, fact } = LOCATION.exec(property.name)?.groups ?? {};
    if (number !== undefined) {
      const known = places.get(Number(number));
      places.set(Number(number), {
        ...known,
        ...(fact === 'path' ? { path: property.value } : { layer: property.value }),
      });
    } else if (property.name === FURTHER_CPE) cpes.push(property.value);
    else properties.push(property);
  }
  const sorted = [...places].sort(([left], [right]) => left - right).map(([, place]) => place);
  return { foundAt: uniquePlaces([...sorted, ...trivyPlaces(properties)]), cpes, properties };
}

function trivyPlaces(properties: readonly Property[]): readonly FoundPlace[] {
  const valueOf = (wanted: string): string | undefined => properties.find(({ name }) => name === wanted)?.value;
  const path = valueOf(TRIVY_PATH);
  const layer = TRIVY_LAYERS.map(valueOf).find((value) => value !== undefined);
  return path === undefined && layer === undefined ? [] : [withoutUndefined({ path, layer })];
}

export function uniquePlaces(places: readonly FoundPlace[]): readonly FoundPlace[] {
  return [...new Map(places.map((place) => [`${place.path ?? ''}\n${place.layer ?? ''}`, place])).values()];
}

/** The reverse: the component's properties, with its places and those of its CPEs that the format has no place for. */
export function carryAsProperties(component: Component, cpes: readonly string[]): readonly Property[] {
  return [
    ...component.properties,
    ...cpes.map((value) => ({ name: FURTHER_CPE, value })),
    ...component.foundAt.flatMap(({ path, layer }, index) => [
      ...(layer === undefined ? [] : [{ name: `syft:location:${index}:layerID`, value: layer }]),
      ...(path === undefined ? [] : [{ name: `syft:location:${index}:path`, value: path }]),
    ]),
  ];
}
