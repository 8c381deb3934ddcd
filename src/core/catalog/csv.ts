import { withoutUndefined } from '../defined.ts';
import { parseCsv, separatorOf, type CsvRecord } from './csv-records.ts';
import { codeAt, imagePattern, links, text } from './fields.ts';
import { problem } from './format.ts';
import type { Catalog, CatalogComponent, CatalogPlace, OwnerReference } from './model.ts';
import { ownerReference, refOf, teamReference } from './refs.ts';
import type { CatalogText } from './yaml-documents.ts';

/**
 * Which columns are read for what, by name or label, the first that is there and not empty. The defaults are ServiceNow's
 * (reference/ownership.md 5.2), of which `busines_criticality` is spelt so.
 */
const DEFAULT_COLUMNS = {
  name: ['name'],
  id: ['sys_id', 'number', 'correlation_id'],
  type: ['sys_class_name', 'class'],
  owner: ['support_group', 'managed_by_group', 'assignment_group', 'change_group', 'u_team', 'team', 'owner'],
  person: ['owned_by', 'managed_by', 'business_contact'],
  tier: ['busines_criticality', 'business_criticality', 'tier'],
  lifecycle: ['operational_status', 'install_status', 'lifecycle'],
  repository: ['repository', 'repo'],
  path: ['path', 'paths'],
  image: ['image', 'images'],
  url: ['url'],
  aliases: ['aliases', 'alias'],
  system: ['system', 'parent'],
  description: ['short_description', 'description', 'comments'],
} as const;
export const CSV_COLUMNS = Object.keys(DEFAULT_COLUMNS);

/** What the user says of the columns: `{ owner: u_support_team }`. */
export type CsvColumns = Readonly<Partial<Record<string, string | readonly string[]>>>;

const OPERATIONAL_STATUS: ReadonlyMap<string, string> = new Map([
  ['1', 'operational'],
  ['2', 'non-operational'],
  ['3', 'repair in progress'],
  ['4', 'DR standby'],
  ['5', 'ready'],
  ['6', 'retired'],
]);

/** A table of services, one a record. A cell that looks like a formula is text, as everything here is. */
export function readCsv({ text: table, path, origin }: CatalogText, columns: CsvColumns = {}): Partial<Catalog> {
  const start: CatalogPlace = { origin, path, line: 1, document: 1 };
  const { records, isWhole } = parseCsv(table, separatorOf(table));
  const [header, ...rows] = records;
  if (header === undefined) return { problems: [problem(start, 'NOT_CSV', 'the table is empty')] };
  const cellsOf = cellFinder(header, columns);
  const missing = missingColumns(header, columns);
  if (cellsOf(header, 'name').length === 0) {
    const hint = `it has ${header.cells.slice(0, 20).join(', ')}; name the column of names in the catalog's columns`;
    return { problems: [problem(start, 'NOT_CSV', 'there is no column of names', { hint })] };
  }
  const nameless = rows.filter((row) => cellsOf(row, 'name').length === 0);
  return {
    components: rows.flatMap((row) => component((column) => cellsOf(row, column), { ...start, line: row.line })),
    problems: [
      ...missing.map((column) => problem(start, 'UNKNOWN_KEY', `there is no column ${column}`)),
      ...nameless.map(({ line }) => problem({ ...start, line }, 'NAMELESS', 'the record has no name')),
      ...(isWhole ? [] : [problem({ ...start, line: rows.at(-1)?.line ?? 1 }, 'NOT_CSV', 'a quote is never closed')]),
    ],
  };
}

type Column = keyof typeof DEFAULT_COLUMNS;
type CellsOf = (column: Column) => readonly string[];

/** The cells that are not empty, of the columns for it, in their order. */
function cellFinder(header: CsvRecord, columns: CsvColumns): (row: CsvRecord, column: Column) => readonly string[] {
  const positions = new Map(header.cells.map((cell, index) => [columnKey(cell), index]));
  return (row, column) =>
    namesOf(columns, column).flatMap((name) => {
      const position = positions.get(columnKey(name));
      return (position === undefined ? undefined : text(row.cells[position])) ?? [];
    });
}

function namesOf(columns: CsvColumns, column: Column): readonly string[] {
  const given = columns[column] ?? DEFAULT_COLUMNS[column];
  return typeof given === 'string' ? [given] : given;
}

/** Those that the user names and the table does not have. */
function missingColumns(header: CsvRecord, columns: CsvColumns): readonly string[] {
  const there = new Set(header.cells.map(columnKey));
  return Object.values(columns)
    .flatMap((names = []) => names)
    .filter((name) => !there.has(columnKey(name)));
}

/** By name and by label: `Support group` is `support_group`. */
function columnKey(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_]+/g, '');
}

function component(cells: CellsOf, place: CatalogPlace): readonly CatalogComponent[] {
  const [name] = cells('name');
  if (name === undefined) return [];
  const [lifecycle] = cells('lifecycle');
  const many = (column: Column): readonly string[] => cells(column).flatMap((cell) => cell.split(/[\s,;|]+/));
  const [repository] = cells('repository');
  const read = withoutUndefined({
    entityRef: refOf('component', name),
    name,
    title: undefined,
    kind: 'component',
    type: cells('type')[0]?.toLowerCase(),
    aliases: [...cells('id'), ...many('aliases')],
    lifecycle: lifecycle === undefined ? undefined : (OPERATIONAL_STATUS.get(lifecycle) ?? lifecycle),
    tier: cells('tier')[0],
    owners: ownersOf(cells),
    system: cells('system')[0],
    description: cells('description')[0],
    links: links(cells('url').map((url) => ({ url }))),
    contacts: [],
    images: many('image')
      .filter((image) => image !== '')
      .map(imagePattern),
    code: codeAt(
      repository,
      many('path').filter((path) => path !== ''),
    ),
    place,
  });
  return [read];
}

/** The team that is responsible; a person only where no team is. */
function ownersOf(cells: CellsOf): readonly OwnerReference[] {
  const [team] = cells('owner');
  const [person] = cells('person');
  if (team !== undefined) return [teamReference(team)];
  if (person === undefined) return [];
  return [person.includes('@') ? ownerReference(person) : { kind: 'person', ref: refOf('user', person), text: person }];
}
