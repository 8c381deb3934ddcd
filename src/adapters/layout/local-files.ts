import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { ToolError } from '../../core/errors.ts';

/** Opens for reading without waiting: opening a named pipe would otherwise last until somebody writes to it. */
export function openToRead(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** `length` bytes from `position` on; fewer only where the file ends. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** True where the error says that there is no such file: also where a folder on the way to it is a file. */
export function isMissing(error: unknown): boolean {
  const code = errorNumber(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The error of the file system as one that a user can act on; what is not of the file system comes back as it is. */
export function fileError(error: unknown): unknown {
  const code = errorNumber(error);
  if (code === undefined) return error;
  if (isMissing(error)) {
    return new ToolError('NO_SUCH_IMAGE', 'there is no such file or folder', {
      hint: 'check the path: oci: takes a folder, oci-archive: and docker-archive: take a file',
      cause: error,
    });
  }
  return new ToolError('NOT_READABLE', 'it cannot be read', {
    expected: 'files that this user may read',
    got: code,
    cause: error,
  });
}

export function tooLarge(name: string, size: number, bytesMax: number): ToolError {
  return new ToolError('TOO_LARGE', `${name} is too large`, {
    expected: `at most ${bytesMax} bytes`,
    got: `${size} bytes`,
  });
}

/** `ENOENT`, `EACCES`, …: what Node sets on an error of the operating system, and on no other. */
function errorNumber(error: unknown): string | undefined {
  return error instanceof Error && 'errno' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
