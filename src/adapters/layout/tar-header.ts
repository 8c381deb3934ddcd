import { ToolError } from '../../core/errors.ts';

/** A header block of a tar archive (POSIX.1-2008 pax, "ustar Interchange Format"; GNU's long names and binary sizes). */
export type TarHeader = { readonly name: string; readonly size: number; readonly type: string };
/** What an extended header says about the entry after it. */
export type TarExtension = { readonly name?: string; readonly size?: number };

export const TAR_BLOCK_BYTES = 512;

/** Entries of these types have no content, whatever their size field says. */
const WITHOUT_CONTENT = '123456';

/**
 * @returns undefined for the block of zeros that ends an archive
 * @throws ToolError `MALFORMED`
 */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (parseNumber(block.subarray(148, 156)) !== checksum(block)) throw malformed('a header whose checksum is right');
  const type = String.fromCharCode(block[156] ?? 0);
  const name = parseText(block.subarray(0, 100));
  // GNU's own format writes other fields where POSIX has the beginning of the name.
  const isPosix = parseText(block.subarray(257, 263)) === 'ustar';
  const prefix = isPosix ? parseText(block.subarray(345, 500)) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: WITHOUT_CONTENT.includes(type) ? 0 : parseNumber(block.subarray(124, 136)),
    type,
  };
}

/**
 * The records of a pax extended header: `LENGTH KEYWORD=VALUE\n`, the length in bytes and of the whole record.
 * @throws ToolError `MALFORMED`
 */
export function parsePaxRecords(bytes: Uint8Array): TarExtension {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const digits = parseText(bytes.subarray(at, space < 0 ? at : space));
    const end = at + (/^[0-9]{1,10}$/.test(digits) ? Number(digits) : 0);
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end || bytes[end - 1] !== 0x0a) {
      throw malformed('pax records of LENGTH KEYWORD=VALUE');
    }
    const decoder = new TextDecoder();
    records.set(decoder.decode(bytes.subarray(space + 1, equals)), decoder.decode(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  const name = records.get('path');
  const size = records.get('size');
  if (size !== undefined && !/^[0-9]{1,15}$/.test(size)) throw malformed('a pax size in bytes');
  return { ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { size: Number(size) }) };
}

/** Text up to the first NUL. */
export function parseText(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits between spaces and NULs, or (GNU) a big-endian number after a byte of 0x80. */
function parseNumber(field: Uint8Array): number {
  if (field[0] === 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(String.fromCharCode(...field))?.[1];
  if (digits === undefined) throw malformed('octal numbers in the header');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** The sum of the header's bytes, those of the checksum itself taken as spaces. */
function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

function malformed(expected: string): ToolError {
  return new ToolError('MALFORMED', 'the archive is damaged', { expected });
}
