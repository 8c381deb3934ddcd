import { TAR_BLOCK_BYTES } from './tar-header.ts';

/** Two blocks of zeros end an archive. */
export const TAR_END = new Uint8Array(2 * TAR_BLOCK_BYTES);

const NAME_BYTES_MAX = 100;
/** What a size field of eleven octal digits holds. */
const SIZE_MAX = 8 ** 11 - 1;

/**
 * The header of a regular file (POSIX.1-2008 pax, "ustar Interchange Format"), with an extended header before it where the name or the
 * size is too long for it. Times and owners are zero, so that the same content is the same archive.
 */
export function fileHeader(name: string, size: number): Uint8Array {
  const path = new TextEncoder().encode(name);
  const isPlain = path.length <= NAME_BYTES_MAX && size <= SIZE_MAX;
  if (isPlain) return header(path, size, '0');
  const records = new TextEncoder().encode(paxRecord('path', name) + paxRecord('size', `${size}`));
  const padded = new Uint8Array(Math.ceil(records.length / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES);
  padded.set(records);
  return Buffer.concat([
    header(new TextEncoder().encode('pax'), records.length, 'x'),
    padded,
    header(path.subarray(0, NAME_BYTES_MAX), Math.min(size, SIZE_MAX), '0'),
  ]);
}

function header(name: Uint8Array, size: number, type: string): Uint8Array {
  const block = new Uint8Array(TAR_BLOCK_BYTES);
  const write = (text: string, at: number): void => block.set(new TextEncoder().encode(text), at);
  block.set(name, 0);
  write('0000644\0', 100);
  write('0000000\0', 108);
  write('0000000\0', 116);
  write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  write('00000000000\0', 136);
  write('        ', 148);
  write(type, 156);
  write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** `LENGTH KEYWORD=VALUE\n`; the length counts its own digits. */
function paxRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const bytes = new TextEncoder().encode(rest).length;
  const digits = `${bytes + `${bytes}`.length}`.length;
  return `${bytes + digits}${rest}`;
}
