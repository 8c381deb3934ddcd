import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { schemas } from '../../../../src/render/schema/index.ts';

/** What is wrong with a verify document, by the published schema; empty where it is valid. */
export async function verifyValidator(): Promise<(document: unknown) => readonly string[]> {
  const schema = await schemas['verify']?.();
  if (schema === undefined) throw new Error('no schema named verify');
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: fullFormats });
  const validate = ajv.compile(schema);
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
