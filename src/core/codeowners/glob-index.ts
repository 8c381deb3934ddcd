import { ANY_DEPTH, type Glob, type GlobPart, matchesGlob } from './glob.ts';
import { type MatchSteps, spendSteps } from './match-steps.ts';
import { literalEnding } from './segment.ts';

/** A path as it is looked up: its segments, and what a pattern can require one of them to be. */
export type IndexedPath = {
  readonly segments: readonly string[];
  /** Every segment once. */
  readonly names: readonly string[];
  /** What begins with a dot at the end of any segment: of `a.d.ts`, `.d.ts` and `.ts`. */
  readonly extensions: readonly string[];
};

/** The position in the list of the last glob that matches, or -1. */
export type FindLast = (path: IndexedPath, steps: MatchSteps) => number;

/** Deeper literals are compared and not looked up: a file of nothing but deep paths must not become a tree of millions. */
const TREE_DEPTH_MAX = 8;

type Entry = { readonly position: number; readonly rest: Glob };

/** What follows the literals, by a name or an extension that a path must have for it to match. In the order of the positions. */
type Rests = {
  readonly byName: Map<string, Entry[]>;
  readonly byExtension: Map<string, Entry[]>;
  readonly others: Entry[];
};

/** Reached by the literal segments that a glob begins with. */
type Node = {
  children: Map<string, Node> | undefined;
  /** The last glob that ends here, and the last one that goes on with one or more segments of any kind. */
  ending: number;
  below: number;
  rests: Rests | undefined;
};

export function indexedPath(segments: readonly string[]): IndexedPath {
  return { segments, names: [...new Set(segments)], extensions: [...new Set(segments.flatMap(extensionsOf))] };
}

function extensionsOf(segment: string): readonly string[] {
  const extensions: string[] = [];
  for (let dot = segment.indexOf('.'); dot !== -1; dot = segment.indexOf('.', dot + 1)) {
    extensions.push(segment.slice(dot));
  }
  return extensions;
}

/** Finds the last of many globs that matches a path without trying them all: by the literal segments that each begins with. */
export function indexGlobs(globs: readonly Glob[]): FindLast {
  const root = emptyNode();
  for (const [position, glob] of globs.entries()) insert(root, glob, position);
  return (path, steps) => findLast(root, path, steps);
}

function emptyNode(): Node {
  return { children: undefined, ending: -1, below: -1, rests: undefined };
}

function insert(root: Node, glob: Glob, position: number): void {
  let node = root;
  let depth = 0;
  for (; depth < TREE_DEPTH_MAX; depth++) {
    const name = literalText(glob[depth]);
    if (name === undefined) break;
    node = childOf(node, name);
  }
  const rest = glob.slice(depth);
  const [first, second] = rest;
  if (first === undefined) {
    node.ending = position;
  } else if (first === ANY_DEPTH && rest.length === 1) {
    node.ending = position;
    node.below = position;
  } else if (first !== ANY_DEPTH && first.kind === 'anything' && second === ANY_DEPTH && rest.length === 2) {
    node.below = position;
  } else {
    bucketFor(node, rest).push({ position, rest });
  }
}

function childOf(node: Node, name: string): Node {
  node.children ??= new Map();
  const child = node.children.get(name) ?? emptyNode();
  node.children.set(name, child);
  return child;
}

function bucketFor(node: Node, rest: Glob): Entry[] {
  node.rests ??= { byName: new Map(), byExtension: new Map(), others: [] };
  const name = longest(rest.map(literalText));
  if (name !== undefined) return bucketOf(node.rests.byName, name);
  const extension = longest(rest.map(requiredExtension));
  return extension === undefined ? node.rests.others : bucketOf(node.rests.byExtension, extension);
}

function bucketOf(buckets: Map<string, Entry[]>, key: string): Entry[] {
  const bucket = buckets.get(key) ?? [];
  buckets.set(key, bucket);
  return bucket;
}

function literalText(part: GlobPart | undefined): string | undefined {
  return part !== undefined && part !== ANY_DEPTH && part.kind === 'literal' ? part.text : undefined;
}

function requiredExtension(part: GlobPart): string | undefined {
  const ending = part === ANY_DEPTH ? '' : literalEnding(part);
  const dot = ending.indexOf('.');
  return dot === -1 ? undefined : ending.slice(dot);
}

/** The longer a name, the fewer paths have it. */
function longest(texts: readonly (string | undefined)[]): string | undefined {
  return texts.reduce((best, text) => ((text?.length ?? -1) > (best?.length ?? -1) ? text : best), undefined);
}

/** `best`: the highest position found so far. */
type Search = { readonly path: IndexedPath; readonly steps: MatchSteps; start: number; best: number };

function findLast(root: Node, path: IndexedPath, steps: MatchSteps): number {
  const search: Search = { path, steps, start: 0, best: -1 };
  let node: Node | undefined = root;
  while (node !== undefined) {
    const name = path.segments[search.start];
    search.best = Math.max(search.best, name === undefined ? node.ending : node.below);
    if (node.rests !== undefined) searchRests(node.rests, search);
    node = name === undefined ? undefined : node.children?.get(name);
    search.start++;
  }
  return search.best;
}

function searchRests({ byName, byExtension, others }: Rests, search: Search): void {
  searchEntries(others, search);
  searchBuckets(byName, search.path.names, search);
  searchBuckets(byExtension, search.path.extensions, search);
}

function searchBuckets(buckets: Map<string, Entry[]>, keys: readonly string[], search: Search): void {
  if (buckets.size === 0) return;
  spendSteps(search.steps, keys.length);
  for (const key of keys) {
    const bucket = buckets.get(key);
    if (bucket !== undefined) searchEntries(bucket, search);
  }
}

/** From the end, and no further back than what was found already. */
function searchEntries(entries: readonly Entry[], search: Search): void {
  const from = { segments: search.path.segments, start: search.start };
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry === undefined || entry.position <= search.best) return;
    if (matchesGlob(entry.rest, from, search.steps)) search.best = entry.position;
  }
}
