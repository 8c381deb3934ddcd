import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { content, digestOf, FOREVER_MS, factKey, NOON_MS } from './store-content.ts';
import { fileWith, holds, keep, open, temporaryFolder, temporaryPath } from './store-setup.ts';

const CHILD = join(import.meta.dirname, 'store-child.ts');
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

function permissions(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** What the child's `inspect` found, as a user for whom permissions count. */
function inspectAsOther(
  path: string,
  count: number,
): { read: number[]; written: boolean; path: string; notices: string[] } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [CHILD, 'inspect', path, '1', `${count}`, ...(isRoot ? [`${NOBODY}`] : [])],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Gives the file and its folder to the user as whom the child runs. */
function handOver(path: string): void {
  if (!isRoot) return;
  chownSync(dirname(path), NOBODY, NOBODY);
  for (const name of readdirSync(dirname(path))) chownSync(join(dirname(path), name), NOBODY, NOBODY);
}

test('the file and its folder are made, for their owner alone', () => {
  const path = join(temporaryFolder(), 'a', 'b', 'provtrace.db');
  const { store, notices } = open(path);
  keep(store, 1);
  expect(permissions(dirname(path))).toBe('700');
  expect(permissions(dirname(dirname(path)))).toBe('700');
  const files = readdirSync(dirname(path));
  expect(files).toEqual(expect.arrayContaining(['provtrace.db', 'provtrace.db-shm', 'provtrace.db-wal']));
  expect(files.map((file) => permissions(join(dirname(path), file)))).toEqual(files.map(() => '600'));
  expect(notices).toEqual([]);
});

test('a file that others could read is closed to them, its folder stays as it is', () => {
  const path = fileWith(1);
  chmodSync(path, 0o644);
  keep(open(path).store, 2);
  expect(permissions(path)).toBe('600');
  expect(permissions(`${path}-wal`)).toBe('600');
  expect(permissions(dirname(path))).toBe('755');
});

test('what was kept is there when it is opened again, with its salt', () => {
  const path = temporaryPath();
  const first = open(path).store;
  keep(first, 1);
  const audience = first.audienceOf('alice:secret');
  first.close();
  const second = open(path).store;
  expect(holds(second, 1)).toBe(true);
  expect(second.audienceOf('alice:secret')).toBe(audience);
  expect(second.describe()).toMatchObject({ path, contents: 1 });
});

test('a credential is nowhere in the file', () => {
  const path = temporaryPath();
  const { store } = open(path);
  store.writeFact(factKey('1.4', { audience: store.audienceOf('alice:verysecret') }), {
    value: 'kept',
    learnedAtMs: NOON_MS,
    freshUntilMs: FOREVER_MS,
  });
  store.close();
  const bytes = readFileSync(path);
  expect(bytes.includes('kept')).toBe(true);
  expect(bytes.includes('verysecret')).toBe(false);
});

test('it is in WAL mode, and marks itself as a file of provtrace', () => {
  const database = new DatabaseSync(fileWith(1), { readOnly: true });
  onTestFinished(() => database.close());
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(database.prepare('PRAGMA application_id').get()).toEqual({ application_id: 0x70726f76 });
  expect(
    database.prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict ORDER BY name`).all(),
  ).toEqual(['content', 'fact', 'meta', 'seen'].map((name) => ({ name })));
});

test('a link leads to the file', () => {
  const path = fileWith(1);
  const link = join(temporaryFolder(), 'link.db');
  symlinkSync(path, link);
  expect(holds(open(link).store, 1)).toBe(true);
});

test('reading marks content as read once a day, which pruning counts from', () => {
  const path = fileWith(2);
  const database = () => new DatabaseSync(path, { readOnly: true });
  const days = () => {
    const opened = database();
    const rows = opened.prepare('SELECT digest, read_day FROM content').all();
    opened.close();
    return new Map(rows.map((row) => [row['digest'], row['read_day']]));
  };
  const today = Math.floor(NOON_MS / 86_400_000);
  expect([...days().values()]).toEqual([today, today]);
  const { store } = open(path, { nowMs: () => NOON_MS + 3 * 86_400_000 });
  store.readContent(content(1).digest);
  store.close();
  expect(days().get(content(1).digest)).toBe(today + 3);
  expect(days().get(content(2).digest)).toBe(today);
});

test('reading again on the same day writes nothing, so that it waits for nobody who writes', () => {
  const path = fileWith(1);
  const writer = new DatabaseSync(path);
  onTestFinished(() => writer.close());
  writer.exec('BEGIN IMMEDIATE');
  const { store, notices } = open(path);
  expect(holds(store, 1)).toBe(true);
  store.close();
  expect(notices).toEqual([]);
});

test('clear gives the room back to the disk', () => {
  const path = fileWith(300);
  const large = statSync(path).size;
  const { store } = open(path);
  store.clear();
  store.close();
  expect(statSync(path).size).toBeLessThan(large / 10);
});

test.each([
  ['a folder', (folder: string) => folder, 'it is not a file'],
  ['below a file', (folder: string) => join(folder, 'file', 'provtrace.db'), 'file'],
  ['a device', () => '/dev/null', 'it is not a file'],
])('where the path is %s the store is in memory, and says so', (_, pathIn, reason) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'x');
  const path = pathIn(folder);
  const { store, notices } = open(path);
  keep(store, 1);
  expect(holds(store, 1)).toBe(true);
  expect(store.describe().path).toBe(':memory:');
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(`the cache ${path} cannot be used (`);
  expect(notices[0]).toMatch(reason);
  expect(notices[0]).toMatch('--cache');
  expect(readdirSync(folder)).toEqual(['file']);
});

test('without a home the store is in memory, and says so', () => {
  const { store, notices } = open(undefined);
  keep(store, 1);
  expect(holds(store, 1)).toBe(true);
  expect(notices).toEqual([
    'the cache file cannot be used (there is no home folder): nothing is kept beyond this run; name another file with --cache',
  ]);
});

test('a database of another program is left alone', () => {
  const path = temporaryPath();
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE content (digest TEXT); PRAGMA user_version = 1');
  other.close();
  const before = readFileSync(path);
  const { store, notices } = open(path);
  keep(store, 1);
  expect(store.describe().path).toBe(':memory:');
  expect(notices).toEqual([
    `the cache ${path} cannot be used (it is a database of another program): nothing is kept beyond this run; name another file with --cache`,
  ]);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a file of a newer provtrace is left alone', () => {
  const path = fileWith(1);
  const newer = new DatabaseSync(path);
  newer.exec('ALTER TABLE content ADD COLUMN more TEXT; PRAGMA user_version = 2');
  newer.close();
  chmodSync(path, 0o640);
  const before = readFileSync(path);
  const { store, notices } = open(path);
  keep(store, 2);
  store.close();
  expect(notices).toEqual([
    `the cache ${path} cannot be used (it was written by a newer provtrace): nothing is kept beyond this run; update provtrace, or name another file with --cache`,
  ]);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(permissions(path)).toBe('640');
});

test('a file that only its reader may read is read, not written, and that is said once', () => {
  const path = fileWith(3);
  chmodSync(path, 0o444);
  handOver(path);
  const found = inspectAsOther(path, 3);
  expect(found).toMatchObject({ read: [1, 2, 3], written: false, path });
  expect(found.notices).toEqual([
    `the cache ${path} cannot be written (attempt to write a readonly database): what is fetched now is not kept; make room or make it writable, or name another file with --cache`,
  ]);
});

test('a file in a folder that only its reader may read is read, not written, and that is said once', () => {
  const path = fileWith(3);
  chmodSync(path, 0o644);
  handOver(path);
  chmodSync(dirname(path), 0o555);
  const before = readdirSync(dirname(path));
  const found = inspectAsOther(path, 3);
  expect(found).toMatchObject({ read: [1, 2, 3], written: false, path });
  expect(found.notices).toHaveLength(1);
  expect(found.notices[0]).toMatch(`the cache ${path} cannot be written (`);
  expect(readdirSync(dirname(path))).toEqual(before);
  chmodSync(dirname(path), 0o755);
});

test('a file in such a folder whose last writer was killed is not read: the half of it may be missing', () => {
  const killed = fileWith(1);
  keep(open(killed).store, 2);
  const path = temporaryPath();
  for (const suffix of ['', '-wal']) copyFileSync(killed + suffix, path + suffix);
  handOver(path);
  chmodSync(dirname(path), 0o555);
  const found = inspectAsOther(path, 2);
  expect(found).toMatchObject({ read: [], written: true, path: ':memory:' });
  expect(found.notices).toEqual([expect.stringMatching(/cannot be used \(unable to open database file\)/)]);
  chmodSync(dirname(path), 0o755);
});

test.skipIf(!isRoot)('a file of somebody else who lets others write is used (skipped unless as root)', () => {
  const path = fileWith(3);
  chmodSync(path, 0o666);
  chmodSync(dirname(path), 0o777);
  expect(inspectAsOther(path, 3)).toEqual({ read: [1, 2, 3], written: true, path, notices: [] });
  expect(permissions(path)).toBe('666');
});

test('a file that may not be read, and a folder that may not be entered, give a store in memory', () => {
  const path = fileWith(1);
  handOver(path);
  chmodSync(path, 0o000);
  const unreadable = inspectAsOther(path, 1);
  expect(unreadable).toMatchObject({ read: [], written: true, path: ':memory:' });
  expect(unreadable.notices).toHaveLength(1);
  chmodSync(dirname(path), 0o000);
  const closed = inspectAsOther(path, 1);
  expect(closed).toMatchObject({ read: [], written: true, path: ':memory:' });
  expect(closed.notices).toHaveLength(1);
  expect(closed.notices[0]).toMatch('cannot be used (EACCES');
  chmodSync(dirname(path), 0o755);
});

test('a missing file in a folder that may not be written gives a store in memory', () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o555);
  const found = inspectAsOther(join(folder, 'provtrace.db'), 0);
  expect(found).toMatchObject({ written: true, path: ':memory:' });
  expect(found.notices).toEqual([
    expect.stringMatching(/cannot be used \(EACCES: permission denied.*\): nothing is kept beyond this run/),
  ]);
  chmodSync(folder, 0o755);
});

/** How a file stops to grow: the limit of the shell, which any user can set, in KiB. */
function fillWithin(sizeMax: string, path: string): { read: number[]; notices: string[]; status: number | null } {
  const script = `ulimit -f ${sizeMax}; exec "$0" "$@"`;
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', script, process.execPath, CHILD, 'fill', path, '1', '500'],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  return { ...JSON.parse(stdout), status };
}

function expectFirstKept(found: { read: number[]; notices: string[] }, reason: RegExp): void {
  expect(found.read.length).toBeGreaterThan(0);
  expect(found.read.length).toBeLessThan(500);
  expect(found.read).toEqual(found.read.map((_, index) => index + 1));
  expect(found.notices).toHaveLength(1);
  expect(found.notices[0]).toMatch(/cannot be written/);
  expect(found.notices[0]).toMatch(reason);
}

test('where the file cannot grow the command goes on, says so once, and what was kept is there', () => {
  const path = temporaryPath();
  const found = fillWithin('512', path);
  expectFirstKept(found, /disk I\/O error/);
  expect(found.status).toBe(0);
  const { store, notices } = open(path);
  for (const number of found.read) expect(store.readContent(content(number).digest)).toEqual(content(number).bytes);
  expect(store.check()).toEqual({ contents: found.read.length, damaged: [], faults: [] });
  expect(notices).toEqual([]);
});

/** A disk of its own, small and real; undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'provtrace', folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', [folder]));
  return folder;
}

test('a full disk (skipped where none can be mounted)', ({ skip }) => {
  const disk = smallDisk() ?? skip('this user may not mount a disk');
  const path = join(disk, 'cache', 'provtrace.db');
  const found = fillWithin('unlimited', path);
  expectFirstKept(found, /full/);
  const { store } = open(path);
  for (const number of found.read) expect(store.readContent(content(number).digest)).toEqual(content(number).bytes);
  expect(store.check()).toEqual({ contents: found.read.length, damaged: [], faults: [] });
  store.close();

  // No room for the files that SQLite makes beside it either.
  const rest = join(disk, 'rest');
  spawnSync('dd', ['if=/dev/zero', `of=${rest}`, 'bs=1k']);
  const full = open(path);
  expect(full.store.readContent(content(1).digest)).toEqual(content(1).bytes);
  keep(full.store, 501);
  expect(full.notices).toHaveLength(1);
  full.store.close();

  const nothing = open(join(disk, 'new', 'provtrace.db'));
  keep(nothing.store, 1);
  expect(holds(nothing.store, 1)).toBe(true);
  expect(nothing.store.describe().path).toBe(':memory:');
  nothing.store.close();
});

test('memory is bounded, silently', () => {
  const { store, notices } = open(':memory:');
  const large = new Uint8Array(8 * 1024 * 1024);
  let kept = 0;
  for (let number = 0; number < 12; number++) {
    large[0] = number;
    store.writeContent(digestOf(large), large);
    kept = store.describe().contentBytes;
  }
  expect(kept).toBeGreaterThan(32 * 1024 * 1024);
  expect(kept).toBeLessThan(64 * 1024 * 1024);
  expect(notices).toEqual([]);
});

test('a file that another process does not let go of is not waited for again and again', () => {
  const path = fileWith(1);
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  const { store, notices } = open(path);
  other.exec('BEGIN IMMEDIATE');
  keep(store, 2);
  keep(store, 3);
  expect(holds(store, 1)).toBe(true);
  expect(store.readContent(content(2).digest)).toBeUndefined();
  other.exec('ROLLBACK');
  keep(store, 4);
  expect(store.readContent(content(4).digest)).toBeUndefined();
  expect(notices).toEqual([expect.stringMatching(/cannot be written \(database is locked\)/)]);
});
