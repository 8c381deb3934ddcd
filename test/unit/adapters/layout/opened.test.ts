import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openedOnce } from '../../../../src/adapters/layout/opened.ts';
import { temporaryFolder } from './local-setup.ts';

/** Opens each path to a number of its own; a path that ends in `bad` cannot be opened. */
function counting(): { open: (path: string) => Promise<number>; opened: () => number } {
  let count = 0;
  const open = openedOnce(
    async (path) => {
      count += 1;
      if (path.endsWith('bad')) throw new Error('it cannot be opened');
      return count;
    },
    (path) => path,
  );
  return { open, opened: () => count };
}

test('what is asked for again, or twice at once, is opened once', async () => {
  const { open } = counting();
  const path = join(await temporaryFolder(), 'a');
  await writeFile(path, 'one');
  expect(await Promise.all([open(path), open(path)])).toEqual([1, 1]);
  expect(await open(path)).toBe(1);
});

test('what has changed is opened again: its size, or the time alone', async () => {
  const { open } = counting();
  const path = join(await temporaryFolder(), 'a');
  await writeFile(path, 'one');
  await open(path);
  await writeFile(path, 'longer');
  expect(await open(path)).toBe(2);
  await utimes(path, 1, 1);
  expect(await open(path)).toBe(3);
});

test('what could not be opened is tried again', async () => {
  const { open, opened } = counting();
  const path = join(await temporaryFolder(), 'bad');
  await expect(open(path)).rejects.toThrow('it cannot be opened');
  await expect(open(path)).rejects.toThrow('it cannot be opened');
  expect(opened()).toBe(2);
});

test('eight are kept, the longest unasked goes first', async () => {
  const { open, opened } = counting();
  const folder = await temporaryFolder();
  const paths = Array.from({ length: 9 }, (_, at) => join(folder, `${at}`));
  for (const path of paths.slice(0, 8)) await open(path);
  expect(await open(paths[0]!)).toBe(1);
  await open(paths[8]!);
  expect(await open(paths[0]!)).toBe(1);
  expect(opened()).toBe(9);
  expect(await open(paths[1]!)).toBe(10);
});
