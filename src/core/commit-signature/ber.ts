import { ToolError } from '../errors.ts';

/** One element of BER (ITU-T X.690), of which DER is the strict form. Nothing in it has been looked at yet. */
export type BerElement = {
  /** The first byte: class, whether it is constructed, and number. */
  readonly tag: number;
  /** The whole element, as it stands. */
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
};

const DEPTH_MAX = 32;
const CONSTRUCTED = 0x20;
const MULTIPLE_BYTES = 0x1f;
const INDEFINITE = 0x80;
/** Of a length. */
const LENGTH_BYTES_MAX = 4;

/** @throws ToolError `MALFORMED`, for anything after the element too */
export function readBer(bytes: Uint8Array): BerElement {
  const element = elementAt(bytes, DEPTH_MAX);
  if (element.raw.length !== bytes.length) throw malformed('has something after its end');
  return element;
}

/** The elements in a constructed one. @throws ToolError `MALFORMED` */
export function readBerMembers({ tag, content }: Pick<BerElement, 'tag' | 'content'>): readonly BerElement[] {
  if ((tag & CONSTRUCTED) === 0) throw malformed('has a value where a list should be');
  return membersOf(content, DEPTH_MAX);
}

function membersOf(content: Uint8Array, depth: number): readonly BerElement[] {
  const members: BerElement[] = [];
  for (let rest = content; rest.length > 0;) {
    const member = elementAt(rest, depth);
    members.push(member);
    rest = rest.subarray(member.raw.length);
  }
  return members;
}

/** The element that the bytes begin with. */
function elementAt(bytes: Uint8Array, depth: number): BerElement {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw malformed('ends too early');
  if ((tag & MULTIPLE_BYTES) === MULTIPLE_BYTES) throw malformed('has a tag of several bytes');
  if (depth === 0) throw malformed('is nested too deeply');
  if (first === INDEFINITE) return indefiniteAt(bytes, tag, depth);
  const count = first < INDEFINITE ? 0 : first & 0x7f;
  if (count > LENGTH_BYTES_MAX) throw malformed('has a length that nothing has');
  const length = count === 0 ? first : bytes.subarray(2, 2 + count).reduce((value, byte) => value * 256 + byte, 0);
  const end = 2 + count + length;
  if (end > bytes.length) throw malformed('ends too early');
  return { tag, raw: bytes.subarray(0, end), content: bytes.subarray(2 + count, end) };
}

/** Without a length, and ended by two zeros: as gpgsm writes, and nobody may in DER. */
function indefiniteAt(bytes: Uint8Array, tag: number, depth: number): BerElement {
  if ((tag & CONSTRUCTED) === 0) throw malformed('has a value without a length');
  let end = 2;
  while (bytes[end] !== 0 || bytes[end + 1] !== 0) end += elementAt(bytes.subarray(end), depth - 1).raw.length;
  return { tag, raw: bytes.subarray(0, end + 2), content: bytes.subarray(2, end) };
}

/** An OBJECT IDENTIFIER with dots. @throws ToolError `MALFORMED` */
export function objectIdentifier({ tag, content }: Pick<BerElement, 'tag' | 'content'>): string {
  if (tag !== 0x06 || content.length === 0 || (content.at(-1) ?? 0) >= 0x80)
    throw malformed('has no object identifier');
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const arc = Math.min(Math.floor(first / 40), 2);
  return [arc, first - 40 * arc, ...rest].join('.');
}

function malformed(how: string): ToolError {
  return new ToolError('MALFORMED', `what should be of ASN.1 ${how}`);
}
