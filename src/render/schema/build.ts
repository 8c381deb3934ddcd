/** A JSON Schema (2020-12), or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, Schema>>;

/** An object with these fields and no others. */
export function record(description: string, required: Fields, optional: Fields = {}): Schema {
  const properties = { ...required, ...optional };
  return { type: 'object', description, properties, required: Object.keys(required), additionalProperties: false };
}

export function list(description: string, items: Schema): Schema {
  return { type: 'array', description, items };
}

export function text(description: string): Schema {
  return { type: 'string', description };
}

export function oneWord(description: string, words: readonly string[]): Schema {
  return { type: 'string', description, enum: words };
}

export function exactly(description: string, value: string): Schema {
  return { type: 'string', description, const: value };
}

export function number(description: string): Schema {
  return { type: 'integer', description };
}

export function truth(description: string): Schema {
  return { type: 'boolean', description };
}

export function digest(description: string): Schema {
  return { type: 'string', description, pattern: '^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$' };
}

/** RFC 3339. */
export function moment(description: string): Schema {
  return { type: 'string', description, format: 'date-time' };
}

export function address(description: string): Schema {
  return { type: 'string', description, format: 'uri', pattern: '^https://' };
}

export function either(description: string, ...schemas: readonly Schema[]): Schema {
  return { description, oneOf: schemas };
}

/** A part that is described once, under `$defs`. */
export function part(name: string, description: string): Schema {
  return { $ref: `#/$defs/${name}`, description };
}
