import { Composer, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import type { ManifestProblemCode } from './model.ts';
import { DEPTH_MAX, boundedTokens } from './yaml-tokens.ts';

/** Of fields that come into the mappings of one document by merge keys: each mapping that merges another is a copy of it. */
const MERGED_FIELDS_MAX = 100_000;

/** A YAML or JSON value: aliases followed, merge keys (`<<`) merged, scalars as YAML's core schema has them. An aliased value is one object. */
export type YamlTree = { readonly offset: number; readonly depth: number } & (
  | { readonly kind: 'scalar'; readonly value: unknown }
  | { readonly kind: 'map'; readonly fields: ReadonlyMap<string, YamlTree> }
  | { readonly kind: 'list'; readonly items: readonly YamlTree[] }
);

/** The scalar where it is a string. */
export function textOf(tree: YamlTree | undefined): string | undefined {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined;
}

/** What a mapping holds; nothing for what is none. */
export function fieldsOf(tree: YamlTree | undefined): ReadonlyMap<string, YamlTree> {
  return tree?.kind === 'map' ? tree.fields : new Map();
}

/** Why a document is not read. */
export type YamlFault = {
  readonly kind: 'fault';
  readonly code: ManifestProblemCode;
  readonly message: string;
  readonly offset: number;
  readonly hint?: string;
};

const NOT_RENDERED = {
  kind: 'fault',
  code: 'NOT_RENDERED',
  message: 'a template that was not rendered',
  hint: 'Render it first: helm template CHART | provtrace verify -f -',
} as const;

/** The documents of a file, those of nothing left out. One that cannot be read costs itself alone; one beyond a limit, those after it too. */
export function* parseYamlTrees(text: string): Generator<YamlTree | YamlFault> {
  // Looking for repeated keys, the library compares each with each: `mapTree` looks each up.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, merge: false, logLevel: 'error' });
  const limits: YamlFault[] = [];
  const tokens = boundedTokens(text, ({ message, offset }) => limits.push(fault('TOO_MANY', message, offset)));
  for (const document of composer.compose(tokens)) {
    const [error] = document.errors;
    if (error !== undefined) {
      const said = error.code.toLowerCase().replaceAll('_', ' ');
      yield templateLine(text) ?? fault('MALFORMED', `not YAML: ${said}`, error.pos[0]);
    } else if (!isEmpty(document)) {
      yield documentTree(document);
    }
  }
  yield* limits;
}

/** As after a last `---`, or between two comments. */
function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function fault(code: ManifestProblemCode, message: string, offset: number): YamlFault {
  return { kind: 'fault', code, message, offset };
}

/** Where a text that is not YAML is a template: a line that begins with an action, or a value that is one. */
function templateLine(text: string): YamlFault | undefined {
  let offset = 0;
  for (const line of text.split('\n')) {
    const trimmed = line.trimStart();
    if (/^(?:- |[\w.-]{1,100}: )?\{[{%]/.test(trimmed))
      return { ...NOT_RENDERED, offset: offset + line.length - trimmed.length + trimmed.indexOf('{') };
    offset += line.length + 1;
  }
  return undefined;
}

function documentTree(document: Document.Parsed): YamlTree | YamlFault {
  const faults: YamlFault[] = [];
  const anchors = new Map<string, YamlTree>();
  const tree = treeOf(document.contents, { anchors, faults, merged: 0 });
  return faults[0] ?? tree;
}

type Reading = {
  /** What each anchor stands for at this point of the document: not yet there while it is being read, so there are no cycles. */
  readonly anchors: Map<string, YamlTree>;
  readonly faults: YamlFault[];
  /** How many fields were merged so far. */
  merged: number;
};

function treeOf(node: unknown, reading: Reading): YamlTree {
  if (isAlias(node)) return aliasTree(node.source, offsetOf(node), reading);
  const tree = newTree(node, reading);
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
    reading.anchors.set(node.anchor, tree);
  return tree;
}

function newTree(node: unknown, reading: Reading): YamlTree {
  if (isMap(node)) return mapTree(node, reading);
  if (isSeq(node)) {
    const items = node.items.map((item) => treeOf(item, reading));
    return { kind: 'list', offset: offsetOf(node), depth: depthOver(items), items };
  }
  return isScalar(node)
    ? { kind: 'scalar', offset: offsetOf(node), depth: 1, value: node.value }
    : { kind: 'scalar', offset: 0, depth: 1, value: null };
}

function aliasTree(name: string, offset: number, { anchors, faults }: Reading): YamlTree {
  const anchored = anchors.get(name);
  if (anchored !== undefined && anchored.depth <= DEPTH_MAX) return anchored;
  const why = anchored === undefined ? 'an alias that cannot be followed' : `an alias of more than ${DEPTH_MAX} levels`;
  faults.push(fault('ALIASES', why, offset));
  return { kind: 'scalar', offset, depth: 1, value: null };
}

function mapTree(map: YAMLMap, reading: Reading): YamlTree {
  const fields = new Map<string, YamlTree>();
  const merged: YamlTree[] = [];
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : undefined;
    if (name === undefined) {
      const at = offsetOf(isMap(key) ? key : map);
      reading.faults.push(
        isMap(key) ? { ...NOT_RENDERED, offset: at } : fault('MALFORMED', 'a key that is not a word', at),
      );
    } else if (name === '<<') {
      merged.push(treeOf(value, reading));
    } else {
      if (fields.has(name))
        reading.faults.push(fault('REPEATED_KEY', `the key ${name.slice(0, 100)} is there twice`, offsetOf(key)));
      fields.set(name, treeOf(value, reading));
    }
  }
  for (const tree of merged) mergeInto(fields, tree, reading);
  return { kind: 'map', offset: offsetOf(map), depth: depthOver(fields.values()), fields };
}

/** The mapping's own fields have precedence, then the first of several (YAML, "Merge Key Language-Independent Type"). */
function mergeInto(fields: Map<string, YamlTree>, tree: YamlTree, reading: Reading): void {
  if (tree.kind === 'scalar') return;
  const parts = tree.kind === 'map' ? [tree] : tree.items;
  for (const part of parts) {
    if (part.kind !== 'map') continue;
    reading.merged += part.fields.size + 1;
    if (reading.merged > MERGED_FIELDS_MAX) {
      reading.faults.push(fault('TOO_MANY', `merge keys that copy more than ${MERGED_FIELDS_MAX} fields`, tree.offset));
      return;
    }
    for (const [name, value] of part.fields) if (!fields.has(name)) fields.set(name, value);
  }
}

function depthOver(trees: Iterable<YamlTree>): number {
  let deepest = 0;
  for (const { depth } of trees) deepest = Math.max(deepest, depth);
  return deepest + 1;
}

function offsetOf(node: unknown): number {
  return isRanged(node) ? node.range[0] : 0;
}

function isRanged(node: unknown): node is { readonly range: NonNullable<Node['range']> } {
  return (isAlias(node) || isMap(node) || isSeq(node) || isScalar(node)) && Array.isArray(node.range);
}
