import * as v from 'valibot';
import { LineCounter, isMap, isPair, isScalar, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import { ToolError } from '../errors.ts';
import { isRecord } from '../json.ts';
import { nearest } from '../nearest.ts';

/** Keys that this file may not have although another one may, with the reason. */
export type Forbidden = Readonly<Record<string, string>>;

/**
 * YAML or JSON text to checked settings. `path` is for the messages.
 * @throws ToolError `INVALID_CONFIGURATION` with line, column and the nearest known key.
 */
export function parseSettings<Schema extends v.GenericSchema>(file: {
  text: string;
  path: string;
  schema: Schema;
  forbidden?: Forbidden;
}): v.InferOutput<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true, merge: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new ToolError(
      'INVALID_CONFIGURATION',
      `${file.path}:${line}:${col}: ${fault.code.toLowerCase().replaceAll('_', ' ')}`,
      { expected: 'YAML', cause: fault },
    );
  }
  const parsed = v.safeParse(file.schema, valueOf(document, file.path) ?? {}, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const keys = (issue.path ?? []).map((item) => String(item.key));
  const where = positionOf(document, lines, keys);
  throw invalid({
    issue,
    keys,
    where: `${file.path}${where}`,
    forbidden: file.forbidden ?? {},
    known: knownKeys(file.schema, keys.slice(0, -1)),
  });
}

function valueOf(document: Document.Parsed, path: string): unknown {
  try {
    // The library's limit on aliases: a few hundred bytes must not become gigabytes.
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return value;
  } catch (cause) {
    throw new ToolError('INVALID_CONFIGURATION', `${path}: too many aliases`, { cause });
  }
}

function positionOf(document: Document.Parsed, lines: LineCounter, keys: readonly string[]): string {
  let offset: number | undefined;
  visit(document, {
    Pair: (_, pair, path) => {
      if (!isScalar(pair.key) || pair.key.range === undefined || pair.key.range === null) return;
      const trail = [...path.filter(isPair).map((outer) => String(outer.key)), String(pair.key)];
      if (trail.length === keys.length && trail.every((key, index) => key === keys[index])) offset = pair.key.range[0];
    },
  });
  if (offset === undefined) return isMap(document.contents) ? '' : ':1:1';
  const { line, col } = lines.linePos(offset);
  return `:${line}:${col}`;
}

type Fault = {
  issue: v.BaseIssue<unknown>;
  keys: readonly string[];
  where: string;
  forbidden: Forbidden;
  known: readonly string[];
};

function invalid({ issue, keys, where, forbidden, known }: Fault): ToolError {
  const name = keys.join('.');
  const key = keys.at(-1) ?? '';
  const reason = forbidden[keys[0] ?? ''];
  if (reason !== undefined)
    return new ToolError('INVALID_CONFIGURATION', `${where}: ${name} cannot be set here`, { hint: reason });
  if (issue.type !== 'strict_object' || known.includes(key)) {
    return new ToolError('INVALID_CONFIGURATION', `${where}: ${name || 'the document'} is not what is expected`, {
      expected: issue.expected ?? issue.message,
      got: issue.received,
    });
  }
  const near = nearest(key, known);
  return new ToolError('INVALID_CONFIGURATION', `${where}: unknown key ${name}`, {
    expected: `one of ${known.join(', ')}`,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  });
}

/** The keys that the schema knows at a path: valibot's issue does not say. */
function knownKeys(schema: unknown, path: readonly string[]): readonly string[] {
  if (!isRecord(schema)) return [];
  if ('wrapped' in schema) return knownKeys(schema['wrapped'], path);
  const [key, ...rest] = path;
  const entries = schema['entries'];
  if (key === undefined) return isRecord(entries) ? Object.keys(entries) : [];
  return knownKeys(isRecord(entries) ? entries[key] : (schema['value'] ?? schema['item']), rest);
}
