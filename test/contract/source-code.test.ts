import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenedSource } from '../support/git-implementations.ts';
import { implementations } from '../support/git-implementations.ts';
import { git, hasGit } from '../support/git-repository.ts';
import { foundIn, textAt } from '../support/git-world.ts';

const CODEOWNERS = '.github/CODEOWNERS';
const ABSENT_COMMIT = '0123456789abcdef'.repeat(3).slice(0, 40);

describe.skipIf(!hasGit)(`the source code port${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  describe.each(implementations)('$name', ({ open }) => {
    let opened: OpenedSource;
    const undone: (() => unknown)[] = [];

    beforeAll(async () => {
      opened = await open((undo) => undone.unshift(undo));
    });

    afterAll(async () => {
      for (const undo of undone) await undo();
    });

    test('reads a commit, its files, and the head’s files', async () => {
      const { repository, commits, code, at } = opened;
      const [first, second, third] = commits;
      const reading = foundIn(
        await code.read({
          ...at,
          commit: second,
          paths: [CODEOWNERS, 'src', 'src/file.txt', 'nothing', 'src/file.txt/below', ''],
          headPaths: [CODEOWNERS, 'docs/CODEOWNERS'],
        }),
      );

      expect(reading.commit).toMatchObject({
        id: second,
        parents: [first],
        message: 'change 2\n',
        tree: repository.run('rev-parse', `${second}^{tree}`),
      });
      expect(reading.commit.author).toEqual({ name: 'Ada', email: 'ada@acme.example', at: '2023-11-14T23:13:20Z' });
      expect([...reading.paths.keys()]).toEqual([
        CODEOWNERS,
        'src',
        'src/file.txt',
        'nothing',
        'src/file.txt/below',
        '',
      ]);
      expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
      expect(textAt(reading.paths, 'src/file.txt')).toBe('2\n');
      expect(foundIn(reading.paths.get('src/file.txt'))).toMatchObject({
        id: repository.run('rev-parse', `${second}:src/file.txt`),
      });
      expect(foundIn(reading.paths.get('src'))).toMatchObject({
        kind: 'folder',
        names: [{ name: 'file.txt', kind: 'file' }],
      });
      expect(foundIn(reading.paths.get(''))).toMatchObject({
        names: [
          { name: '.github', kind: 'folder' },
          { name: 'src', kind: 'folder' },
        ],
      });
      for (const path of ['nothing', 'src/file.txt/below'])
        expect(reading.paths.get(path)).toEqual({ kind: 'absent', reason: 'noSuchPath' });

      const head = foundIn(reading.head);
      expect(head).toMatchObject({ branch: 'refs/heads/main', commit: third });
      expect(textAt(head.paths, CODEOWNERS)).toBe('* @acme/last\n');
      expect(head.paths.get('docs/CODEOWNERS')).toEqual({ kind: 'absent', reason: 'noSuchPath' });
      expect(foundIn(reading.reachability).refs[0]).toBe('refs/heads/main');
    });

    test('finds the branch or tag of a commit that is not on the default branch, and none for one that is on none', async () => {
      const { code, at, onOther, tagged, nowhere } = opened;
      const refsOf = async (commit: string) =>
        foundIn(foundIn(await code.read({ ...at, commit, paths: [], headPaths: [] })).reachability).refs;
      expect(await refsOf(onOther)).toEqual(['refs/heads/other']);
      expect(await refsOf(tagged)).toEqual(['refs/tags/v1']);
      expect(await refsOf(nowhere)).toEqual([]);
    });

    test('takes the name of a branch or tag, and HEAD', async () => {
      const { code, at, commits, tagged } = opened;
      const idOf = async (commit: string) =>
        foundIn(await code.read({ ...at, commit, paths: [], headPaths: [] })).commit.id;
      expect(await idOf('main')).toBe(commits[2]);
      expect(await idOf('HEAD')).toBe(commits[2]);
      expect(await idOf('refs/tags/v1')).toBe(tagged);
      expect(await idOf('v1')).toBe(tagged);
    });

    test('reads the notes on a commit, with nothing else asked, and says that there are none', async () => {
      const { code, at, commits, onOther, notes } = opened;
      const notesOn = async (commit: string) =>
        foundIn(await code.read({ ...at, commit, paths: [], headPaths: [] })).notes;
      expect(new TextDecoder().decode(foundIn(await notesOn(commits[1])).bytes)).toBe(notes);
      expect(await notesOn(onOther)).toMatchObject({ kind: 'absent', reason: 'noNotes' });
    });

    test('finds the files of a content, and says of one that is nowhere that it is nowhere', async () => {
      const { code, at, commits, repository } = opened;
      const idOf = (path: string): string => repository.run('rev-parse', `${commits[1]}:${path}`);
      const [nested, folder] = [idOf('src/file.txt'), idOf('src')];
      const nowhere = repository.run('rev-parse', `${commits[2]}:src/file.txt`);
      const blobsAt = async (paths: readonly string[]) =>
        foundIn(await code.read({ ...at, commit: commits[1], paths, headPaths: [], blobs: [nested, folder, nowhere] }))
          .blobPaths;
      const everywhere = new Map([
        [nested, ['src/file.txt']],
        [folder, []],
        [nowhere, []],
      ]);
      expect(await blobsAt([])).toEqual(everywhere);
      expect(await blobsAt([CODEOWNERS, 'src/file.txt'])).toEqual(everywhere);
    });

    test('passes over contents of the other object format', async () => {
      const { code, at, commits } = opened;
      const other = 'a'.repeat(commits[1].length === 40 ? 64 : 40);
      const reading = foundIn(await code.read({ ...at, commit: commits[1], paths: [], headPaths: [], blobs: [other] }));
      expect(reading.blobPaths).toEqual(new Map());
    });

    test('gives the bytes of the commit, which make its id', async () => {
      const { code, at, commits, repository } = opened;
      const { id, bytes } = foundIn(await code.read({ ...at, commit: commits[1], paths: [], headPaths: [] })).commit;
      expect(Buffer.from(bytes).toString()).toBe(git(['-C', repository.folder, 'cat-file', 'commit', id]));
      expect(
        hash(id.length === 40 ? 'sha1' : 'sha256', Buffer.concat([Buffer.from(`commit ${bytes.length}\0`), bytes])),
      ).toBe(id);
    });

    test('says that there is no such commit, and no such branch', async () => {
      const { code, at } = opened;
      const answers = [ABSENT_COMMIT, 'no-such-branch', '--upload-pack=touch'].map((commit) =>
        code.read({ ...at, commit, paths: [CODEOWNERS], headPaths: [CODEOWNERS] }),
      );
      expect(await Promise.all(answers)).toMatchObject(answers.map(() => ({ kind: 'absent', reason: 'noSuchCommit' })));
    });

    test('sums up who changed a path', async () => {
      const { code, at, commits } = opened;
      const since = '2023-11-14T22:30:00Z';
      const contributors = foundIn(await code.readContributors({ ...at, commit: commits[2], path: 'src', since }));
      expect(contributors).toEqual([
        {
          name: 'Ada',
          email: 'ada@acme.example',
          commits: 2,
          lastCommit: { id: commits[2], at: '2023-11-15T00:13:20Z' },
        },
      ]);
    });

    test('gives everybody who asks at once the same answer', async () => {
      const { code, at, commits } = opened;
      const question = { ...at, commit: commits[1], paths: [CODEOWNERS], headPaths: [CODEOWNERS] };
      const [first, second] = await Promise.all([code.read(question), code.read(question)]);
      expect(foundIn(first)).toEqual(foundIn(second));
    });
  });
});
