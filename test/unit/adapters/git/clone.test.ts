import { mkdirSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findClone } from '../../../../src/adapters/git/clone-folder.ts';
import type { SourceCode } from '../../../../src/ports/source-code.ts';
import { git, hasGit } from '../../../support/git-repository.ts';
import type { TestRepository } from '../../../support/git-world.ts';
import { commitThrice, foundIn, newRepository, openSources, serve, textAt } from '../../../support/git-world.ts';

const CODEOWNERS = '.github/CODEOWNERS';

type Cloned = TestRepository & { readonly clone: string; readonly commits: readonly [string, string, string] };

function cloned(...options: readonly string[]): Cloned {
  const repository = newRepository();
  const commits = commitThrice(repository);
  const clone = join(repository.root, 'clone');
  git(['clone', '-q', ...options, `file://${repository.folder}`, clone]);
  return { ...repository, clone, commits };
}

const ask = (code: SourceCode, repository: string, commit: string) =>
  code.read({ repository, commit, paths: [CODEOWNERS], headPaths: [CODEOWNERS], namedBy: 'the test' });

describe.skipIf(!hasGit)(`clones on this machine${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  describe('are found', () => {
    test('from within, bare or not, and by no other folder', async () => {
      const { root, folder, clone } = cloned();
      const inside = join(clone, 'a', 'b');
      mkdirSync(inside, { recursive: true });
      expect(await findClone(inside)).toEqual({
        root: clone,
        gitFolder: join(clone, '.git'),
        commonFolder: join(clone, '.git'),
      });
      expect(await findClone(folder)).toEqual({ root: folder, gitFolder: folder, commonFolder: folder });
      expect(await findClone(root)).toBeUndefined();
      expect(await findClone(join(root, 'nowhere'))).toBeUndefined();
    });

    test('as worktrees and as submodules, whose parts are elsewhere', async () => {
      const { root, clone } = cloned();
      git(['-C', clone, 'worktree', 'add', '-q', join(root, 'tree'), '-b', 'work']);
      expect(await findClone(join(root, 'tree'))).toEqual({
        root: join(root, 'tree'),
        gitFolder: join(clone, '.git', 'worktrees', 'tree'),
        commonFolder: join(clone, '.git'),
      });
      mkdirSync(join(root, 'module'));
      writeFileSync(join(root, 'module', '.git'), 'gitdir: ../clone/.git\n');
      expect(await findClone(join(root, 'module'))).toMatchObject({
        root: join(root, 'module'),
        commonFolder: join(clone, '.git'),
      });
    });

    test('through a link', async () => {
      const { root, clone } = cloned();
      symlinkSync(clone, join(root, 'link'));
      expect(await findClone(join(root, 'link'))).toMatchObject({ root: realpathSync(clone) });
    });
  });

  describe('asked about themselves', () => {
    test('a working folder answers for what is checked out and for what it remembers', async () => {
      const { clone, commits } = cloned();
      git(['-C', clone, 'checkout', '-q', '-b', 'work', commits[1]]);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, `file://${clone}`, 'HEAD'));
      expect(reading.commit.id).toBe(commits[1]);
      expect(reading.clone).toEqual({ folder: clone });
      expect(foundIn(reading.head)).toMatchObject({ branch: 'refs/heads/work', commit: commits[1] });
      expect(foundIn(reading.reachability).refs).toEqual([
        'refs/heads/work',
        'refs/heads/main',
        'refs/remotes/origin/main',
      ]);
      expect(foundIn(await ask(code, `file://${clone}`, 'origin/main')).commit.id).toBe(commits[2]);
    });

    test('one that was named through a link is asked through it', async () => {
      const { root, clone, commits } = cloned();
      symlinkSync(clone, join(root, 'link'));
      const { code } = openSources({ clones: [join(root, 'link')] });
      const reading = foundIn(await ask(code, `file://${join(root, 'link')}`, 'HEAD'));
      expect([reading.commit.id, reading.clone?.folder]).toEqual([commits[2], clone]);
    });

    test('a worktree answers for its own head', async () => {
      const { root, clone, commits } = cloned();
      const tree = join(root, 'tree');
      git(['-C', clone, 'worktree', 'add', '-q', '--detach', tree, commits[0]]);
      const { code } = openSources({ clones: [tree] });
      const reading = foundIn(await ask(code, `file://${tree}`, 'HEAD'));
      expect(reading.commit.id).toBe(commits[0]);
      expect(foundIn(reading.head)).toMatchObject({ commit: commits[0] });
    });

    test('one without commits is empty', async () => {
      const { folder } = newRepository();
      const { code } = openSources({ clones: [folder] });
      expect(await ask(code, `file://${folder}`, 'HEAD')).toMatchObject({ kind: 'absent', reason: 'emptyRepository' });
    });

    test('one that was not named is not read', async () => {
      const { folder, clone } = cloned();
      const { code } = openSources({ clones: [clone] });
      for (const repository of [`file://${folder}`, 'file:///etc', 'file://host/x']) {
        expect(await ask(code, repository, 'HEAD')).toMatchObject({
          kind: 'failed',
          error: { code: 'REFUSED_ADDRESS' },
        });
      }
    });

    test('a history that is cut off is no proof that a commit is on no branch', async () => {
      const { clone, commits } = cloned('--depth=1');
      const { code } = openSources({ clones: [clone] });
      expect(foundIn(foundIn(await ask(code, `file://${clone}`, commits[2])).reachability).refs).toContain(
        'refs/heads/main',
      );
      const apart = git([
        '-C',
        clone,
        '-c',
        'user.name=x',
        '-c',
        'user.email=x',
        'commit-tree',
        '-m',
        'apart',
        `${commits[2]}^{tree}`,
      ]).trim();
      const reading = foundIn(await ask(code, `file://${clone}`, apart));
      expect(reading.reachability).toMatchObject({
        kind: 'failed',
        error: { code: 'NOT_READABLE', message: expect.stringContaining('cut off') },
      });
    });

    test('branches that cannot be read are said, and what is asked by its id is read', async () => {
      const { folder, commits } = cloned();
      writeFileSync(join(folder, 'refs', 'heads', 'broken'), `${'e'.repeat(40)}\n`);
      const { code } = openSources({ clones: [folder] });
      const reading = foundIn(await ask(code, `file://${folder}`, commits[1]));
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
      const failure = { kind: 'failed', error: { code: 'NOT_READABLE', got: expect.stringContaining('broken') } };
      expect(reading.reachability).toMatchObject(failure);
      expect(reading.head).toMatchObject(failure);
      expect(await ask(code, `file://${folder}`, 'main')).toMatchObject(failure);
    });
  });

  describe('with notes', () => {
    test.each(['refs/notes/commits^{tree}', 'refs/notes/commits:SECOND', 'refs/notes/commits'])(
      'of which %s is lost leave the commit standing, and are not taken for none',
      async (lost) => {
        const { folder, commits, ...repository } = cloned();
        repository.run('notes', 'add', '-m', 'attested', commits[1]);
        const id = repository.run('rev-parse', lost.replace('SECOND', commits[1]));
        rmSync(join(folder, 'objects', id.slice(0, 2), id.slice(2)));
        const { code } = openSources({ clones: [folder] });
        const reading = foundIn(await ask(code, `file://${folder}`, commits[1]));
        expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
        expect(reading.notes).toMatchObject({ kind: 'failed', error: { code: 'NOT_READABLE' } });
      },
    );

    test('that were fetched from where the clone comes from are what it remembers', async () => {
      const { clone, commits, ...repository } = cloned();
      repository.run('notes', 'add', '-m', 'attested', commits[1]);
      git(['-C', clone, 'fetch', '-q', 'origin', 'refs/notes/*:refs/notes/*']);
      git(['-C', clone, 'remote', 'set-url', 'origin', 'https://127.0.0.1/acme/shop']);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, 'https://127.0.0.1/acme/shop', commits[1]));
      expect(new TextDecoder().decode(foundIn(reading.notes).bytes)).toBe('attested\n');
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    });
  });

  describe('beside the repository', () => {
    test('objects are taken from the clone, and branches from the repository', async () => {
      const { root, clone, commits, ...repository } = cloned();
      const fourth = repository.commit({ files: { [CODEOWNERS]: '* @acme/newest\n' } });
      const server = await serve(root);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, `${server.url}/shop`, commits[1]));
      expect(reading.clone).toBeUndefined();
      expect(foundIn(reading.head)).toMatchObject({ commit: fourth });
      expect(textAt(foundIn(reading.head).paths, CODEOWNERS)).toBe('* @acme/newest\n');

      git(['-C', clone, 'fetch', '-q', repository.folder]);
      server.reset();
      const again = foundIn(await ask(openSources({ clones: [clone] }).code, `${server.url}/shop`, commits[2]));
      expect(textAt(foundIn(again.head).paths, CODEOWNERS)).toBe('* @acme/newest\n');
      // The branches, and the way from them to the commit: no commit, no folder, no file.
      expect(server.requests).toHaveLength(4);
    });

    test('a commit that the clone alone has is read, and is on no branch of the repository', async () => {
      const { root, clone, commits } = cloned();
      const local = git([
        '-C',
        clone,
        '-c',
        'user.name=x',
        '-c',
        'user.email=x',
        'commit-tree',
        '-p',
        commits[1],
        '-m',
        'local',
        `${commits[1]}^{tree}`,
      ]).trim();
      git(['-C', clone, 'update-ref', 'refs/remotes/origin/local', local]);
      const server = await serve(root);
      const reading = foundIn(await ask(openSources({ clones: [clone] }).code, `${server.url}/shop`, local));
      expect(reading.commit.message).toBe('local\n');
      expect(foundIn(reading.reachability).refs).toEqual([]);
    });

    test('one that cannot be read is no help, and no harm', async () => {
      const { root, clone, commits } = cloned();
      rmSync(join(clone, '.git', 'objects'), { recursive: true });
      // A folder where a file should be: git gives up.
      mkdirSync(join(clone, '.git', 'objects', commits[1].slice(0, 2), commits[1].slice(2)), { recursive: true });
      const server = await serve(root);
      const { code } = openSources({ clones: [clone, join(root, 'nowhere')] });
      expect(textAt(foundIn(await ask(code, `${server.url}/shop`, commits[1])).paths, CODEOWNERS)).toBe(
        '* @acme/first\n',
      );
    });
  });

  describe('instead of a repository that is not heard', () => {
    test('the clone of it answers with what it remembers, as of when it last asked', async () => {
      const { clone, commits } = cloned();
      git(['-C', clone, 'remote', 'set-url', 'origin', 'git@127.0.0.1:acme/shop.git']);
      writeFileSync(join(clone, '.git', 'FETCH_HEAD'), '');
      utimesSync(join(clone, '.git', 'FETCH_HEAD'), new Date('2026-11-01T10:00:00Z'), new Date('2026-11-01T10:00:00Z'));
      git(['-C', clone, 'branch', 'local', commits[0]]);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, 'https://127.0.0.1/acme/shop', commits[1]));
      expect(reading.clone).toMatchObject({ folder: clone, instead: { code: 'UNREACHABLE' } });
      expect(reading.head).toMatchObject({
        kind: 'found',
        asOf: '2026-11-01T10:00:00Z',
        value: { branch: 'refs/heads/main', commit: commits[2] },
      });
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    });

    test('a clone whose memory cannot be read is no help, and is not why', async () => {
      const { clone, commits } = cloned();
      git(['-C', clone, 'remote', 'set-url', 'origin', 'https://127.0.0.1/acme/shop']);
      writeFileSync(join(clone, '.git', 'refs', 'heads', 'broken'), `${'e'.repeat(40)}\n`);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, 'https://127.0.0.1/acme/shop', commits[1]));
      expect(reading.clone).toBeUndefined();
      expect(reading.reachability).toMatchObject({ kind: 'failed', error: { code: 'UNREACHABLE' } });
    });

    test('what the clone does not remember may be there all the same', async () => {
      const { clone } = cloned();
      git(['-C', clone, 'remote', 'set-url', 'origin', 'https://127.0.0.1/acme/shop']);
      const { code } = openSources({ clones: [clone] });
      for (const commit of ['a'.repeat(40), 'no-such-branch'])
        expect(await ask(code, 'https://127.0.0.1/acme/shop', commit)).toMatchObject({
          kind: 'failed',
          error: { code: 'UNREACHABLE' },
        });
      const empty = newRepository();
      empty.run('config', 'remote.origin.url', 'https://127.0.0.1/acme/empty');
      const beside = openSources({ clones: [empty.folder] });
      expect(await ask(beside.code, 'https://127.0.0.1/acme/empty', 'main')).toMatchObject({
        kind: 'failed',
        error: { code: 'UNREACHABLE' },
      });
    });

    test('a clone of another repository gives the commit, and nothing about branches', async () => {
      const { clone, commits } = cloned();
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, 'https://127.0.0.1/acme/shop', commits[1]));
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
      expect(reading.reachability).toMatchObject({ kind: 'failed', error: { code: 'UNREACHABLE' } });
      expect(reading.head).toMatchObject({ kind: 'failed', error: { code: 'UNREACHABLE' } });
      expect(await ask(code, 'https://127.0.0.1/acme/shop', 'main')).toMatchObject({ kind: 'failed' });
    });

    test('where there is no such repository, that is why', async () => {
      const { root, clone, commits } = cloned();
      const server = await serve(root);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, `${server.url}/gone`, commits[1]));
      expect(reading.reachability).toMatchObject({
        kind: 'failed',
        error: { code: 'NOT_READABLE', message: expect.stringContaining('there is no repository') },
      });
      expect(await ask(code, `${server.url}/gone`, 'a'.repeat(40))).toMatchObject({
        kind: 'absent',
        reason: 'noSuchRepository',
      });
    });

    test('a mirror answers with its own branches', async () => {
      const { clone, commits } = cloned('--mirror');
      git(['-C', clone, 'remote', 'set-url', 'origin', 'https://127.0.0.1/acme/shop']);
      const { code } = openSources({ clones: [clone] });
      const reading = foundIn(await ask(code, 'https://127.0.0.1/acme/shop', commits[0]));
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
      expect(foundIn(reading.head)).toMatchObject({ branch: 'refs/heads/main', commit: commits[2] });
    });
  });
});
