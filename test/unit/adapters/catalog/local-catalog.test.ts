import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../support/git-world.ts';
import { foundCatalog, names, newRun, readOne, service } from './catalog-world.ts';

const location = (target: string): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nspec: { target: ${target} }\n`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('a catalog on this machine', () => {
  test('a file, relative to the configuration, with what it names beside it', async () => {
    const folder = folderWith({ 'a.yaml': location('./more/*.yaml'), 'more/b.yaml': service('b') });
    expect(names(foundCatalog(await readOne({ file: 'a.yaml' }, { folder })))).toEqual(['b']);
  });

  test('a folder with all that is in it', async () => {
    const folder = folderWith({ 'a.yaml': service('a'), 'x/b.yml': service('b'), 'x/c.txt': service('c') });
    expect(names(foundCatalog(await readOne({ file: folder }))).toSorted()).toEqual(['a', 'b']);
  });

  test('a table by its columns', async () => {
    const folder = folderWith({ 'export.txt': 'dienst;team\na;x\n' });
    const settings = { file: 'export.txt', format: 'csv' as const, columns: { name: 'Dienst' } };
    expect(foundCatalog(await readOne(settings, { folder })).components).toMatchObject([
      { name: 'a', owners: [{ text: 'x' }] },
    ]);
  });

  test('a link that the user names is followed, and one that a file names is not', async () => {
    const outside = folderWith({ 'secret.yaml': service('secret'), 'given.yaml': service('given') });
    const folder = folderWith({ 'a.yaml': location('./link.yaml') });
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'link.yaml'));
    symlinkSync(join(outside, 'given.yaml'), join(folder, 'given.yaml'));
    const catalog = foundCatalog(await readOne({ file: 'a.yaml' }, { folder }));
    expect(names(catalog)).toEqual([]);
    expect(catalog.problems).toMatchObject([{ code: 'NOT_FOLLOWED', message: 'link.yaml is a link' }]);
    expect(names(foundCatalog(await readOne({ file: 'given.yaml' }, { folder })))).toEqual(['given']);
  });

  test('a link to a folder in the tree does not lead out of it', async () => {
    const outside = folderWith({ 'secret.yaml': service('secret') });
    const folder = folderWith({ 'a.yaml': location('./link/secret.yaml') });
    symlinkSync(outside, join(folder, 'link'));
    const catalog = foundCatalog(await readOne({ file: 'a.yaml' }, { folder }));
    expect(names(catalog)).toEqual([]);
    expect(catalog.problems).toMatchObject([{ message: 'link/secret.yaml is a link' }]);
  });

  test('none is there', async () => {
    expect(await readOne({ file: 'gone.yaml' }, { folder: temporaryFolder() })).toEqual({
      kind: 'absent',
      reason: 'noCatalog',
    });
  });

  test('what is too large, or no file, is told and does not stop', async () => {
    const folder = folderWith({ 'big.yaml': '' });
    truncateSync(join(folder, 'big.yaml'), 16 * 1024 * 1024 + 1);
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    const run = newRun([{ file: 'big.yaml' }, { file: 'pipe.yaml' }], { folder });
    const answers = await run.readCatalogs();
    const problems = answers.flatMap(({ outcome }) => foundCatalog(outcome).problems);
    expect(problems.map(({ code, error }) => [code, error?.code])).toEqual([
      ['UNREAD', 'TOO_LARGE'],
      ['UNREAD', 'NOT_READABLE'],
    ]);
  });
});
