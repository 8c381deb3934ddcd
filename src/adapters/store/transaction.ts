import type { DatabaseSync } from 'node:sqlite';

/** All of it or nothing. IMMEDIATE: a transaction that begins with reading and then writes can fail in a way that no timeout helps. */
export function inTransaction<Value>(database: DatabaseSync, change: () => Value): Value {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = change();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    // A full disk may have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
