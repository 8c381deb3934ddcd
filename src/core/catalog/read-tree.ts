import { matchesPattern } from '../anchored-pattern.ts';
import type { Outcome } from '../model/outcome.ts';
import type { CsvColumns } from './csv.ts';
import { problem } from './format.ts';
import { resolveTarget } from './location-target.ts';
import {
  joinCatalogs,
  STRANGER_BYTES_MAX,
  type Catalog,
  type CatalogFormatName,
  type CatalogOrigin,
  type CatalogPlace,
} from './model.ts';

/** Larger catalogs are read from Backstage's API. */
const FILES_MAX = 1000;
/** How many times what was read may name what is to be read: folders within folders count too. */
const ROUNDS_MAX = 12;

/** All that may be a catalog file where nothing is said of names. */
const CATALOG_FILE = /\.(?:ya?ml|csv)$/i;

/** What is at a path of the tree that holds a catalog. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'folder'; readonly names: readonly { readonly name: string; readonly kind: string }[] }
  | { readonly kind: 'link' }
  | { readonly kind: 'submodule' };
/** Answers for each of the paths; the root is the empty path. Does not reject. */
export type ReadTree = (paths: readonly string[]) => Promise<ReadonlyMap<string, Outcome<TreeEntry, 'noSuchPath'>>>;

export type CatalogTree = {
  readonly origin: CatalogOrigin;
  /** Files, folders, and patterns of them. One that is not there is no problem. */
  readonly start: readonly string[];
  readonly read: ReadTree;
  readonly format?: CatalogFormatName | undefined;
  readonly columns?: CsvColumns | undefined;
  /** Of all files together; by default as of a stranger. */
  readonly bytesMax?: number;
};

/** `rest`: what is still to be matched below `path`. `namedAt`, `through`: where a file named it, and the files on the way there. */
type Wanted = {
  readonly path: string;
  readonly rest: readonly string[];
  readonly namedAt?: CatalogPlace;
  readonly through: readonly string[];
};
type Step = { readonly catalog: Partial<Catalog>; readonly next: readonly Wanted[] };
type Budget = { readonly bytesMax: number; bytesRead: number };
type Answer = Outcome<TreeEntry, 'noSuchPath'> | undefined;

/** The catalog of a tree: the files asked for, and what they name in the same tree, each once and within limits. */
export async function readCatalogTree(tree: CatalogTree): Promise<Catalog> {
  const parts: Partial<Catalog>[] = [];
  const seen = new Set<string>();
  const budget: Budget = { bytesMax: tree.bytesMax ?? STRANGER_BYTES_MAX, bytesRead: 0 };
  const root: CatalogPlace = { origin: tree.origin, path: '', line: 1, document: 1 };
  let pending = tree.start.map((path) => wantedBy(path, { through: [] }));
  for (let round = 1; pending.length > 0; round++) {
    const fresh = pending.filter((wanted) => !seen.has(keyOf(wanted)));
    for (const wanted of fresh) seen.add(keyOf(wanted));
    if (round > ROUNDS_MAX || seen.size > FILES_MAX + tree.start.length) {
      const limits = `more than ${FILES_MAX} files, or named ${ROUNDS_MAX} times over`;
      return joinCatalogs([...parts, { problems: [problem(root, 'TOO_MANY', `not all of it was read: ${limits}`)] }]);
    }
    const unique = [...new Map(fresh.map((wanted) => [keyOf(wanted), wanted])).values()];
    const answers = await tree.read([...new Set(unique.map(({ path }) => path))]);
    const steps = await Promise.all(
      unique.map((wanted) => stepAt({ ...tree, budget }, wanted, answers.get(wanted.path))),
    );
    parts.push(...steps.map(({ catalog }) => catalog));
    pending = steps.flatMap(({ next }) => next);
  }
  return joinCatalogs(parts);
}

function keyOf({ path, rest }: Wanted): string {
  return [path, ...rest].join('\n');
}

/** What stands before the first wildcard is a path that can be asked for. */
function wantedBy(pattern: string, more: Pick<Wanted, 'namedAt' | 'through'>): Wanted {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  const wildcard = names.findIndex((name) => name.includes('*'));
  const literal = wildcard === -1 ? names.length : wildcard;
  return { ...more, path: names.slice(0, literal).join('/'), rest: names.slice(literal) };
}

async function stepAt(tree: CatalogTree & { readonly budget: Budget }, wanted: Wanted, answer: Answer): Promise<Step> {
  if (answer?.kind !== 'found') return { catalog: unread(tree, wanted, answer), next: [] };
  const entry = answer.value;
  // A file that names the root would have all of a repository read.
  const isNamedFolder = wanted.namedAt !== undefined && wanted.rest.length === 0;
  if (entry.kind === 'folder' && !isNamedFolder) return { catalog: {}, next: inFolder(wanted, entry) };
  if (wanted.rest.length > 0) return { catalog: {}, next: [] };
  if (entry.kind !== 'file') return { catalog: missing(wanted, `is a ${entry.kind}`), next: [] };
  tree.budget.bytesRead += entry.bytes.length;
  if (tree.budget.bytesRead > tree.budget.bytesMax) return { catalog: tooMuch(tree, wanted), next: [] };
  return readFile(tree, wanted, entry.bytes);
}

function unread({ origin }: CatalogTree, wanted: Wanted, answer: Answer): Partial<Catalog> {
  if (answer?.kind !== 'failed') return missing(wanted, 'is not there');
  const place = { origin, path: wanted.path, line: 1, document: 1 };
  return { problems: [problem(place, 'UNREAD', answer.error.message, { error: answer.error })] };
}

function tooMuch({ origin, budget }: CatalogTree & { readonly budget: Budget }, { path }: Wanted): Partial<Catalog> {
  const place = { origin, path, line: 1, document: 1 };
  return { problems: [problem(place, 'TOO_LARGE', `all files together are more than ${budget.bytesMax} bytes`)] };
}

/** Only what a file names has to be there. */
function missing({ namedAt, path }: Wanted, what: string): Partial<Catalog> {
  return namedAt === undefined ? {} : { problems: [problem(namedAt, 'NOT_FOLLOWED', `${path} ${what}`)] };
}

function inFolder(wanted: Wanted, { names }: Extract<TreeEntry, { kind: 'folder' }>): readonly Wanted[] {
  const [pattern = '**', ...rest] = wanted.rest;
  const inside = names.map(({ name, kind }) => ({
    name,
    kind,
    path: wanted.path === '' ? name : `${wanted.path}/${name}`,
  }));
  if (pattern !== '**')
    return inside.flatMap(({ name, path }) => (matchesPattern(pattern, name) ? [{ ...wanted, path, rest }] : []));
  const folders = inside
    .filter(({ kind }) => kind === 'folder')
    .map(({ path }) => ({ ...wanted, path, rest: ['**', ...rest] }));
  if (rest.length > 0) return [...folders, { ...wanted, rest }];
  const files = inside.filter(({ name, kind }) => kind === 'file' && CATALOG_FILE.test(name));
  return [...folders, ...files.map(({ path }) => ({ ...wanted, path, rest }))];
}

async function readFile(
  { origin, format, columns }: CatalogTree,
  { path, through }: Wanted,
  bytes: Uint8Array,
): Promise<Step> {
  // Most repositories have no such file, and the parser of YAML is slow to load.
  const { readCatalogFile } = await import('./read-file.ts');
  const catalog = readCatalogFile({ bytes, path, origin, format, columns });
  const trail = [...through, path];
  const followed = catalog.targets.map((named) => resolveTarget(named));
  const refused = followed.flatMap((each) => ('code' in each ? [each] : []));
  const named = followed.flatMap((each) => ('path' in each ? [each] : []));
  const cyclic = named
    .filter((each) => trail.includes(each.path))
    .map((each) => problem(each.place, 'CYCLE', `files that name each other: ${[...trail, each.path].join(', ')}`));
  return {
    catalog: { ...catalog, targets: [], problems: [...catalog.problems, ...refused, ...cyclic] },
    next: named.map((each) => wantedBy(each.path, { namedAt: each.place, through: trail })),
  };
}
