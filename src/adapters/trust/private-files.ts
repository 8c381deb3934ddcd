import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ToolError } from '../../core/errors.ts';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * A file that provtrace wrote, or undefined where there is none.
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export function readIfThere(path: string, bytesMax: number): Uint8Array | undefined {
  try {
    const { size } = statSync(path);
    if (size <= bytesMax) return readFileSync(path);
    throw damaged(path, { expected: `at most ${bytesMax} bytes`, got: `${size} bytes` });
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    if (isMissing(cause)) return undefined;
    throw new ToolError('INVALID_CONFIGURATION', `${path} cannot be read`, {
      expected: 'a readable file',
      got: messageOf(cause),
      cause,
    });
  }
}

/**
 * Puts the bytes there in one step, readable by their owner alone: a reader sees the old or the new file whole, and so does
 * whoever comes after a loss of power.
 * @throws ToolError `OUTPUT_NOT_WRITABLE`
 */
export function replacePrivately(path: string, bytes: Uint8Array | string): void {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    createFolder(dirname(path));
    const file = openSync(partial, 'wx', OWNER_ONLY_FILE);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw notWritable(path, cause);
  }
}

/** @throws ToolError `OUTPUT_NOT_WRITABLE` */
export function createFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

/**
 * A file that the user named: of a pipe, which has no size, no more is read than may be.
 * @throws ToolError `USAGE`, `TOO_LARGE`
 */
export async function readNamed(path: string, bytesMax: number): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(bytesMax + 1);
    let size = 0;
    for (let read = 1; read > 0; size += read)
      ({ bytesRead: read } = await file.read(buffer, size, buffer.length - size));
    if (size <= bytesMax) return buffer.subarray(0, size);
  } catch (cause) {
    throw new ToolError('USAGE', `${path} cannot be read`, {
      expected: 'a readable file',
      got: messageOf(cause),
      cause,
    });
  }
  throw new ToolError('TOO_LARGE', `${path} is too large`, { expected: `at most ${bytesMax} bytes` });
}

export function damaged(
  path: string,
  detail: { readonly expected: string; readonly got: string; readonly hint?: string; readonly cause?: unknown },
): ToolError {
  return new ToolError('INVALID_CONFIGURATION', `${path} is damaged`, detail);
}

export function notWritable(path: string, cause: unknown): ToolError {
  return new ToolError('OUTPUT_NOT_WRITABLE', `${path} cannot be written`, {
    expected: 'a folder that may be written to',
    got: messageOf(cause),
    cause,
  });
}

export function messageOf(error: unknown): string {
  if (error instanceof ToolError && error.got !== undefined) return `${error.message}: ${error.got}`;
  return error instanceof Error ? error.message : String(error);
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
