import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { toInstant } from '../../core/model/outcome.ts';
import type { StoreDescription, StoreFile } from '../../ports/store.ts';
import { isMoment } from './rows.ts';
import { numberOf, schemaVersion } from './schema.ts';

export type Pruned = ReturnType<StoreFile['prune']>;

/** What is said of a file that cannot be read. */
export const NOTHING_KEPT = {
  bytes: 0,
  schemaVersion: 0,
  contents: 0,
  contentBytes: 0,
  facts: 0,
  staleFacts: 0,
  images: 0,
} as const satisfies Omit<StoreDescription, 'path'>;

export function describeDatabase(
  database: DatabaseSync,
  { path, nowMs }: { readonly path: string; readonly nowMs: number },
): StoreDescription {
  const oldest = database.prepare('SELECT min(learned_at) AS at FROM fact').get()?.['at'];
  const newest = database.prepare('SELECT max(learned_at) AS at FROM fact').get()?.['at'];
  const stale = database.prepare('SELECT count(*) AS stale FROM fact WHERE fresh_until <= ?').get(nowMs)?.['stale'];
  return {
    path,
    bytes: path === ':memory:' ? memoryBytes(database) : fileBytes(path),
    schemaVersion: schemaVersion(database),
    contents: numberOf(database, 'SELECT count(*) FROM content'),
    contentBytes: numberOf(database, 'SELECT total(length(bytes)) FROM content'),
    facts: numberOf(database, 'SELECT count(*) FROM fact'),
    staleFacts: typeof stale === 'number' ? stale : 0,
    images: numberOf(database, 'SELECT count(DISTINCT digest) FROM seen'),
    ...(isMoment(oldest) ? { oldest: toInstant(oldest) } : {}),
    ...(isMoment(newest) ? { newest: toInstant(newest) } : {}),
  };
}

function memoryBytes(database: DatabaseSync): number {
  return numberOf(database, 'PRAGMA page_count') * numberOf(database, 'PRAGMA page_size');
}

function fileBytes(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/**
 * Within the caller's transaction: facts past their life, then content that was not read since or that no fact names, then the
 * promises of what is gone. Content of today stays without a fact: another process may be about to write that.
 */
export function pruneDatabase(
  database: DatabaseSync,
  days: { readonly nowMs: number; readonly today: number; readonly unreadSinceDay: number },
): Pruned {
  const stale = database.prepare('DELETE FROM fact WHERE fresh_until <= ?').run(days.nowMs);
  const before = numberOf(database, 'SELECT total(length(bytes)) FROM content');
  const contents = database
    .prepare(
      `DELETE FROM content WHERE read_day < ?1
         OR (read_day < ?2 AND digest NOT IN (SELECT name FROM fact UNION SELECT value FROM fact WHERE value IS NOT NULL))`,
    )
    .run(days.unreadSinceDay, days.today);
  const promises = database
    .prepare(`DELETE FROM fact WHERE kind = 'content' AND name NOT IN (SELECT digest FROM content)`)
    .run();
  return {
    facts: Number(stale.changes) + Number(promises.changes),
    contents: Number(contents.changes),
    bytes: before - numberOf(database, 'SELECT total(length(bytes)) FROM content'),
  };
}

/** Within the caller's transaction. */
export function clearDatabase(database: DatabaseSync): void {
  database.exec('DELETE FROM content; DELETE FROM fact; DELETE FROM seen; DELETE FROM meta');
}

/** Gives the room back to the disk. */
export function shrinkFile(database: DatabaseSync): void {
  try {
    database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Another process is at work, or the disk has no room for the copy: the room is used again later.
  }
}
