import * as v from 'valibot';
import { LineCounter, isMap, isNode, isSeq, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ToolError } from '../errors.ts';
import { isRecord } from '../json.ts';
import { nearest } from '../nearest.ts';

/** Keys that this file may not have although another one may, with the reason. */
export type Forbidden = Readonly<Record<string, string>>;

/** A few hundred bytes of aliases must not become gigabytes. */
const ALIASES_MAX = 100;

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
  // The library's warnings would go to standard error by themselves.
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true, merge: false, logLevel: 'error' });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new ToolError(
      'INVALID_CONFIGURATION',
      `${file.path}:${line}:${col}: ${fault.code.toLowerCase().replaceAll('_', ' ')}`,
      { expected: 'YAML', cause: fault },
    );
  }
  const parsed = v.safeParse(file.schema, mapOf(document, file.path), { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const keys = keysOf(issue, file.schema);
  const where = `${file.path}${positionOf(document, lines, keys)}`;
  throw invalid({ issue, keys, where, schema: file.schema, forbidden: file.forbidden ?? {} });
}

function mapOf(document: Document.Parsed, path: string): object {
  const value = valueOf(document, path) ?? {};
  if (isRecord(value)) return value;
  throw new ToolError('INVALID_CONFIGURATION', `${path}:1:1: the document is not what is expected`, {
    expected: 'keys with values',
    got: Array.isArray(value) ? 'a list' : 'a single value',
  });
}

function valueOf(document: Document.Parsed, path: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    return value;
  } catch (cause) {
    throw new ToolError('INVALID_CONFIGURATION', `${path}: an alias that cannot be followed`, {
      expected: `anchors before their aliases, and at most ${ALIASES_MAX} aliases`,
      cause,
    });
  }
}

/** Where the issue is: of several forms that a value can have, at the key that none of them has. */
function keysOf(issue: v.BaseIssue<unknown>, schema: unknown): readonly string[] {
  const keys = (issue.path ?? []).map((item) => String(item.key));
  if (issue.type !== 'union' || !isRecord(issue.input)) return keys;
  const known = knownKeys(schema, keys);
  const stray = Object.keys(issue.input).find((key) => !known.includes(key));
  return stray === undefined ? keys : [...keys, stray];
}

/** `:line:column` of what the keys lead to, or of what it should be in. */
function positionOf(document: Document.Parsed, lines: LineCounter, keys: readonly string[]): string {
  const outer = keys.slice(0, -1);
  const holder = keys.length === 0 ? undefined : document.getIn(outer, true);
  const node = keys.length === 0 ? document.contents : memberOf(holder, keys.at(-1) ?? '');
  if (isNode(node) && node.range !== null && node.range !== undefined) {
    const { line, col } = lines.linePos(node.range[0]);
    return `:${line}:${col}`;
  }
  return keys.length === 0 ? '' : positionOf(document, lines, outer);
}

function memberOf(holder: unknown, key: string): unknown {
  if (isMap(holder)) return holder.items.find((pair) => String(pair.key) === key)?.key;
  return isSeq(holder) ? holder.items[Number(key)] : undefined;
}

type Fault = {
  readonly issue: v.BaseIssue<unknown>;
  readonly keys: readonly string[];
  readonly where: string;
  readonly schema: unknown;
  readonly forbidden: Forbidden;
};

function invalid({ issue, keys, where, schema, forbidden }: Fault): ToolError {
  const name = keys.join('.');
  const [first = ''] = keys;
  const key = keys.at(-1) ?? '';
  if (Object.hasOwn(forbidden, first))
    return new ToolError('INVALID_CONFIGURATION', `${where}: ${name} cannot be set here`, withHint(forbidden[first]));
  const known = knownKeys(schema, keys.slice(0, -1));
  if (known.length > 0 && !known.includes(key)) {
    const near = nearest(key, known);
    return new ToolError('INVALID_CONFIGURATION', `${where}: unknown key ${name}`, {
      expected: `one of ${known.join(', ')}`,
      ...withHint(near === undefined ? undefined : `did you mean ${near}?`),
    });
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined')
    return new ToolError('INVALID_CONFIGURATION', `${where}: ${name} is missing`);
  const forms = formsOf(schema, keys);
  return new ToolError('INVALID_CONFIGURATION', `${where}: ${name} is not what is expected`, {
    expected: forms.length > 1 ? forms.join('; or ') : (issue.expected ?? issue.message),
    ...(issue.type === 'union' ? {} : { got: issue.received }),
  });
}

function withHint(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** The keys that the schema knows at a path: valibot's issue does not say. */
function knownKeys(schema: unknown, path: readonly string[]): readonly string[] {
  return [...new Set(schemasAt(schema, path).flatMap(entriesOf))];
}

/** The keys of each of the forms that a value can have. */
function formsOf(schema: unknown, path: readonly string[]): readonly string[] {
  return schemasAt(schema, path).map((form) => entriesOf(form).join(', '));
}

/** What the schema says of the value at a path; several, where it can have several forms. */
function schemasAt(schema: unknown, path: readonly string[]): readonly Record<string, unknown>[] {
  if (!isRecord(schema)) return [];
  if ('wrapped' in schema) return schemasAt(schema['wrapped'], path);
  if (Array.isArray(schema['options']) && schema['type'] === 'union')
    return schema['options'].flatMap((option) => schemasAt(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  const { entries } = schema;
  return schemasAt(isRecord(entries) ? entries[key] : (schema['value'] ?? schema['item']), rest);
}

function entriesOf({ entries }: Record<string, unknown>): readonly string[] {
  return isRecord(entries) ? Object.keys(entries) : [];
}
