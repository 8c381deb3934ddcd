import type { Component, FoundPlace, Loss, Sbom } from './model.ts';
import { sumLosses, takeNotes } from './notes.ts';

type Column = { readonly title: string; readonly textOf: (component: Component) => string };

const NAME: Column = { title: 'name', textOf: ({ group, name }) => (group === undefined ? name : `${group}/${name}`) };
const VERSION: Column = { title: 'version', textOf: ({ version = '' }) => version };
const TYPE: Column = { title: 'type', textOf: ({ kind = '' }) => kind };
const LICENCES: Column = { title: 'licences', textOf: ({ licences }) => join(licences.map(({ text }) => text)) };
const PURL: Column = { title: 'purl', textOf: ({ purl }) => purl?.text ?? '' };

/** `table` is for people, `csv` for programs: as much as a line can hold. */
const COLUMNS: Readonly<Record<'csv' | 'table', readonly Column[]>> = {
  table: [NAME, VERSION, TYPE, LICENCES, PURL],
  csv: [
    NAME,
    VERSION,
    TYPE,
    LICENCES,
    PURL,
    { title: 'supplier', textOf: ({ supplier }) => supplier?.name ?? '' },
    { title: 'hashes', textOf: ({ hashes }) => join(hashes.map(({ algorithm, value }) => `${algorithm}:${value}`)) },
    { title: 'cpes', textOf: ({ cpes }) => join(cpes) },
    { title: 'found', textOf: ({ foundAt }) => join(foundAt.map(placeText)) },
    { title: 'id', textOf: ({ id }) => id },
  ],
};

/** A line for each component, as text that nobody has escaped yet. */
export type ComponentRows = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly losses: readonly Loss[];
};

/** The components without the root, in the Sbom's order. */
export function toRows(sbom: Sbom, shape: keyof typeof COLUMNS): ComponentRows {
  const columns = COLUMNS[shape];
  return {
    columns: columns.map(({ title }) => title),
    rows: sbom.components.map((component) => columns.map(({ textOf }) => textOf(component))),
    losses: sumLosses([sbom.losses, lossesOf(sbom, shape)]),
  };
}

function join(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ');
}

function placeText({ path, layer }: FoundPlace): string {
  return [path, layer].filter((text) => text !== undefined).join(' in ');
}

/** Facts that have no column, counted by the components that have them. */
function lossesOf({ components, edges, root }: Sbom, shape: keyof typeof COLUMNS): readonly Loss[] {
  const notes = takeNotes();
  const count = (what: string, has: (component: Component) => boolean): void =>
    notes.lose('unwritten', what, components.filter(has).length);
  notes.lose('unwritten', 'the root', root === undefined ? 0 : 1);
  notes.lose('unwritten', 'edges', edges.length);
  count('descriptions', ({ description }) => description !== undefined);
  count('copyrights', ({ copyright }) => copyright !== undefined);
  count('scopes', ({ scope }) => scope !== undefined);
  count('originators', ({ originator }) => originator !== undefined);
  count('references', ({ references }) => references.length > 0);
  count('properties', ({ properties }) => properties.length > 0);
  if (shape === 'table') {
    count('suppliers', ({ supplier }) => supplier !== undefined);
    count('hashes', ({ hashes }) => hashes.length > 0);
    count('CPEs', ({ cpes }) => cpes.length > 0);
    count('places', ({ foundAt }) => foundAt.length > 0);
  }
  return notes.losses();
}
