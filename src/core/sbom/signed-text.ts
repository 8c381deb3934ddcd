import { ToolError } from '../errors.ts';
import { parseBundle, parseEnvelope } from '../provenance/envelope.ts';
import type { CarriedDocument } from '../model/statement.ts';
import { memberSpan } from './json-span.ts';
import { innerMember } from './unwrap.ts';

/** A statement, cosign's wrapping in it, and a file as text in that. */
const WRAPPINGS_MAX = 4;

/**
 * What was signed, of whatever form the document is that carries it; undefined for a form that holds no statement.
 * @throws ToolError `MALFORMED`, `TOO_LARGE`
 */
export function payloadOf({ form, bytes }: Pick<CarriedDocument, 'form' | 'bytes'>): Uint8Array | undefined {
  switch (form) {
    case 'statement':
      return bytes;
    case 'dsse':
      return parseEnvelope(bytes).payload;
    case 'bundle':
      return parseBundle(bytes).envelope?.payload;
    case 'simpleSigning':
      return undefined;
  }
}

/**
 * The document in a statement, letter for letter as it was signed: the predicate's own text cut out of the payload, or the file that the
 * predicate holds as text. Nothing is parsed and written again, so numbers, order and spaces are the author's.
 * @throws ToolError `MALFORMED`
 */
export function signedText(payload: Uint8Array): string {
  let text = decode(payload);
  for (let count = 0; count < WRAPPINGS_MAX; count++) {
    const value = valueOf(text);
    const member = innerMember(value);
    if (typeof value === 'string') text = value;
    else if (member === undefined) return text;
    else {
      const span = memberSpan(text, member);
      if (span === undefined) return text;
      text = text.slice(span.start, span.end);
    }
  }
  return text;
}

function decode(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch (cause) {
    throw new ToolError('MALFORMED', 'the statement is not UTF-8', { expected: 'JSON in UTF-8', cause });
  }
}

/** Undefined for what is no JSON: a file in another format, at which unwrapping ends. */
function valueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
