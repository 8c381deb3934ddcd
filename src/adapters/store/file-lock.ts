import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** How long one process waits for another, for this lock as for SQLite's own. */
export const BUSY_TIMEOUT_MS = 5_000;
const OWNER_ONLY = 0o600;

/**
 * Runs `operation` while no other process opens or replaces the file at `path`. SQLite finds `-wal` and `-shm` by name: a process
 * that opened a damaged file while another one renames these three would share them with the new file.
 *
 * The lock is SQLite's own, on an empty file beside: the system releases it when its holder is killed. Where that file cannot be
 * made (a folder that is read-only) nobody can replace anything either, and the operation runs without.
 */
export function whileLocked<Value>(path: string, operation: () => Value): Value {
  const lock = lockBeside(path);
  try {
    return operation();
  } finally {
    lock?.close();
  }
}

function lockBeside(path: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    createPrivately(`${path}.lock`);
    lock = new DatabaseSync(`${path}.lock`, { timeout: BUSY_TIMEOUT_MS });
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock?.close();
    return undefined;
  }
}

/**
 * An empty file that its owner alone can read; one that is there already stays as it is. SQLite gives its `-wal` and `-shm` the
 * same permissions. Only a new file is ever opened here: closing one that is in use would release the locks of this process on it.
 */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
