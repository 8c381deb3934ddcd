import { ToolError } from '../errors.ts';
import { isRecord, parseJson } from '../json.ts';
import { checkSize } from '../provenance/check-shape.ts';
import type { JsonRecord } from './item.ts';

/** An SBOM of 10,000 components has 25 MB where much is said of each; one of 100,000 that says little of each has 70 MB. */
const DOCUMENT_BYTES_MAX = 128 * 1024 * 1024;
/** A statement, cosign's wrapping in it, and a file as text in that. */
const WRAPPINGS_MAX = 4;
/** Members of which a document of a known kind has one, and a wrapping has none. */
const DOCUMENT_MEMBERS = ['bomFormat', 'spdxVersion', '@context', 'schema', 'document', 'scanner'];

/** A document as its author wrote it, out of what carries it. */
export type Unwrapped =
  | { readonly form: 'json'; readonly value: JsonRecord }
  | { readonly form: 'xml' | 'tag-value'; readonly text: string };

/**
 * Takes a document out of its wrapping: the bytes of a file, a predicate that is the document, holds it as text, or holds it as
 * `Data` (cosign 1, and `--type custom` of any version). `what` names it in messages.
 * @throws ToolError `MALFORMED`, `TOO_LARGE`
 */
export function unwrapDocument(written: unknown, what = 'the SBOM'): Unwrapped {
  let value = written;
  for (let count = 0; count <= WRAPPINGS_MAX; count++) {
    if (value instanceof Uint8Array || typeof value === 'string') {
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      checkSize(bytes, DOCUMENT_BYTES_MAX, what);
      const text = plainText(bytes, what);
      if (text !== undefined) return text;
      value = parseJson(withoutMark(bytes), what);
    } else if (isRecord(value)) {
      const inner = innerDocument(value);
      if (inner === undefined) return { form: 'json', value };
      value = inner;
    } else break;
  }
  throw new ToolError('MALFORMED', `${what} is not a document`, {
    expected: 'a JSON object, XML or SPDX tag:value',
    got: describe(value),
  });
}

function innerDocument(value: JsonRecord): unknown {
  const member = innerMember(value);
  return member === undefined ? undefined : value[member];
}

/** The member that holds the document, where the value is a statement or a wrapping; undefined where it is the document itself. */
export function innerMember(value: unknown): 'predicate' | 'Data' | undefined {
  if (!isRecord(value) || DOCUMENT_MEMBERS.some((name) => Object.hasOwn(value, name))) return undefined;
  const member = Object.hasOwn(value, 'predicateType') ? 'predicate' : 'Data';
  return value[member] === undefined ? undefined : member;
}

/** XML or tag:value, which are told by their beginning; undefined for what must be JSON. */
function plainText(bytes: Uint8Array, what: string): Unwrapped | undefined {
  const beginning = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  if (beginning.startsWith('<')) return { form: 'xml', text: decode(bytes, what) };
  const firstLine = beginning.split('\n').find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return firstLine?.trimStart().startsWith('SPDXVersion:') === true
    ? { form: 'tag-value', text: decode(bytes, what) }
    : undefined;
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ToolError('MALFORMED', `${what} is not UTF-8`, { expected: 'text in UTF-8', got: 'other bytes', cause });
  }
}

/** Without the byte order mark that some writers begin with. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value;
}
