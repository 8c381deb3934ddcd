import { ToolError } from '../../core/errors.ts';

/** gitprotocol-common(5), "pkt-line Format"; `0000`, `0001` and `0002` carry nothing. */
export type PacketLine =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'flush' | 'delimiter' | 'end' };

const MARKERS = ['flush', 'delimiter', 'end'] as const;
const LENGTH_DIGITS = 4;

/** The lines without their line breaks. @throws ToolError `MALFORMED` */
export function parsePacketLines(bytes: Uint8Array): readonly PacketLine[] {
  const lines: PacketLine[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0; start < buffer.length;) {
    const digits = buffer.subarray(start, start + LENGTH_DIGITS).toString('latin1');
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    const marker = MARKERS[length];
    const isWhole = length >= LENGTH_DIGITS && start + length <= buffer.length;
    if (marker === undefined && !isWhole) throw malformed(buffer.subarray(start));
    const text = buffer.subarray(start + LENGTH_DIGITS, start + length).toString('utf8');
    lines.push(marker === undefined ? { kind: 'line', text: text.replace(/\n$/, '') } : { kind: marker });
    start += marker === undefined ? length : LENGTH_DIGITS;
  }
  return lines;
}

export function formatPacketLine(text: string): string {
  const length = Buffer.byteLength(text) + LENGTH_DIGITS + 1;
  return `${length.toString(16).padStart(LENGTH_DIGITS, '0')}${text}\n`;
}

function malformed(rest: Buffer): ToolError {
  return new ToolError('MALFORMED', 'the answer is not in packet lines', {
    expected: 'four hexadecimal digits and as many bytes',
    got: rest.subarray(0, 60).toString('utf8').replaceAll(/\s+/g, ' '),
  });
}
