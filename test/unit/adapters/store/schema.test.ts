import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { migrate, MIGRATIONS, requireOwnFile, schemaVersion } from '../../../../src/adapters/store/schema.ts';
import { ToolError } from '../../../../src/core/errors.ts';

const FIRST = 'CREATE TABLE note (body TEXT NOT NULL) STRICT';
const SECOND = `ALTER TABLE note ADD COLUMN day INTEGER NOT NULL DEFAULT 7; CREATE INDEX note_day ON note (day)`;

function memory(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  return database;
}

test('an empty database gets the tables of today', () => {
  const database = memory();
  requireOwnFile(database);
  migrate(database);
  expect(schemaVersion(database)).toBe(MIGRATIONS.length);
  expect(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()).toEqual(
    ['content', 'fact', 'meta', 'seen'].map((name) => ({ name })),
  );
});

test('an older one gets what it lacks, and keeps what it has', () => {
  const database = memory();
  migrate(database, [FIRST]);
  database.exec(`INSERT INTO note VALUES ('kept')`);
  requireOwnFile(database, [FIRST, SECOND]);
  migrate(database, [FIRST, SECOND]);
  migrate(database, [FIRST, SECOND]);
  expect(schemaVersion(database)).toBe(2);
  expect(database.prepare('SELECT body, day FROM note').all()).toEqual([{ body: 'kept', day: 7 }]);
});

test('a migration that fails leaves everything as it was', () => {
  const database = memory();
  migrate(database, [FIRST]);
  expect(() => migrate(database, [FIRST, SECOND, 'CREATE TABLE note (body TEXT)'])).toThrow('already exists');
  expect(schemaVersion(database)).toBe(1);
  expect(database.prepare('SELECT name FROM pragma_table_info(?)').all('note')).toEqual([{ name: 'body' }]);
});

test('a newer one, and one of another program, are not ours', () => {
  const newer = memory();
  migrate(newer, [FIRST, SECOND]);
  expect(() => requireOwnFile(newer, [FIRST])).toThrow('newer provtrace');
  expect(() => requireOwnFile(newer, [FIRST])).toThrow(ToolError);
  const foreign = memory();
  foreign.exec('CREATE TABLE bookmarks (url TEXT)');
  expect(() => requireOwnFile(foreign)).toThrow('another program');
  const versioned = memory();
  versioned.exec('PRAGMA user_version = 1');
  expect(() => requireOwnFile(versioned)).toThrow('another program');
});
