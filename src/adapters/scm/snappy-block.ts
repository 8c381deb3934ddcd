import { ToolError } from '../../core/errors.ts';

/** Varints of 32 bits are no longer. */
const LENGTH_BYTES_MAX = 5;
/** Of the literal tag: lengths above 60 follow in as many bytes as the tag says beyond that. */
const SHORT_LITERAL_MAX = 60;

/**
 * Snappy's raw block format (google/snappy, format_description.txt), as GitHub's storage has it. By hand, because the one library for it never ends
 * on a literal whose length is negative as 32 bits, and fills what is cut off with zeros.
 * @throws ToolError `TOO_LARGE` before anything is decompressed, `MALFORMED`
 */
export function decompressBlock(block: Uint8Array, bytesMax: number): Uint8Array {
  const { length, start } = readLength(block);
  if (length > bytesMax) {
    throw new ToolError('TOO_LARGE', 'the compressed content is too large', {
      expected: `at most ${bytesMax} bytes`,
      got: `${length}`,
    });
  }
  const output = new Uint8Array(length);
  let written = 0;
  for (let position = start; position < block.length;) {
    const element = readElement(block, position);
    const room = written + element.length <= length;
    if (
      !room ||
      element.next > block.length ||
      (element.kind === 'copy' && (element.offset === 0 || element.offset > written))
    )
      throw malformed();
    if (element.kind === 'literal') output.set(block.subarray(element.next - element.length, element.next), written);
    // Byte by byte: a copy may reach into what it writes itself.
    else
      for (let index = written; index < written + element.length; index++)
        output[index] = output[index - element.offset] ?? 0;
    written += element.length;
    position = element.next;
  }
  if (written < length) throw malformed();
  return output;
}

/** The most bytes that a block of so much content can have. */
export function blockBytesMax(contentBytes: number): number {
  return 32 + contentBytes + Math.ceil(contentBytes / 6);
}

type Element = { readonly next: number; readonly length: number } & (
  | { readonly kind: 'literal' }
  | { readonly kind: 'copy'; readonly offset: number }
);

/** `next` is where the element ends, with the content of a literal. */
function readElement(block: Uint8Array, position: number): Element {
  const tag = block[position] ?? 0;
  const upper = tag >>> 2;
  switch (tag & 3) {
    case 0: {
      const extra = Math.max(upper + 1 - SHORT_LITERAL_MAX, 0);
      const length = 1 + (extra === 0 ? upper : littleEndian(block, position + 1, extra));
      return { kind: 'literal', length, next: position + 1 + extra + length };
    }
    case 1:
      return {
        kind: 'copy',
        length: 4 + (upper & 7),
        offset: ((upper >>> 3) << 8) + littleEndian(block, position + 1, 1),
        next: position + 2,
      };
    case 2:
      return { kind: 'copy', length: 1 + upper, offset: littleEndian(block, position + 1, 2), next: position + 3 };
    default:
      return { kind: 'copy', length: 1 + upper, offset: littleEndian(block, position + 1, 4), next: position + 5 };
  }
}

function littleEndian(block: Uint8Array, position: number, bytes: number): number {
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + (block[position + index] ?? 0);
  return value;
}

function readLength(block: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let index = 0; index < LENGTH_BYTES_MAX; index++) {
    const byte = block[index];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { length, start: index + 1 };
  }
  throw malformed();
}

function malformed(): ToolError {
  return new ToolError('MALFORMED', 'the compressed content is damaged', { expected: 'a block of Snappy' });
}
