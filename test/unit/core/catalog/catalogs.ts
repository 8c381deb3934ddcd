import { readFileSync } from 'node:fs';
import type { Catalog, CatalogContact, CatalogFormatName, CatalogProblem } from '../../../../src/core/catalog/model.ts';
import { readCatalogFile } from '../../../../src/core/catalog/read-file.ts';
import { readCatalogTree, type ReadTree } from '../../../../src/core/catalog/read-tree.ts';
import type { CsvColumns } from '../../../../src/core/catalog/csv.ts';
import { absent, found } from '../../../../src/core/model/outcome.ts';

export const FIXTURES = new URL('../../../../fixtures/catalogs/', import.meta.url);
export const MONO = 'https://github.com/acme/mono';
export const COMMIT = 'a'.repeat(40);

export type ReadOptions = { path?: string; format?: CatalogFormatName; columns?: CsvColumns };

/** What a text says. */
export function readText(text: string, { path = 'catalog.yaml', ...options }: ReadOptions = {}): Catalog {
  return readCatalogFile({ bytes: Buffer.from(text), path, origin: { name: 'the test' }, ...options });
}

export function readFixture(name: string, options: ReadOptions = {}): Catalog {
  const bytes = readFileSync(new URL(`formats/${name}`, FIXTURES));
  return readCatalogFile({ bytes, path: name, origin: { name: 'the test' }, ...options });
}

/** A tree of files by their paths; every folder on the way is there too. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): ReadTree {
  return async (paths) => new Map(paths.map((path) => [path, entryAt(files, path)] as const));
}

function entryAt(files: Readonly<Record<string, string | Uint8Array>>, path: string) {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (file !== undefined) return found({ kind: 'file' as const, bytes: Buffer.from(file) });
  const prefix = path === '' ? '' : `${path}/`;
  const below = Object.keys(files).filter((name) => name.startsWith(prefix));
  if (below.length === 0) return absent('noSuchPath' as const);
  const names = new Map(
    below.map((name) => {
      const [first = '', ...rest] = name.slice(prefix.length).split('/');
      return [first, { name: first, kind: rest.length === 0 ? 'file' : 'folder' }] as const;
    }),
  );
  return found({ kind: 'folder' as const, names: [...names.values()] });
}

const MONOREPO_FILES = [
  'catalog-info.yaml',
  'services/checkout/catalog-info.yaml',
  'services/checkout/service.datadog.yaml',
  'services/invoices/catalog-info.yaml',
  'services/search/catalog-info.yaml',
  'people/teams.yaml',
];

/** The monorepo of the fixtures as it is at `COMMIT`, read from these files and what they name. */
export function readMonorepo(start: readonly string[]): Promise<Catalog> {
  const files = Object.fromEntries(
    MONOREPO_FILES.map((path) => [path, readFileSync(new URL(`monorepo/${path}`, FIXTURES))]),
  );
  const origin = { name: `${MONO} at ${COMMIT}`, repository: MONO, commit: COMMIT };
  return readCatalogTree({ origin, start, read: treeOf(files) });
}

export function shownContacts(contacts: readonly CatalogContact[]): readonly string[] {
  return contacts.map(({ kind, address }) => `${kind} ${address}`);
}

/** `CODE line: message`. */
export function shownProblems(problems: readonly CatalogProblem[]): readonly string[] {
  return problems.map(({ code, place, message }) => `${code} ${place.line}: ${message}`);
}
