import { ToolError } from '../errors.ts';
import { isRecord } from '../json.ts';
import { parseBundle, parseEnvelope } from '../provenance/envelope.ts';
import type { CarriedDocument } from '../model/statement.ts';
import { memberSpan } from './json-span.ts';
import { innerMember } from './unwrap.ts';

/** As many as a reader takes off: a file as text, in a statement's predicate or cosign's wrapping. */
const WRAPPINGS_MAX = 4;
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle';

/**
 * What was signed, told by what the bytes are, as they are verified: a media type is anybody's word. Of several documents, one on each
 * line, the one whose `predicate` was judged. Undefined for a form that holds no statement, and where none of them does.
 * @throws ToolError `MALFORMED`, `TOO_LARGE`
 */
export function payloadOf(
  { form, bytes }: Pick<CarriedDocument, 'form' | 'bytes'>,
  predicate?: unknown,
): Uint8Array | undefined {
  if (form === 'simpleSigning') return undefined;
  const text = decode(bytes);
  const lines = valueOf(text) === undefined ? text.split('\n').filter((line) => isRecord(valueOf(line))) : [text];
  const [only, ...others] = lines;
  if (others.length === 0) return payloadIn(only ?? text);
  const judged = JSON.stringify(predicate);
  return lines
    .flatMap((line) => payloadIn(line) ?? [])
    .find((payload) => JSON.stringify(valueOf(memberIn(decode(payload), 'predicate'))) === judged);
}

function payloadIn(text: string): Uint8Array | undefined {
  const value = valueOf(text);
  const bytes = new TextEncoder().encode(text);
  if (!isRecord(value)) return bytes;
  if (String(value['mediaType']).startsWith(BUNDLE_TYPE)) return parseBundle(bytes).envelope?.payload;
  const isEnvelope = 'payloadType' in value && 'payload' in value && 'signatures' in value;
  return isEnvelope ? parseEnvelope(bytes).payload : bytes;
}

/**
 * The document in a statement, letter for letter as it was signed: the predicate's own text cut out of the payload, or the file that the
 * predicate holds as text. Nothing is parsed and written again, so numbers, order and spaces are the author's.
 * @throws ToolError `MALFORMED`
 */
export function signedText(payload: Uint8Array): string {
  // Whatever stands beside the predicate was not read as the document, and is not printed as it.
  let text = memberIn(decode(payload), 'predicate');
  for (let count = 0; count < WRAPPINGS_MAX; count++) {
    const value = valueOf(text);
    const member = innerMember(value);
    if (typeof value === 'string') text = value;
    else if (member === undefined) return text;
    else text = memberIn(text, member);
  }
  return text;
}

function memberIn(text: string, member: string): string {
  const span = memberSpan(text, member);
  return span === undefined ? text : text.slice(span.start, span.end);
}

function decode(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
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
