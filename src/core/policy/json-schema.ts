import type * as v from 'valibot';
import { isRecord } from '../json.ts';

/** A JSON Schema (2020-12), or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;
/** Parts that have a title, by it: they are described once, under `$defs`. */
type Definitions = Map<string, JsonSchema>;

/**
 * The JSON Schema of what a valibot schema accepts, as far as JSON Schema can say it: `check` and `rawCheck` are left out, so it accepts more
 * and never less. It knows the kinds that policies are written with; another one is a fault of whoever adds it.
 * @throws TypeError
 */
export function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
  const definitions: Definitions = new Map();
  const whole = partOf(schema, definitions);
  return { ...whole, $defs: Object.fromEntries(definitions) };
}

function partOf(schema: unknown, definitions: Definitions): JsonSchema {
  const fields = fieldsOf(schema);
  const [inner, ...actions] = listOf(fields['pipe']).map(fieldsOf);
  const title = actions.find(({ type }) => type === 'title')?.['title'];
  const described = (): JsonSchema =>
    withActions(
      inner === undefined || inner['pipe'] === undefined ? shapeOf(fields, definitions) : partOf(inner, definitions),
      actions,
    );
  if (typeof title !== 'string') return described();
  if (!definitions.has(title)) definitions.set(title, described());
  return { $ref: `#/$defs/${title}` };
}

function fieldsOf(value: unknown): Fields {
  if (isRecord(value)) return value;
  throw new TypeError('a part of a schema is not one');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function shapeOf(fields: Fields, definitions: Definitions): JsonSchema {
  const part = (name: string): JsonSchema => partOf(fields[name], definitions);
  switch (fields['type']) {
    case 'strict_object':
      return objectOf(fieldsOf(fields['entries']), definitions);
    case 'record':
      return { type: 'object', propertyNames: part('key'), additionalProperties: part('value') };
    case 'array':
      return { type: 'array', items: part('item') };
    case 'union':
      return { anyOf: listOf(fields['options']).map((option) => partOf(option, definitions)) };
    case 'picklist':
      return { enum: fields['options'] };
    case 'literal':
      return { const: fields['literal'] };
    case 'string':
    case 'number':
      return { type: fields['type'] };
    default:
      throw new TypeError(`no JSON Schema is known for ${String(fields['type'])}`);
  }
}

function objectOf(entries: Fields, definitions: Definitions): JsonSchema {
  const members = Object.entries(entries).map(([name, entry]) => ({ name, entry: fieldsOf(entry) }));
  const isOptional = (entry: Fields): boolean => entry['type'] === 'optional';
  return {
    type: 'object',
    properties: Object.fromEntries(
      members.map(({ name, entry }) => [name, partOf(isOptional(entry) ? entry['wrapped'] : entry, definitions)]),
    ),
    required: members.filter(({ entry }) => !isOptional(entry)).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** A second pattern stands beside the first: there is one keyword for them. */
function withActions(shape: JsonSchema, actions: readonly Fields[]): JsonSchema {
  const counted = shape['type'] === 'array' ? 'Items' : 'Length';
  return actions
    .map((action) => keywordsOf(action, counted))
    .reduce<JsonSchema>(
      (whole, keywords) =>
        'pattern' in keywords && 'pattern' in whole
          ? { ...whole, allOf: [...listOf(whole['allOf']), keywords] }
          : { ...whole, ...keywords },
      shape,
    );
}

/** A length is called after what is counted. */
function keywordsOf({ type, requirement, description }: Fields, counted: 'Items' | 'Length'): JsonSchema {
  switch (type) {
    case 'description':
      return { description };
    case 'regex':
      return requirement instanceof RegExp ? { pattern: requirement.source } : {};
    case 'integer':
      return { type: 'integer' };
    case 'min_value':
      return { minimum: requirement };
    case 'max_value':
      return { maximum: requirement };
    case 'min_length':
      return { [`min${counted}`]: requirement };
    case 'max_length':
      return { [`max${counted}`]: requirement };
    case 'min_entries':
      return { minProperties: requirement };
    default:
      return {};
  }
}
