import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GitRepository } from '../../../support/git-repository.ts';
import { createGitRepository, git, GIT_ENV, hasGit } from '../../../support/git-repository.ts';
import { commitThrice, foundIn, openSources, serve, temporaryFolder, textAt } from '../../../support/git-world.ts';

const CODEOWNERS = '.github/CODEOWNERS';
const MISSING = 'b'.repeat(40);

type Trap = {
  readonly name: string;
  /** Sets it: `script` is a program that leaves a file. */
  readonly set: (clone: Clone, script: string) => void;
  /** What a user of the clone types, and it goes off. */
  readonly trigger: (clone: Clone) => readonly string[];
};
type Clone = GitRepository & { readonly commits: readonly [string, string, string] };

const config = (clone: Clone, name: string, value: string): string => clone.run('config', name, value);

const TRAPS: readonly Trap[] = [
  {
    name: 'core.fsmonitor',
    set: (clone, script) => config(clone, 'core.fsmonitor', script),
    trigger: () => ['status'],
  },
  {
    name: 'gpg.program',
    set: (clone, script) => {
      config(clone, 'gpg.program', script);
      config(clone, 'log.showSignature', 'true');
    },
    trigger: () => ['log', '-1', '--show-signature'],
  },
  {
    name: 'core.sshCommand',
    set: (clone, script) => {
      config(clone, 'core.sshCommand', script);
      config(clone, 'remote.origin.url', 'ssh://git.example/shop');
    },
    trigger: () => ['fetch', 'origin'],
  },
  {
    name: 'url.insteadOf',
    set: (clone, script) => {
      config(clone, 'protocol.ext.allow', 'always');
      config(clone, `url.ext::${script} .insteadOf`, 'https://');
    },
    trigger: () => ['fetch', 'https://git.example/shop'],
  },
  {
    name: 'a filter',
    set: (clone, script) => {
      config(clone, 'filter.trap.smudge', script);
      writeFileSync(join(clone.folder, '.git', 'info', 'attributes'), '* filter=trap\n');
    },
    trigger: () => ['checkout', '-f', 'main~1', '--', '.'],
  },
  {
    name: 'a hook',
    set: (clone, script) =>
      writeFileSync(join(clone.folder, '.git', 'hooks', 'reference-transaction'), `#!/bin/sh\n${script}\n`, {
        mode: 0o755,
      }),
    trigger: (clone) => ['update-ref', 'refs/heads/trap', clone.commits[0]],
  },
  {
    name: 'core.hooksPath',
    set: (clone, script) => {
      mkdirSync(join(clone.folder, 'hooks'));
      writeFileSync(join(clone.folder, 'hooks', 'reference-transaction'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      config(clone, 'core.hooksPath', join(clone.folder, 'hooks'));
    },
    trigger: (clone) => ['update-ref', 'refs/heads/trap', clone.commits[0]],
  },
  {
    name: 'a promisor that brings what is missing',
    set: (clone, script) => {
      config(clone, 'core.repositoryFormatVersion', '1');
      config(clone, 'extensions.partialClone', 'trap');
      config(clone, 'remote.trap.url', `ext::${script}`);
      config(clone, 'protocol.ext.allow', 'always');
    },
    trigger: () => ['cat-file', '-p', MISSING],
  },
  {
    name: 'remote.uploadpack',
    set: (clone, script) => config(clone, 'remote.origin.uploadpack', script),
    trigger: () => ['fetch', 'origin'],
  },
  {
    name: 'credential.helper',
    set: (clone, script) => config(clone, 'credential.helper', `!${script}`),
    trigger: () => ['credential', 'fill'],
  },
  {
    name: 'diff.external',
    set: (clone, script) => config(clone, 'diff.external', script),
    trigger: () => ['diff', 'HEAD~1'],
  },
  {
    name: 'an included file',
    set: (clone, script) => {
      writeFileSync(join(clone.folder, 'included'), `[core]\n\tfsmonitor = ${script}\n`);
      config(clone, 'include.path', join(clone.folder, 'included'));
    },
    trigger: () => ['status'],
  },
  {
    name: 'core.alternateRefsCommand',
    set: (clone, script) => {
      config(clone, 'core.alternateRefsCommand', script);
      const other = createGitRepository(join(clone.folder, 'other.git'));
      other.commit({ files: { 'other.txt': 'other\n' } });
      writeFileSync(join(clone.folder, '.git', 'objects', 'info', 'alternates'), `${other.folder}/objects\n`);
    },
    trigger: (clone) => ['fetch', join(clone.folder, 'other.git'), 'main'],
  },
];

describe.skipIf(!hasGit)(
  `a clone whose configuration and hooks are a stranger’s${hasGit ? '' : ' (skipped: git is not installed)'}`,
  () => {
    test.each(TRAPS)('$name is never run', async ({ set, trigger }) => {
      const folder = temporaryFolder();
      const clone = createClone(join(folder, 'clone'));
      const mark = join(folder, 'it-was-run');
      writeFileSync(join(folder, 'script'), `#!/bin/sh\ntouch '${mark}'\nexit 1\n`, { mode: 0o755 });
      set(clone, join(folder, 'script'));

      spawnSync('git', ['-C', clone.folder, ...trigger(clone)], {
        env: GIT_ENV,
        input: 'protocol=https\nhost=git.example\n\n',
      });
      expect(existsSync(mark), 'the trap works').toBe(true);
      rmSync(mark);

      await readInEveryWay(clone);
      expect(existsSync(mark)).toBe(false);
    });

    test('is not written to', async () => {
      const clone = createClone(join(temporaryFolder(), 'clone'));
      const before = git(['-C', clone.folder, 'count-objects', '-v']);
      await readInEveryWay(clone);
      expect(git(['-C', clone.folder, 'count-objects', '-v'])).toBe(before);
      expect(clone.run('for-each-ref')).not.toContain('none');
    });

    test('gives nothing for an object that is not what its id says', async () => {
      const clone = createClone(join(temporaryFolder(), 'clone'));
      const [, second] = clone.commits;
      const forged = looseFile(clone, clone.run('rev-parse', `${second}:${CODEOWNERS}`));
      const other = looseFile(clone, git(['-C', clone.folder, 'hash-object', '-w', '--stdin'], '* @mallory\n').trim());
      rmSync(forged, { force: true });
      copyFileSync(other, forged);
      expect(clone.run('cat-file', '-p', `${second}:${CODEOWNERS}`), 'git believes it').toBe('* @mallory');
      const { code } = openSources({ clones: [clone.folder] });
      const reading = foundIn(
        await code.read({
          repository: `file://${clone.folder}`,
          namedBy: 'the test',
          commit: second,
          paths: [CODEOWNERS, 'src/file.txt'],
          headPaths: [],
        }),
      );
      expect(reading.paths.get(CODEOWNERS)).toMatchObject({ kind: 'failed', error: { code: 'NOT_READABLE' } });
      expect(textAt(reading.paths, 'src/file.txt')).toBe('2\n');
    });
  },
);

/** A repository with a working folder and a signed commit, all of its objects in files of their own. */
function createClone(folder: string): Clone {
  const clone = createGitRepository(folder, { isBare: false });
  clone.run('config', 'remote.origin.url', join(folder, '.git'));
  clone.run('config', 'fastimport.unpackLimit', '1000');
  const [first, second, third] = commitThrice(clone);
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n';
  const signed = git(['-C', folder, 'cat-file', 'commit', third]).replace('\n\n', `\n${signature}\n`);
  const id = git(['-C', folder, 'hash-object', '-w', '-t', 'commit', '--stdin'], signed).trim();
  clone.run('update-ref', 'refs/heads/main', id);
  clone.run('reset', '-q', '--hard');
  return { ...clone, commits: [first, second, id] };
}

function looseFile(clone: Clone, id: string): string {
  return join(clone.folder, '.git', 'objects', id.slice(0, 2), id.slice(2));
}

/** The clone asked about itself, as the memory of a repository that is not there, and as the objects of one that is. */
async function readInEveryWay(clone: Clone): Promise<void> {
  const [first, , third] = clone.commits;
  const server = await serve(temporaryFolder());
  const { code } = openSources({ clones: [clone.folder], env: { PATH: process.env['PATH'] } });
  const paths = [CODEOWNERS, 'src', 'nothing'];
  const own = { repository: `file://${clone.folder}`, namedBy: 'the test' };
  const reading = foundIn(await code.read({ ...own, commit: third, paths, headPaths: paths }));
  expect(reading.commit.signature?.armour).toContain('PGP SIGNATURE');
  expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/last\n');
  await code.read({ ...own, commit: MISSING, paths, headPaths: paths });
  await code.readContributors({ ...own, commit: third, path: 'src', since: '2020-01-01T00:00:00Z' });
  await code.read({ repository: `${server.url}/gone`, namedBy: 'the test', commit: first, paths, headPaths: paths });
}
