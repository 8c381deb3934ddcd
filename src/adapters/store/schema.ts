import type { DatabaseSync } from 'node:sqlite';
import { ToolError } from '../../core/errors.ts';
import { inTransaction } from './transaction.ts';

/** "prov", in the header of every file of ours: a database of another program is never taken for an empty or old one. */
const APPLICATION_ID = 0x70726f76;

/**
 * From each version of the schema to the next; `user_version` is how many of them a file has seen. Never change one that was released.
 *
 * `content.read_day` (days since 1970) stands before the bytes and keeps its size, so that marking a read does not write them again.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE content (
     digest   TEXT    NOT NULL PRIMARY KEY,
     read_day INTEGER NOT NULL,
     bytes    BLOB    NOT NULL
   ) STRICT;
   CREATE TABLE fact (
     kind        TEXT    NOT NULL,
     scope       TEXT    NOT NULL,
     name        TEXT    NOT NULL,
     audience    TEXT    NOT NULL,
     value       TEXT,
     learned_at  INTEGER NOT NULL,
     fresh_until INTEGER NOT NULL,
     PRIMARY KEY (kind, scope, name, audience)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE seen (
     digest    TEXT    NOT NULL,
     transport TEXT    NOT NULL,
     name      TEXT    NOT NULL,
     last_seen INTEGER NOT NULL,
     PRIMARY KEY (digest, transport, name)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE meta (
     key   TEXT NOT NULL PRIMARY KEY,
     value BLOB NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];

/**
 * Nothing is changed before this has looked.
 * @throws ToolError `UNSUPPORTED` for a file of another program or of a newer provtrace.
 */
export function requireOwnFile(database: DatabaseSync, migrations = MIGRATIONS): void {
  const version = schemaVersion(database);
  if (numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    if (version === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0) return;
    throw new ToolError('UNSUPPORTED', 'it is a database of another program', {
      hint: 'name another file with --cache',
    });
  }
  if (version > migrations.length) {
    throw new ToolError('UNSUPPORTED', 'it was written by a newer provtrace', {
      expected: `schema version ${migrations.length} or older`,
      got: `${version}`,
      hint: 'update provtrace, or name another file with --cache',
    });
  }
}

/** Brings the file to the newest schema, all of it or nothing. */
export function migrate(database: DatabaseSync, migrations = MIGRATIONS): void {
  if (schemaVersion(database) === migrations.length) return;
  inTransaction(database, () => {
    // Another process may have been faster.
    const version = schemaVersion(database);
    if (version >= migrations.length) return;
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
  });
}

export function schemaVersion(database: DatabaseSync): number {
  return numberOf(database, 'PRAGMA user_version');
}

/** The one number that `sql` asks for. */
export function numberOf(database: DatabaseSync, sql: string): number {
  const [value] = Object.values(database.prepare(sql).get() ?? {});
  return typeof value === 'number' ? value : 0;
}
