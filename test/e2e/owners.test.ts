import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GIT_ENV, createGitRepository, hasGit } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-world.ts';
import { newRepository, serve, temporaryFolder } from '../support/git-world.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { validatorOf } from '../unit/render/trace-schema.ts';

/* Who owns files, without an image: of clones on this machine, and of repositories behind real servers. */

const FILES = {
  '.github/CODEOWNERS': '* @acme/platform\n/services/cart/ @acme/cart\n/docs/\n',
  'services/cart/Dockerfile': 'FROM alpine\n',
  'docs/index.md': 'Carts.\n',
};
const isInvalid = await validatorOf('owners');

function owners(words: readonly string[], folder = temporaryFolder()): Promise<ToolRun> {
  return runTool(['owners', '--no-cache', ...words], { folder, sources: 'asked', forges: 'configured' });
}

type Document = {
  readonly commit: string;
  readonly isReachable?: boolean;
  readonly paths: readonly {
    readonly path: string;
    readonly answer: string;
    readonly owners: readonly { readonly owner: string }[];
  }[];
};
/** What was printed, valid by what `provtrace schema owners` prints. */
function documentOf({ stdout }: ToolRun): Document {
  const document: Document = JSON.parse(stdout);
  expect(isInvalid(document)).toEqual([]);
  return document;
}
const answers = ({ paths }: Document) =>
  paths.map(({ path, answer, owners: named }) => [path, answer, named.map(({ owner }) => owner)]);

/** With a working folder, as people have it. */
function cloneOf({ folder }: TestRepository): string {
  const clone = join(temporaryFolder(), 'shop');
  execFileSync('git', ['clone', '--quiet', folder, clone], { env: GIT_ENV });
  return clone;
}

describe.skipIf(!hasGit)('provtrace owners (needs git)', () => {
  test('in a clone, by paths of the working folder: the three answers', async () => {
    const repository = newRepository();
    const commit = repository.commit({ files: FILES });
    const clone = cloneOf(repository);
    const ran = await owners(
      ['--format', 'json', 'Dockerfile', '../../docs/index.md', '../../README.md'],
      join(clone, 'services', 'cart'),
    );
    expect(ran.code).toBe(0);
    const document = documentOf(ran);
    expect(document.commit).toBe(commit);
    expect(answers(document)).toEqual([
      ['services/cart/Dockerfile', 'owned', ['@acme/cart']],
      ['docs/index.md', 'unowned', []],
      ['README.md', 'owned', ['@acme/platform']],
    ]);
  });

  test('of a repository behind a server, at a tag, and at a commit', async () => {
    const repository = newRepository();
    const first = repository.commit({ files: FILES });
    repository.run('tag', 'v1');
    repository.commit({ files: { '.github/CODEOWNERS': '* @acme/new\n' } });
    const { url } = await serve(repository.root);
    for (const revision of ['v1', first]) {
      const document = documentOf(
        await owners(['--repo', `${url}/shop`, '--commit', revision, '--format', 'json', 'services/cart/']),
      );
      expect(document).toMatchObject({ commit: first, isReachable: true });
      expect(document.paths).toMatchObject([
        { owners: [{ owner: '@acme/cart' }], today: { owners: ['@acme/new'], isSame: false } },
      ]);
    }
  });

  test('a commit that is on no branch is said to be nobody’s in particular', async () => {
    const repository = newRepository();
    const parent = repository.commit({ files: FILES });
    const ofFork = repository.commitApart({ parents: [parent], files: { '.github/CODEOWNERS': '* @mallory\n' } });
    const { url } = await serve(repository.root);
    const asked = ['--repo', `${url}/shop`, '--commit', ofFork, 'a'];
    const text = (await owners(asked)).stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'the commit is on no branch and no tag of the repository: anybody may have written its CODEOWNERS',
    );
    expect(documentOf(await owners([...asked, '--format', 'json'])).isReachable).toBe(false);
  });

  test('of a repository with objects of SHA-256', async () => {
    const repository = newRepository({ objectFormat: 'sha256' });
    const commit = repository.commit({ files: FILES });
    expect(commit).toHaveLength(64);
    const { url } = await serve(repository.root);
    const asked = ['--repo', `${url}/shop`, '--commit', commit, '--format', 'json', 'services/cart/Dockerfile'];
    expect(answers(documentOf(await owners(asked)))).toEqual([['services/cart/Dockerfile', 'owned', ['@acme/cart']]]);
    expect(documentOf(await owners(['--format', 'json', 'docs'], cloneOf(repository))).commit).toBe(commit);
  });

  test('over git’s own protocol', async () => {
    const repository = newRepository();
    repository.commit({ files: FILES });
    const { url } = await serveByDaemon(repository.root);
    const ran = await owners(['--repo', `${url}/shop.git`, '--format', 'json', 'services/cart/Dockerfile']);
    expect(ran.stderr).toBe('');
    expect(answers(documentOf(ran))).toEqual([['services/cart/Dockerfile', 'owned', ['@acme/cart']]]);
  });

  test('which line decides, and which lines lost, is explained', async () => {
    const repository = newRepository();
    repository.commit({ files: FILES });
    const ran = await owners(['--explain', 'services/cart/Dockerfile'], cloneOf(repository));
    expect(ran.stdout).toContain('line 1: * @acme/platform (loses to line 2)');
    expect(ran.stdout).toContain('line 2: /services/cart/ @acme/cart (decides)');
  });

  test('what is in the way of an answer has the code that the contract says', async () => {
    const repository = newRepository();
    repository.commit({ files: FILES });
    const clone = cloneOf(repository);
    const other = newRepository();
    other.commit({ files: FILES });
    const server = await serve(repository.root);
    const { url } = server;
    const codes = async (...words: readonly string[]) => (await owners(words)).code;
    expect(await codes('--repo', `${url}/shop`, '--commit', 'c0'.repeat(20), 'a')).toBe(4);
    expect(await codes('--repo', `${url}/shop`, '--commit', 'no-such-branch', 'a')).toBe(4);
    expect(await codes('--repo', `${url}/nothing`, 'a')).toBe(4);
    expect(await codes(join(clone, 'docs'), join(cloneOf(other), 'docs'))).toBe(2);
    expect(await codes('--repo', `${url}/shop`, '../etc/passwd')).toBe(2);
    expect(await codes('--repo', `${url}/shop`, '--no-source', 'a')).toBe(2);
    expect(await codes('--repo', 'file:///etc', 'a')).toBe(2);
    await server.close();
    expect(await codes('--repo', `${url}/shop`, 'a')).toBe(3);
  });

  test('an empty repository is none', async () => {
    const repository = newRepository();
    const { url } = await serve(repository.root);
    const ran = await owners(['--repo', `${url}/shop`, 'a']);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain('is empty');
  });

  test('a private repository is undecided without its credential', async () => {
    const repository = newRepository();
    repository.commit({ files: FILES });
    const { url } = await serve(repository.root, { login: 'ada:secret-of-ada' });
    const ran = await owners(['--repo', `${url}/shop`, 'a']);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe('');
  });

  test('a password in the address is not printed', async () => {
    const repository = newRepository();
    repository.commit({ files: FILES });
    const { host } = await serve(repository.root);
    for (const scheme of ['http', 'git', 'ssh']) {
      const ran = await owners(['--repo', `${scheme}://ada:secret-of-ada@${host}/shop`, 'a', '--format', 'json']);
      expect(ran.stdout + ran.stderr).not.toContain('secret-of-ada');
    }
  });

  test('a file that cannot be read leaves nobody’s answer, and 3', async () => {
    const repository = newRepository();
    repository.commit({ files: { '.github/CODEOWNERS': `* @acme/cart\n${'#'.repeat(10 * 1024 * 1024)}\n` } });
    const ran = await owners(['--format', 'json', '.'], cloneOf(repository));
    expect(ran.code).toBe(3);
    expect(documentOf(ran).paths).toMatchObject([{ path: '', answer: 'unread', owners: [] }]);
  });

  test('a clone whose configuration names programs runs none of them', async () => {
    const repository = createGitRepository(join(temporaryFolder(), 'shop'), { isBare: false });
    repository.commit({ files: FILES });
    const trap = join(temporaryFolder(), 'trap');
    for (const setting of ['core.fsmonitor', 'core.sshCommand', 'gpg.program', 'credential.helper', 'core.pager'])
      repository.run('config', setting, `touch ${trap}`);
    mkdirSync(join(repository.folder, '.git', 'hooks'), { recursive: true });
    writeFileSync(join(repository.folder, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\ntouch ${trap}\n`, {
      mode: 0o755,
    });
    expect((await owners(['services/cart/Dockerfile'], repository.folder)).stdout).toContain('@acme/cart');
    expect(existsSync(trap)).toBe(false);
  });

  test('a folder is no address', async () => {
    const repository = newRepository();
    repository.commit({ files: FILES });
    const ran = await owners(['--repo', pathToFileURL(repository.folder).href, 'a']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('for a clone on this machine leave --repo out');
  });
});

/** git-daemon(1), until the test ends. */
async function serveByDaemon(root: string): Promise<{ readonly url: string }> {
  const port = await freePort();
  const parameters = [
    'daemon',
    '--reuseaddr',
    '--export-all',
    `--base-path=${root}`,
    '--listen=127.0.0.1',
    `--port=${port}`,
    root,
  ];
  const child = spawn('git', parameters, { env: GIT_ENV, stdio: 'ignore', detached: true });
  onTestFinished(() => {
    if (child.pid !== undefined) process.kill(-child.pid);
  });
  for (let tries = 0; tries < 100; tries++) {
    try {
      execFileSync('git', ['ls-remote', `git://127.0.0.1:${port}/shop.git`], { env: GIT_ENV, stdio: 'ignore' });
      break;
    } catch {
      await delay(50);
    }
  }
  return { url: `git://127.0.0.1:${port}` };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
