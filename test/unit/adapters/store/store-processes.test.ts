import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { fileWith, holds, open, temporaryPath } from './store-setup.ts';

const CHILD = join(import.meta.dirname, 'store-child.ts');
const PROCESSES = 4;
const EACH = 400;

type Writer = { readonly child: ChildProcess; readonly written: Promise<readonly number[]> };

/** A process that writes so many contents, and tells of each when it is written. */
function startWriter(path: string, from: number, count = EACH): Writer {
  const child = spawn(process.execPath, [CHILD, 'write', path, `${from}`, `${count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, written: text(child.stdout).then((lines) => lines.trim().split('\n').filter(Boolean).map(Number)) };
}

function startWriters(path: string): readonly Writer[] {
  return Array.from({ length: PROCESSES }, (_, index) => startWriter(path, index * EACH));
}

/** Everything that was told is there, and the file is whole. */
function expectKept(path: string, written: readonly number[]): void {
  const { store, notices } = open(path);
  expect(written.filter((number) => !holds(store, number))).toEqual([]);
  const { contents, damaged, faults } = store.check();
  expect({ damaged, faults }).toEqual({ damaged: [], faults: [] });
  // One that was killed may have written what it did not come to tell.
  expect(contents - written.length).toBeGreaterThanOrEqual(0);
  expect(contents - written.length).toBeLessThanOrEqual(1);
  expect(notices).toEqual([]);
}

test('four processes begin and fill one file at once', async () => {
  const path = temporaryPath();
  const written = (await Promise.all(startWriters(path).map((writer) => writer.written))).flat();
  expect(written).toHaveLength(PROCESSES * EACH);
  expectKept(path, written);
  expect(readdirSync(dirname(path)).filter((name) => name.includes('damaged'))).toEqual([]);
});

test('one of four is killed in the middle: nothing that was written is lost, and nothing is damaged', async () => {
  const path = fileWith(0);
  const [first, ...others] = startWriters(path);
  // Not before it has written, and long before it is done.
  first!.child.stdout!.once('data', () => first!.child.kill('SIGKILL'));
  const [, signal] = await once(first!.child, 'exit');
  expect(signal).toBe('SIGKILL');
  const told = await first!.written;
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(EACH);
  const written = (await Promise.all(others.map((writer) => writer.written))).flat();
  expect(written).toHaveLength((PROCESSES - 1) * EACH);
  expectKept(path, [...told, ...written]);
});

test('all of four are killed in the middle', async () => {
  const path = fileWith(0);
  const writers = startWriters(path);
  for (const { child } of writers) child.stdout!.once('data', () => child.kill('SIGKILL'));
  const told = await Promise.all(writers.map((writer) => writer.written));
  for (const numbers of told) expect(numbers.length).toBeLessThan(EACH);
  const { store } = open(path);
  expect(told.flat().filter((number) => !holds(store, number))).toEqual([]);
  expect(store.check()).toMatchObject({ damaged: [], faults: [] });
});

test('of four that find the file damaged at once, one sets it aside', async () => {
  const path = temporaryPath();
  writeFileSync(path, 'no database at all\n'.repeat(1000));
  const written = (await Promise.all(startWriters(path).map((writer) => writer.written))).flat();
  expect(written).toHaveLength(PROCESSES * EACH);
  expectKept(path, written);
  expect(readdirSync(dirname(path)).filter((name) => name.includes('damaged'))).toHaveLength(1);
});

test('while one process replaces a damaged file, another waits, and then uses the new one', async () => {
  const path = temporaryPath();
  writeFileSync(path, 'no database at all\n'.repeat(1000));
  const whole = fileWith(0);
  const lock = new DatabaseSync(`${path}.lock`);
  onTestFinished(() => lock.close());
  lock.exec('BEGIN EXCLUSIVE');
  const writer = startWriter(path, 0, 3);
  // Long enough for a process that does not wait to do harm; one that waits is right however long it takes to start.
  await pause(1000);
  renameSync(path, `${path}.damaged-before`);
  copyFileSync(whole, path);
  lock.exec('ROLLBACK');
  expectKept(path, await writer.written);
  expect(readdirSync(dirname(path)).filter((name) => name.includes('damaged'))).toEqual([
    'provtrace.db.damaged-before',
  ]);
});
