import { LineCounter, isMap, isNode, isScalar, parseAllDocuments, visit } from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import { isRecord } from '../json.ts';
import { problem, type CatalogDocument } from './format.ts';
import type { CatalogOrigin, CatalogPlace, CatalogProblem } from './model.ts';

/** A few hundred bytes of aliases must not become gigabytes. */
const ALIASES_MAX = 100;
/** No catalog nests deeper, and whatever walks deeper ones would run out of stack. */
const DEPTH_MAX = 64;

export type CatalogText = { readonly text: string; readonly path: string; readonly origin: CatalogOrigin };
export type YamlDocuments = {
  readonly documents: readonly CatalogDocument[];
  readonly problems: readonly CatalogProblem[];
};

/** The mappings of a file of several YAML documents, every scalar as text. A document that cannot be read costs itself alone. */
export function parseYamlDocuments({ text, path, origin }: CatalogText): YamlDocuments {
  const start: CatalogPlace = { origin, path, line: 1, document: 1 };
  const tooDeep = lineTooDeep(text);
  if (tooDeep !== undefined) {
    const place = { ...start, line: tooDeep };
    return { documents: [], problems: [problem(place, 'NOT_YAML', `nested deeper than ${DEPTH_MAX} levels`)] };
  }
  const lines = new LineCounter();
  // Looking for repeated keys, the library compares each with each: `repeatedKey` looks each up.
  const options = {
    lineCounter: lines,
    uniqueKeys: false,
    // There may be a hundred thousand of them, and one is shown.
    prettyErrors: false,
    merge: false,
    schema: 'failsafe',
    logLevel: 'error',
  } as const;
  const parsed = parseAllDocuments(text, options);
  const all = 'empty' in parsed ? [] : parsed;
  const read = all.map((document, index) =>
    readDocument(document, { start: { ...start, document: index + 1 }, lines }),
  );
  return {
    documents: read.flatMap((each) => ('value' in each ? [each] : [])),
    problems: read.flatMap((each) => ('code' in each ? [each] : [])),
  };
}

type Where = { readonly start: CatalogPlace; readonly lines: LineCounter };

/** Undefined members for a document of nothing, as after a last `---`. */
function readDocument(document: Document.Parsed, { start, lines }: Where): CatalogDocument | CatalogProblem | object {
  const at = (offset: number | undefined): CatalogPlace =>
    offset === undefined ? start : { ...start, line: lines.linePos(offset).line };
  const place = at(document.contents?.range?.[0] ?? undefined);
  const [fault] = document.errors;
  if (fault !== undefined) return problem(at(fault.pos[0]), 'NOT_YAML', fault.code.toLowerCase().replaceAll('_', ' '));
  const repeated = repeatedKey(document);
  if (repeated !== undefined)
    return problem(at(repeated.offset), 'REPEATED_KEY', `the key ${repeated.key} is there twice`);
  const value = valueOf(document);
  if (value === undefined)
    return problem(place, 'ALIASES', `an alias that cannot be followed, or more than ${ALIASES_MAX} of them`);
  if (value === '' || value === null) return {};
  if (!isRecord(value)) return problem(place, 'NOT_YAML', 'the document is not a mapping');
  const offsetOf = offsetFinder(document);
  return { value, place, placeOf: (keys: readonly string[]) => at(offsetOf(keys)) };
}

function valueOf(document: Document.Parsed): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    return value;
  } catch {
    return undefined;
  }
}

type Repeated = { readonly key: string; readonly offset: number | undefined };

function repeatedKey(document: Document.Parsed): Repeated | undefined {
  let repeated: Repeated | undefined;
  visit(document, {
    Map: (_, map) => {
      const known = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) continue;
        if (known.has(name)) repeated = { key: name, offset: isNode(key) ? (key.range?.[0] ?? undefined) : undefined };
        known.add(name);
      }
      return repeated === undefined ? undefined : visit.BREAK;
    },
  });
  return repeated;
}

/** Finds where keys lead: of the key itself, where there is one. Each mapping is searched through once, however often it is asked. */
function offsetFinder(document: Document.Parsed): (keys: readonly string[]) => number | undefined {
  const pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairOf = (map: YAMLMap, name: string): Pair | undefined => {
    const known = pairs.get(map) ?? pairsByKey(map);
    pairs.set(map, known);
    return known.get(name);
  };
  return (keys) => {
    let node: unknown = document.contents;
    let offset = isNode(node) ? node.range?.[0] : undefined;
    for (const name of keys) {
      const pair = isMap(node) ? pairOf(node, name) : undefined;
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0];
      node = pair.value;
    }
    return offset;
  };
}

function pairsByKey({ items }: YAMLMap): ReadonlyMap<string, Pair> {
  return new Map(items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', pair]));
}

/**
 * The line on which the text nests too deeply, without parsing it: brackets that were not closed, and within one line what opens a
 * level of a block. Brackets in strings are counted too, which only a text made for it would notice.
 */
function lineTooDeep(text: string): number | undefined {
  let brackets = 0;
  for (const [index, line] of text.split('\n').entries()) {
    // What a document left open is not open in the next.
    if (line.startsWith('---')) brackets = 0;
    let deepest = brackets;
    for (const character of line) {
      if (character === '[' || character === '{') brackets++;
      else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1);
      deepest = Math.max(deepest, brackets);
    }
    const indent = /^[ ]*(?:[-?:][ ]+)*/.exec(line)?.[0].length ?? 0;
    if (deepest > DEPTH_MAX || indent > DEPTH_MAX * 4) return index + 1;
  }
  return undefined;
}
