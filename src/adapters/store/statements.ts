import type { DatabaseSync } from 'node:sqlite';

export type Statements = ReturnType<typeof prepareStatements>;

/**
 * What the store asks of its database, prepared once.
 * @throws an error of SQLite where a table is not as it should be.
 */
export function prepareStatements(database: DatabaseSync) {
  return {
    readContent: database.prepare('SELECT read_day, bytes FROM content WHERE digest = ?'),
    // Content never changes under its digest: only that somebody wanted it today is new.
    writeContent: database.prepare(
      `INSERT INTO content (digest, read_day, bytes) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET read_day = excluded.read_day`,
    ),
    markRead: database.prepare('UPDATE content SET read_day = ? WHERE digest = ?'),
    deleteContent: database.prepare('DELETE FROM content WHERE digest = ?'),
    deletePromises: database.prepare(`DELETE FROM fact WHERE kind = 'content' AND name = ?`),
    readFact: database.prepare(
      'SELECT value, learned_at, fresh_until FROM fact WHERE kind = ? AND scope = ? AND name = ? AND audience = ?',
    ),
    writeFact: database.prepare(
      `INSERT INTO fact (kind, scope, name, audience, value, learned_at, fresh_until) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE
         SET value = excluded.value, learned_at = excluded.learned_at, fresh_until = excluded.fresh_until`,
    ),
    recordSeen: database.prepare(
      `INSERT INTO seen (digest, transport, name, last_seen) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)`,
    ),
    // 'g' follows the last hexadecimal digit.
    findSeen: database.prepare(
      `SELECT digest, transport, name, last_seen FROM seen
         WHERE digest >= 'sha256:' || ?1 AND digest < 'sha256:' || ?1 || 'g'
         ORDER BY last_seen DESC, digest, transport, name`,
    ),
    readSalt: database.prepare(`SELECT value FROM meta WHERE key = 'salt'`),
    writeSalt: database.prepare(`INSERT OR IGNORE INTO meta (key, value) VALUES ('salt', ?)`),
  };
}
