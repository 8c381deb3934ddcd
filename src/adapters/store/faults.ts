// Primary result codes of SQLite (sqlite.org/rescode.html).
const ERROR = 1;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** Whether the error says that what is in the file cannot be trusted any more. Any other leaves a file that is, or may be, whole. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** While a file is opened, "no such table" is damage as well: its header promises the tables. */
export function isDamageAtOpening(error: unknown): boolean {
  return isDamage(error) || resultCode(error) === ERROR;
}

/** The reason as it stands in brackets in a message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function resultCode(error: unknown): number {
  // The upper bytes say more, and nothing that is needed here.
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
}
