/**
 * What an error means for the file as a whole. `damaged`: its content cannot be trusted any more. `unusable`: the file is, or may
 * be, whole, and cannot be read or written now. `other`: only this one statement failed.
 */
export type Fault = 'damaged' | 'unusable' | 'other';

// Primary result codes of SQLite (sqlite.org/rescode.html).
const ERROR = 1;
const DAMAGED = new Set([/* CORRUPT */ 11, /* NOTADB */ 26]);
const UNUSABLE = new Set([
  /* PERM */ 3, /* BUSY */ 5, /* LOCKED */ 6, /* READONLY */ 8, /* IOERR */ 10, /* FULL */ 13, /* CANTOPEN */ 14,
  /* PROTOCOL */ 15, /* NOLFS */ 22, /* AUTH */ 23,
]);

export function faultOf(error: unknown): Fault {
  // Errors of the file system name a system call, those of SQLite have a result code.
  if (error instanceof Error && 'syscall' in error) return 'unusable';
  const code = resultCode(error);
  if (DAMAGED.has(code)) return 'damaged';
  return UNUSABLE.has(code) ? 'unusable' : 'other';
}

/** While a file is opened, "no such table" is damage as well: its header promises the tables. */
export function isDamageAtOpening(error: unknown): boolean {
  return faultOf(error) === 'damaged' || resultCode(error) === ERROR;
}

/** The reason as it stands in brackets in a message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function resultCode(error: unknown): number {
  // The upper bytes say more, and nothing that is needed here.
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
}
