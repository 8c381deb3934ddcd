import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { bytesOf, content, factKey, handClock } from './store-content.ts';
import { fileWith, holds, keep, open, temporaryPath } from './store-setup.ts';

const CHILD = join(import.meta.dirname, 'store-child.ts');
const ASIDE = 'provtrace.db.damaged-2026-11-21T12-00-00-000Z';

/** Bytes that are no page of a database, the same each time. */
function rubbish(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) >>> 24);
}

/** Overwrites a file in place from a process of its own: to close it here would release the locks of this one. */
function overwrite(path: string, from: number, bytes: Uint8Array): void {
  const { status } = spawnSync('dd', [`of=${path}`, 'conv=notrunc', 'oflag=seek_bytes', `seek=${from}`], {
    input: bytes,
  });
  expect(status).toBe(0);
}

function namesBeside(path: string): string[] {
  return readdirSync(dirname(path)).sort();
}

function damagedBeside(path: string): string[] {
  return namesBeside(path).filter((name) => name.includes('.damaged-') && name.endsWith('Z'));
}

/** What the user sees of a damaged file: the damage is told, the old bytes are kept, and the store works. */
function expectBegunAnew(path: string, { before, reason }: { before: Uint8Array; reason: RegExp }): void {
  const { store, notices } = open(path);
  keep(store, 1000);
  expect(holds(store, 1000)).toBe(true);
  expect(store.describe()).toMatchObject({ path, contents: 1 });
  const aside = join(dirname(path), ASIDE);
  expect(readFileSync(aside).equals(before)).toBe(true);
  expect(notices).toEqual([
    expect.stringMatching(
      `the cache ${path} is damaged \\(.*\\): it was set aside as ${aside}, and a new one is begun`,
    ),
  ]);
  expect(notices[0]).toMatch(reason);
  store.close();
  const again = open(path);
  expect(holds(again.store, 1000)).toBe(true);
  expect(again.notices).toEqual([]);
}

test.each([
  ['a text', bytesOf('this is no database\n'.repeat(100)), /file is not a database/],
  ['a short text', bytesOf('hello\n'), /file is not a database/],
  ['zeros', new Uint8Array(8192), /file is not a database/],
  ['anything', rubbish(20_000), /file is not a database/],
])('a file of %s is set aside, and a new one is begun', (_, before, reason) => {
  const path = temporaryPath();
  writeFileSync(path, before);
  expectBegunAnew(path, { before, reason });
  expect(damagedBeside(path)).toEqual([ASIDE]);
});

test('an empty file is a new one', () => {
  const path = temporaryPath();
  writeFileSync(path, '');
  const { store, notices } = open(path);
  keep(store, 1);
  expect(holds(store, 1)).toBe(true);
  expect(notices).toEqual([]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each([
  ['inside its first page', 2000, /malformed|not a database/],
  ['after its first page', 4096, /malformed/],
])('a file that ends %s is set aside', (_, length, reason) => {
  const path = fileWith(50);
  truncateSync(path, length);
  expectBegunAnew(path, { before: readFileSync(path), reason });
  expect(damagedBeside(path)).toEqual([ASIDE]);
});

test('a file without the tables that its version promises is set aside', () => {
  const path = fileWith(1);
  const database = new DatabaseSync(path);
  database.exec('DROP TABLE fact');
  database.close();
  expectBegunAnew(path, { before: readFileSync(path), reason: /no such table: fact/ });
  expect(damagedBeside(path)).toEqual([ASIDE]);
});

test('of a link, what it leads to is set aside', () => {
  const path = temporaryPath();
  const link = temporaryPath();
  writeFileSync(path, 'no database'.repeat(10));
  symlinkSync(path, link);
  const { store } = open(link);
  keep(store, 1);
  store.close();
  expect(damagedBeside(path)).toEqual([ASIDE]);
  expect(damagedBeside(link)).toEqual([]);
  expect(holds(open(path).store, 1)).toBe(true);
});

test('two files damaged in one millisecond are both kept', () => {
  const path = temporaryPath();
  const clock = handClock();
  for (const text of ['first', 'second']) {
    writeFileSync(path, text.repeat(100));
    open(path, clock).store.close();
  }
  expect(damagedBeside(path).map((name) => readFileSync(join(dirname(path), name), 'utf8').slice(0, 6))).toEqual([
    'firstf',
    'second',
  ]);
});

test('a -wal that is rubbish costs nothing', () => {
  const path = fileWith(3);
  writeFileSync(`${path}-wal`, rubbish(10_000));
  const { store, notices } = open(path);
  expect([1, 2, 3].map((number) => holds(store, number))).toEqual([true, true, true]);
  keep(store, 4);
  expect(store.check()).toEqual({ contents: 4, damaged: [], faults: [] });
  expect(notices).toEqual([]);
});

test('damage that is met while the store is in use is no failure', () => {
  const path = fileWith(200);
  const { store, notices } = open(path);
  overwrite(path, 4096, rubbish(statSync(path).size - 4096));
  expect(holds(store, 7)).toBe(false);
  expect(notices).toEqual([expect.stringMatching(/is damaged \(database disk image is malformed\)/)]);
  keep(store, 7);
  expect(holds(store, 7)).toBe(true);
  expect(store.check()).toEqual({ contents: 1, damaged: [], faults: [expect.stringContaining('set aside')] });
  expect(store.describe().path).toBe(path);
  expect(namesBeside(path)).toContain(ASIDE);
});

test('what is written when the damage is met is in the new file', () => {
  const path = fileWith(200);
  const { store } = open(path);
  overwrite(path, 4096, rubbish(statSync(path).size - 4096));
  keep(store, 1000);
  expect(holds(store, 1000)).toBe(true);
  expect(open(path).store.describe().contents).toBe(1);
});

test('the audience of a credential survives the damage', () => {
  const path = fileWith(200);
  const first = open(path).store;
  const audience = first.audienceOf('alice:secret');
  first.close();
  const { store } = open(path);
  expect(store.audienceOf('alice:secret')).toBe(audience);
  overwrite(path, 4096, rubbish(statSync(path).size - 4096));
  expect(holds(store, 7)).toBe(false);
  expect(damagedBeside(path)).toEqual([ASIDE]);
  expect(store.audienceOf('alice:secret')).toBe(audience);
  store.close();
  expect(open(path).store.audienceOf('alice:secret')).toBe(audience);
});

test('a file that is damaged again and again is not begun again and again', () => {
  const path = fileWith(200);
  const { store, notices } = open(path);
  overwrite(path, 4096, rubbish(statSync(path).size - 4096));
  keep(store, 1000);

  // Written by somebody else, and all of it in the file itself: nothing of it is in the memory of the first.
  const other = open(path).store;
  for (let number = 0; number < 200; number++) keep(other, number);
  other.close();
  const checkpoint = new DatabaseSync(path);
  checkpoint.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  checkpoint.close();
  overwrite(path, 4096, rubbish(statSync(path).size - 4096));

  keep(store, 1001);
  expect(holds(store, 1001)).toBe(true);
  expect(store.describe().path).toBe(':memory:');
  expect(damagedBeside(path)).toEqual([ASIDE]);
  expect(notices).toEqual([
    expect.stringMatching(/is damaged/),
    expect.stringMatching(/cannot be used \(database disk image is malformed\): nothing is kept beyond this run/),
  ]);
});

test('whoever meets the damage later uses the new file, and does not set it aside', async () => {
  const path = fileWith(200);
  const { store, notices } = open(path);
  expect(holds(store, 2)).toBe(true);
  // Another process, which has the file open with all that SQLite has beside it, before and after.
  const other = spawn(process.execPath, [CHILD, 'wait', path, '300', '600'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  overwrite(path, 4096, rubbish(statSync(path).size - 4096));
  for (const number of [100, 101, 102]) keep(store, number);
  const exit = once(other, 'exit');
  other.stdin.end('go on\n');
  await exit;
  keep(store, 103);
  store.close();
  expect(damagedBeside(path)).toEqual([ASIDE]);
  expect(notices).toEqual([expect.stringMatching(/is damaged/)]);
  const after = open(path);
  // So many that SQLite has moved them from the `-wal` into a file: into the right one.
  const numbers = [100, 101, 102, 103, ...Array.from({ length: 600 }, (_, index) => 300 + index)];
  expect(numbers.filter((number) => !holds(after.store, number))).toEqual([]);
  expect(after.store.check()).toEqual({ contents: 604, damaged: [], faults: [] });
});

test('bytes that changed on the disk are not given out, and check names them', () => {
  const path = fileWith(3);
  const at = readFileSync(path).indexOf('content 2 content 2');
  expect(at).toBeGreaterThan(0);
  overwrite(path, at, bytesOf('CONTENT'));
  const { store, notices } = open(path);
  expect(store.check()).toEqual({ contents: 3, damaged: [content(2).digest], faults: [] });
  expect([1, 2, 3].map((number) => holds(store, number))).toEqual([true, false, true]);
  expect(store.check()).toEqual({ contents: 2, damaged: [], faults: [] });
  expect(notices).toEqual([]);
});

test('check says what is wrong with a file, and leaves it', () => {
  const path = fileWith(200);
  const { store, notices } = open(path);
  overwrite(path, 20_000, rubbish(40_000));
  const { damaged, faults } = store.check();
  expect(damaged.length + faults.length).toBeGreaterThan(0);
  expect(faults.join('\n')).toMatch(/malformed|invalid|Tree|Page/);
  expect(notices).toEqual([]);
  expect(damagedBeside(path)).toEqual([]);
});

test('check says what SQLite finds wrong', () => {
  const path = fileWith(1);
  const database = new DatabaseSync(path, { defensive: false });
  database.exec(`PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'read_day INTEGER', 'read_day INTEGER CHECK (read_day = 1)')`);
  database.close();
  const { store } = open(path);
  expect(store.check()).toEqual({ contents: 1, damaged: [], faults: ['CHECK constraint failed in content'] });
});

test.each(['content', 'fact', 'seen', 'meta'])('strange values in the table %s are not there', (table) => {
  const path = fileWith(1);
  const database = new DatabaseSync(path);
  const strange = {
    content: `UPDATE content SET read_day = 9223372036854775807`,
    fact: `UPDATE fact SET learned_at = 9223372036854775807; INSERT INTO fact VALUES ('tag', 'registry ghcr.io/acme/shop', '1', '', 'x', 8640000000000001, 9)`,
    seen: `INSERT INTO seen VALUES ('sha256:aaaaaaaaaaaa', 'registry', 'x', 1), ('${content(1).digest}', 'ftp', 'x', 1), ('${content(1).digest}', 'oci', 'x', -1), ('${content(1).digest}', 'oci', '/y', 1000)`,
    meta: `INSERT INTO meta VALUES ('other', x'00')`,
  }[table];
  database.exec(strange!);
  database.close();
  const { store } = open(path);
  expect(holds(store, 1)).toBe(table !== 'content' && table !== 'fact');
  expect(store.readFact(factKey('1'))).toBeUndefined();
  expect(store.findSeen('')).toEqual(
    table === 'seen'
      ? [{ digest: content(1).digest, repository: { transport: 'oci', name: '/y' }, lastSeen: '1970-01-01T00:00:01Z' }]
      : [],
  );
  expect(store.audienceOf('alice:secret')).toHaveLength(64);
  expect(store.describe().path).toBe(path);
  keep(store, 2);
  expect(holds(store, 2)).toBe(true);
});
