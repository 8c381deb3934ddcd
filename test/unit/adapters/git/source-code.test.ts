import { symlinkSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SourceReading } from '../../../../src/core/model/source.ts';
import type { SourceCode } from '../../../../src/ports/source-code.ts';
import { createGitRepository, git, hasGit } from '../../../support/git-repository.ts';
import type { SourceWorldOptions, TestRepository } from '../../../support/git-world.ts';
import {
  commitThrice,
  foundIn,
  newRepository,
  openSources,
  serve,
  temporaryFolder,
  textAt,
} from '../../../support/git-world.ts';
import type { GitServer, GitServerOptions } from '../../../support/git-server.ts';

const CODEOWNERS = '.github/CODEOWNERS';
const MEGABYTE = 1024 * 1024;

type Served = {
  readonly server: GitServer;
  readonly code: SourceCode;
  readonly at: { readonly repository: string; readonly namedBy: string };
};

async function open(
  root: string,
  options: { readonly server?: Partial<GitServerOptions>; readonly world?: SourceWorldOptions } = {},
): Promise<Served> {
  const server = await serve(root, options.server);
  return {
    server,
    code: openSources(options.world).code,
    at: { repository: `${server.url}/shop`, namedBy: 'the test' },
  };
}

async function read({ code, at }: Served, commit: string, paths: readonly string[] = []): Promise<SourceReading> {
  return foundIn(await code.read({ ...at, commit, paths, headPaths: [] }));
}

async function refsOf(served: Served, commit: string): Promise<readonly string[]> {
  return foundIn((await read(served, commit)).reachability).refs;
}

describe.skipIf(!hasGit)(`repositories over HTTP${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  describe('requests', () => {
    test('a commit with its files, the head’s files and the reachability take eight', async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      const served = await open(repository.root);
      const reading = foundIn(
        await served.code.read({
          ...served.at,
          commit: second,
          paths: [CODEOWNERS, 'src/file.txt'],
          headPaths: [CODEOWNERS],
        }),
      );
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
      expect(served.server.requests.map(({ method }) => method).sort()).toEqual([
        'GET',
        'GET',
        'GET',
        'GET',
        'POST',
        'POST',
        'POST',
        'POST',
      ]);
    });

    test('the head of a branch needs no look at the history', async () => {
      const repository = newRepository();
      const [, , third] = commitThrice(repository);
      const served = await open(repository.root);
      expect(await refsOf(served, third)).toEqual(['refs/heads/main']);
      expect(served.server.requests).toHaveLength(4);
    });

    test('other paths of the same commit take only their files', async () => {
      const repository = newRepository();
      const [, , third] = commitThrice(repository);
      const served = await open(repository.root);
      await read(served, third, [CODEOWNERS]);
      served.server.reset();
      expect(textAt((await read(served, third, ['src/file.txt'])).paths, 'src/file.txt')).toBe('3\n');
      // Two for the branches, which nothing remembers here, and two for the file.
      expect(served.server.requests).toHaveLength(4);
    });

    test('files that are not asked for are not sent', async () => {
      const repository = newRepository();
      repository.commit({
        files: { 'large.bin': randomBytes(MEGABYTE).toString('latin1'), CODEOWNERS: '* @acme/all\n' },
      });
      const served = await open(repository.root);
      await read(served, 'main', ['CODEOWNERS']);
      expect(served.server.bytesSent).toBeLessThan(10_000);
    });
  });

  describe('reachability', () => {
    test('goes through merges, on either side', async () => {
      const repository = newRepository();
      const [first, second] = commitThrice(repository);
      const side = repository.commit({ branch: 'side', parents: [first], files: { 'side.txt': '1\n' } });
      const merge = repository.commit({
        parents: [repository.run('rev-parse', 'main'), side],
        files: { 'merged.txt': '1\n' },
      });
      repository.run('update-ref', '-d', 'refs/heads/side');
      for (let number = 0; number < 5; number++) repository.commit({ files: { 'later.txt': `${number}\n` } });
      const served = await open(repository.root);
      for (const commit of [first, second, side, merge]) {
        expect(await refsOf(served, commit)).toEqual(['refs/heads/main']);
      }
    });

    test('sees that a commit is ahead of the default branch, and on another one', async () => {
      const repository = newRepository();
      commitThrice(repository);
      const ahead = repository.commit({
        branch: 'release',
        parents: [repository.run('rev-parse', 'main')],
        files: { a: '1\n' },
      });
      repository.commit({ branch: 'release', files: { a: '2\n' } });
      repository.run('branch', 'merged', 'main~1');
      repository.run('tag', 'v0', 'main~2');
      const served = await open(repository.root);
      expect(await refsOf(served, ahead)).toEqual(['refs/heads/release']);
    });

    test('of a commit of a fork is none, although the server gives it out and its parent is on the default branch', async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      const imposter = repository.commitApart({ parents: [second], files: { [CODEOWNERS]: '* @mallory\n' } });
      const later = repository.commitApart({ parents: [imposter], files: { 'more.txt': '1\n' } });
      for (const number of [1, 2, 3]) repository.run('tag', `v${number}`, `main~${number - 1}`);
      repository.run('update-ref', 'refs/pull/1/head', later);
      repository.commit({ branch: 'other', parents: [second], files: { 'other.txt': '1\n' } });
      const served = await open(repository.root);
      expect(await refsOf(served, imposter)).toEqual([]);
      expect(await refsOf(served, later)).toEqual([]);
    });

    test('is found where the head of the repository is on no branch', async () => {
      const repository = newRepository();
      const [first, second] = commitThrice(repository);
      repository.run('update-ref', '--no-deref', 'HEAD', second);
      const served = await open(repository.root);
      expect(await refsOf(served, first)).toEqual(['HEAD']);
      const head = foundIn(
        foundIn(await served.code.read({ ...served.at, commit: first, paths: [], headPaths: [] })).head,
      );
      expect(head).toEqual({ commit: second, paths: new Map() });
    });
  });

  describe('what is asked for', () => {
    test('an annotated tag’s own id leads to its commit', async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      repository.run('tag', '-a', '-m', 'one', 'v1', second);
      repository.run('tag', '-a', '-m', 'two', 'v2', 'v1');
      const served = await open(repository.root);
      const reading = await read(served, repository.run('rev-parse', 'v2'), [CODEOWNERS]);
      expect(reading.commit.id).toBe(second);
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
    });

    test('an id of something else than a commit is none', async () => {
      const repository = newRepository();
      commitThrice(repository);
      const served = await open(repository.root);
      for (const name of ['main:src', 'main:src/file.txt']) {
        const commit = repository.run('rev-parse', name);
        expect(await served.code.read({ ...served.at, commit, paths: [], headPaths: [] })).toMatchObject({
          kind: 'absent',
          reason: 'noSuchCommit',
        });
      }
    });

    test('links are told and not followed, submodules are named', async () => {
      const folder = temporaryFolder();
      const repository = createGitRepository(join(folder, 'work'), { isBare: false });
      commitThrice(repository);
      repository.run('reset', '-q', '--hard');
      symlinkSync('.github/CODEOWNERS', join(repository.folder, 'CODEOWNERS'));
      repository.run('add', 'CODEOWNERS');
      repository.run('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},vendor`);
      repository.run('commit', '-q', '-m', 'links');
      git(['clone', '-q', '--bare', repository.folder, join(folder, 'shop.git')]);
      const served = await open(folder);
      const { paths } = await read(served, 'main', ['CODEOWNERS', 'vendor', 'vendor/x', '']);
      expect(foundIn(paths.get('CODEOWNERS'))).toMatchObject({ kind: 'link', target: '.github/CODEOWNERS' });
      expect(foundIn(paths.get('vendor'))).toEqual({ kind: 'submodule', commit: 'a'.repeat(40) });
      expect(paths.get('vendor/x')).toMatchObject({ kind: 'absent' });
      expect(foundIn(paths.get(''))).toMatchObject({
        names: [
          { name: '.github', kind: 'folder' },
          { name: 'CODEOWNERS', kind: 'link' },
          { name: 'src', kind: 'folder' },
          { name: 'vendor', kind: 'submodule' },
        ],
      });
    });

    test('a CODEOWNERS of 10 MB is read; one of 20 MB is too large, and the rest stands', async () => {
      const repository = newRepository();
      const rules = (megabytes: number): string =>
        '/services/checkout @acme/checkout\n'.repeat((megabytes * MEGABYTE) / 34);
      repository.commit({ files: { 'docs/CODEOWNERS': rules(10), [CODEOWNERS]: rules(20), 'small.txt': 'small\n' } });
      const served = await open(repository.root);
      const { paths } = await read(served, 'main', ['docs/CODEOWNERS', CODEOWNERS, 'small.txt']);
      expect(textAt(paths, 'docs/CODEOWNERS')).toBe(rules(10));
      expect(paths.get(CODEOWNERS)).toMatchObject({ kind: 'failed', error: { code: 'TOO_LARGE' } });
      expect(textAt(paths, 'small.txt')).toBe('small\n');
    });

    test('paths that lead out of the repository lead nowhere', async () => {
      const repository = newRepository();
      commitThrice(repository);
      const served = await open(repository.root);
      const { paths } = await read(served, 'main', [
        '../../etc/passwd',
        'src/../src/file.txt',
        '.git/config',
        'src/\0',
      ]);
      expect([...paths].map(([, { kind }]) => kind)).toEqual(['absent', 'found', 'absent', 'absent']);
    });
  });

  describe('notes', () => {
    /** As git spreads them where there are hundreds, hundreds of times hundreds, and so on. */
    test.each([0, 1, 2, 3])('are found in %i folders', async (folders) => {
      const repository = newRepository();
      const [first, second] = commitThrice(repository);
      const digits = Array.from({ length: folders }, (_, index) => second.slice(index * 2, index * 2 + 2));
      const path = [...digits, second.slice(folders * 2)].join('/');
      const notes = repository.commit({ branch: 'notes', parents: [], files: { [path]: 'a bundle\n' } });
      repository.run('update-ref', 'refs/notes/commits', notes);
      repository.run('update-ref', '-d', 'refs/heads/notes');
      const served = await open(repository.root);
      const reading = foundIn(
        await served.code.read({ ...served.at, commit: second, paths: [CODEOWNERS], headPaths: [] }),
      );
      expect(foundIn(reading.notes)).toEqual({
        id: repository.run('rev-parse', `${notes}:${path}`),
        bytes: new TextEncoder().encode('a bundle\n'),
      });
      // They come with the commit, and with its files.
      expect(served.server.requests).toHaveLength(8);
      expect((await read(served, first)).notes).toMatchObject({ kind: 'absent', reason: 'noNotes' });
    });

    test('are those on the commit, where a tag was asked for by its id', async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      repository.run('tag', '-a', '-m', 'one', 'v1', second);
      const tag = repository.run('rev-parse', 'v1');
      repository.run('notes', 'add', '-m', 'on the tag', tag);
      const served = await open(repository.root);
      expect((await read(served, tag)).notes).toMatchObject({ kind: 'absent', reason: 'noNotes' });
      repository.run('notes', 'add', '-m', 'on the commit', second);
      const again = await open(repository.root);
      expect(new TextDecoder().decode(foundIn((await read(again, tag)).notes).bytes)).toBe('on the commit\n');
    });

    test('that are too much of a server that leaves nothing out leave the commit standing', async () => {
      const repository = withLargeFile();
      repository.run('update-ref', 'refs/notes/commits', 'refs/heads/main');
      const small = repository.commit({ branch: 'main', parents: [], files: { CODEOWNERS: '* @acme/all\n' } });
      repository.run('config', 'uploadpack.allowFilter', 'false');
      const reading = await read(await open(repository.root), small, ['CODEOWNERS']);
      expect(textAt(reading.paths, 'CODEOWNERS')).toBe('* @acme/all\n');
      expect(reading.notes).toMatchObject({ kind: 'failed', error: { code: 'UNSUPPORTED' } });
    });

    test('that are not what they should be, or are gone, leave the commit standing', async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      repository.run('update-ref', 'refs/notes/commits', repository.run('rev-parse', 'main:src/file.txt'));
      const served = await open(repository.root);
      const reading = await read(served, second, [CODEOWNERS]);
      expect(reading.notes).toMatchObject({ kind: 'failed', error: { code: 'NOT_READABLE' } });
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
    });
  });

  test('a repository whose history is cut off on the server is read, as far as it goes', async () => {
    const repository = newRepository();
    const [, second, third] = commitThrice(repository);
    const root = temporaryFolder();
    git(['clone', '-q', '--bare', '--depth=2', `file://${repository.folder}`, join(root, 'shop.git')]);
    git(['-C', join(root, 'shop.git'), 'config', 'uploadpack.allowFilter', 'true']);
    const served = await open(root);
    for (const commit of [second, third]) {
      const reading = await read(served, commit, [CODEOWNERS]);
      expect(reading.paths.get(CODEOWNERS)?.kind).toBe('found');
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    }
  });

  describe('what a server cannot do', () => {
    test('one that leaves nothing out is refused above a size, and the reason is said', async () => {
      const repository = withLargeFile();
      repository.run('config', 'uploadpack.allowFilter', 'false');
      const served = await open(repository.root);
      const outcome = await served.code.read({ ...served.at, commit: 'main', paths: ['CODEOWNERS'], headPaths: [] });
      expect(outcome).toMatchObject({
        kind: 'failed',
        error: {
          code: 'UNSUPPORTED',
          message: expect.stringMatching(/sends everything \(its git leaves no files out\), and .*\/shop is large/),
          expected: 'at most 64 MiB',
          hint: expect.stringContaining('--source'),
        },
      });
    });

    test('a file that is larger than what may be fetched is not read, and the commit stands', async () => {
      const served = await open(withLargeFile().root);
      const reading = await read(served, 'main', ['large.bin']);
      expect(reading.paths.get('large.bin')).toMatchObject({ kind: 'failed', error: { code: 'TOO_LARGE' } });
      expect(reading.commit.message).toBe('large\n');
    });

    test('one that knows no such filter is asked without', async () => {
      const repository = newRepository();
      const [, second] = commitThrice(repository);
      repository.run('config', 'uploadpackfilter.allow', 'false');
      const served = await open(repository.root);
      const reading = await read(served, second, [CODEOWNERS]);
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
      expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    });

    test('one of version 0 gives out what a branch leads to, and of the rest it is said that it does not', async () => {
      const repository = newRepository();
      const [first, , third] = commitThrice(repository);
      const served = await open(repository.root, { server: { isOld: true } });
      expect(textAt((await read(served, third, [CODEOWNERS])).paths, CODEOWNERS)).toBe('* @acme/last\n');
      const outcome = await served.code.read({ ...served.at, commit: first, paths: [CODEOWNERS], headPaths: [] });
      expect(outcome).toMatchObject({
        kind: 'failed',
        error: { code: 'UNSUPPORTED', hint: expect.stringContaining('--source') },
      });
    });

    test('one of version 0 that has nothing is empty', async () => {
      const served = await open(newRepository().root, { server: { isOld: true } });
      expect(await served.code.read({ ...served.at, commit: 'main', paths: [], headPaths: [] })).toMatchObject({
        kind: 'absent',
        reason: 'emptyRepository',
      });
    });
  });

  test('a repository without commits is empty, whatever is asked of it', async () => {
    const served = await open(newRepository().root);
    for (const commit of ['main', 'HEAD', 'a'.repeat(40)]) {
      expect(
        await served.code.read({ ...served.at, commit, paths: [CODEOWNERS], headPaths: [CODEOWNERS] }),
      ).toMatchObject({ kind: 'absent', reason: 'emptyRepository' });
    }
  });

  test('names and messages are read as they were written', async () => {
    const repository = newRepository();
    repository.commit({
      author: 'Zoë Ünïcode <zoe@acme.example>',
      message: 'Straße\n\nCo-authored-by: Bob <bob@acme.example>\n',
      files: { 'ordner/straße.txt': 'ja\n' },
    });
    const served = await open(repository.root);
    const reading = await read(served, 'main', ['ordner/straße.txt']);
    expect(reading.commit.author).toMatchObject({ name: 'Zoë Ünïcode', email: 'zoe@acme.example' });
    expect(reading.commit.message).toBe('Straße\n\nCo-authored-by: Bob <bob@acme.example>\n');
    expect(textAt(reading.paths, 'ordner/straße.txt')).toBe('ja\n');
  });
});

/** A file of 70 MiB, which is kept and sent as it is. */
function withLargeFile(): TestRepository {
  const repository = newRepository();
  for (const name of ['core.compression', 'pack.compression']) repository.run('config', name, '0');
  repository.run('config', 'core.bigFileThreshold', '1m');
  const files = { CODEOWNERS: '* @acme/all\n', 'large.bin': 'x'.repeat(70 * MEGABYTE) };
  repository.commit({ message: 'large\n', files });
  return repository;
}
