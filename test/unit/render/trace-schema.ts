import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { schemas } from '../../../src/render/schema/index.ts';

type Validator = (document: unknown) => readonly string[];

/** What is wrong with a document, by the published schema of this name; empty where it is valid. */
export async function validatorOf(name: string): Promise<Validator> {
  const schema = await schemas[name]?.();
  if (schema === undefined) throw new Error(`no schema named ${name}`);
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: fullFormats });
  const validate = ajv.compile(schema);
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export function traceValidator(): Promise<Validator> {
  return validatorOf('trace');
}
