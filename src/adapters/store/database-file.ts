import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { ToolError } from '../../core/errors.ts';
import { isDamageAtOpening, reasonOf } from './faults.ts';
import { BUSY_TIMEOUT_MS, createPrivately, whileLocked } from './file-lock.ts';
import { migrate, requireOwnFile } from './schema.ts';
import type { Statements } from './statements.ts';
import { prepareStatements } from './statements.ts';

/** Content and facts are kept in memory up to this, when there is no file. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;
const PAGE_BYTES = 4096;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const FILE_SUFFIXES = ['-wal', '-shm', ''] as const;

export type OpenDatabase = {
  readonly database: DatabaseSync;
  readonly statements: Statements;
  /** `:memory:` where there is no file. */
  readonly path: string;
  /** Which file was opened, whatever is at `path` by now; missing for one that must not be replaced. */
  readonly identity?: string;
  /** Why nothing can be written. */
  readonly unwritable?: string;
};

export type SetAside = { readonly path: string; readonly target: string; readonly reason: string };

export type FileOptions = {
  readonly nowMs: number;
  /** The file of which damage was met while it was open; replaced if it is still the one at the path. */
  readonly damaged?: { readonly identity: string; readonly reason: string };
  readonly onSetAside: (moved: SetAside) => void;
};

/**
 * Opens the file, which is made where it is missing, and brought to the newest schema. A damaged one is renamed and a new one begun;
 * of several processes that find the damage at once, one does that.
 * @throws ToolError `UNSUPPORTED` for a whole file that is not ours to use; errors of SQLite and of the file system.
 */
export function openFile(named: string, options: FileOptions): OpenDatabase {
  mkdirSync(dirname(named), { recursive: true, mode: 0o700 });
  // SQLite follows links too, and has `-wal` and `-shm` beside what they lead to.
  const path = existsSync(named) ? realpathSync(named) : named;
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new ToolError('UNSUPPORTED', 'it is not a file', { hint: 'name a file with --cache' });
  }
  return whileLocked(path, () => {
    if (options.damaged !== undefined && identify(path) === options.damaged.identity) {
      setAside(path, options.damaged.reason, options);
    }
    try {
      return openOnce(path);
    } catch (error) {
      if (!isDamageAtOpening(error)) throw error;
      setAside(path, reasonOf(error), options);
      return openOnce(path);
    }
  });
}

/**
 * Opens a whole file for reading where its folder or its disk does not let SQLite make the files that it needs beside it. Where there
 * is a `-wal`, somebody writes or was killed, and the file alone may hold half a change.
 * @param unwritable why it cannot be opened as usual.
 * @throws as {@link openFile}
 */
export function openUnchanging(path: string, unwritable: string): OpenDatabase {
  if (existsSync(`${path}-wal`)) throw new ToolError('NOT_READABLE', unwritable);
  const location = pathToFileURL(path);
  location.searchParams.set('immutable', '1');
  return opened(new DatabaseSync(location, { readOnly: true }), (database) => {
    requireOwnFile(database);
    return { path, unwritable, statements: prepareStatements(database) };
  });
}

export function openMemory(): OpenDatabase {
  return opened(new DatabaseSync(':memory:'), (database) => {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA max_page_count = ${MEMORY_BYTES_MAX / PAGE_BYTES}`);
    migrate(database);
    return { path: ':memory:', statements: prepareStatements(database) };
  });
}

function openOnce(path: string): OpenDatabase {
  createPrivately(path);
  return opened(new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, defensive: true }), (database) => {
    requireOwnFile(database);
    database.exec(
      'PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536',
    );
    keepPrivate(path);
    migrate(database);
    return { path, identity: identify(path), statements: prepareStatements(database) };
  });
}

function opened(
  database: DatabaseSync,
  prepare: (database: DatabaseSync) => Omit<OpenDatabase, 'database'>,
): OpenDatabase {
  try {
    return { ...prepare(database), database };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A file that was copied here may be open to others; the folder stays as it is, since it may be anybody's. */
function keepPrivate(path: string): void {
  for (const suffix of FILE_SUFFIXES) {
    const status = statSync(path + suffix, { throwIfNoEntry: false });
    if (status === undefined || (status.mode & OTHERS) === 0) continue;
    try {
      chmodSync(path + suffix, OWNER_ONLY);
    } catch {
      // It is not ours, and is as private as its owner has it.
    }
  }
}

function identify(path: string): string {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? '' : `${status.dev}:${status.ino}`;
}

/** The file itself goes last: killed in between, the next process finds it damaged still. */
function setAside(path: string, reason: string, options: FileOptions): void {
  const target = freeName(path, options.nowMs);
  for (const suffix of FILE_SUFFIXES) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  options.onSetAside({ path, target, reason });
}

function freeName(path: string, nowMs: number): string {
  const name = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  return existsSync(name) ? freeName(path, nowMs + 1) : name;
}
