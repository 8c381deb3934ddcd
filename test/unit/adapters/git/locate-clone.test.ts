import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGit } from '../../../../src/adapters/git/git.ts';
import type { LocatedClone } from '../../../../src/adapters/git/locate-clone.ts';
import { locateClone } from '../../../../src/adapters/git/locate-clone.ts';
import { createWorkplace } from '../../../../src/adapters/git/workplace.ts';
import { GIT_ENV, createGitRepository, hasGit } from '../../../support/git-repository.ts';
import { temporaryFolder } from '../../../support/git-world.ts';

const FILES = { 'services/cart/Dockerfile': 'FROM alpine\n', 'README.md': 'Carts.\n' };

/** A clone with its files, and a remote. */
function newClone(origin?: string): string {
  const repository = createGitRepository(join(temporaryFolder(), 'shop'), { isBare: false });
  repository.commit({ files: FILES });
  repository.run('checkout', '--quiet', '-f', 'main');
  if (origin !== undefined) repository.run('remote', 'add', 'origin', origin);
  return repository.folder;
}

async function locate(workingFolder: string, ...paths: readonly string[]): Promise<LocatedClone> {
  const workplace = createWorkplace({ parent: temporaryFolder(), clock: { nowMs: () => 0 } });
  onTestFinished(() => workplace.close());
  const git = createGit({
    program: 'git',
    env: { PATH: process.env['PATH'] },
    workplace,
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  });
  return locateClone(paths, { workingFolder, git, workplace });
}

describe.skipIf(!hasGit)('the clone that paths are in (needs git)', () => {
  test('is found upwards, and knows whether they are folders', async () => {
    const clone = newClone();
    expect(await locate(join(clone, 'services'), 'cart', 'cart/Dockerfile', '../README.md', '..')).toEqual({
      folder: clone,
      url: pathToFileURL(clone).href,
      paths: [
        { path: 'services/cart', isFolder: true },
        { path: 'services/cart/Dockerfile', isFolder: false },
        { path: 'README.md', isFolder: false },
        { path: '', isFolder: true },
      ],
    });
  });

  test('is that of what is not there any more', async () => {
    const clone = newClone();
    rmSync(join(clone, 'services'), { recursive: true });
    const { paths } = await locate(clone, 'services/cart/Dockerfile', 'services/cart/');
    expect(paths).toEqual([
      { path: 'services/cart/Dockerfile', isFolder: false },
      { path: 'services/cart', isFolder: true },
    ]);
  });

  test('is the same through a symbolic link to it', async () => {
    const clone = newClone();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(clone, link);
    expect(await locate(link, 'README.md')).toMatchObject({ folder: clone, paths: [{ path: 'README.md' }] });
  });

  test('is the inner one of two', async () => {
    const outer = newClone();
    const inner = join(outer, 'vendor', 'lib');
    mkdirSync(join(outer, 'vendor'));
    execFileSync('git', ['clone', '--quiet', newClone(), inner], { env: GIT_ENV });
    expect((await locate(outer, 'vendor/lib/README.md')).folder).toBe(inner);
  });

  test.each([
    ['https://github.com/acme/shop.git', 'github.com'],
    ['git@git.acme.example:acme/shop.git', 'git.acme.example'],
    ['/srv/git/shop.git', undefined],
  ])('tells the host of %s', async (origin, host) => {
    expect((await locate(newClone(origin), 'README.md')).host).toBe(host);
  });

  test('is not two, and not none', async () => {
    const clone = newClone();
    await expect(locate(clone, 'README.md', join(newClone(), 'README.md'))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(locate(temporaryFolder(), 'README.md')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(locate(clone)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
