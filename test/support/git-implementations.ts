import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/adapters/store/open-store.ts';
import type { SourceCode, SourceLocation } from '../../src/ports/source-code.ts';
import type { GitRepository } from './git-repository.ts';
import { git, GIT_ENV } from './git-repository.ts';
import type { GitServerOptions } from './git-server.ts';
import type { SourceWorldOptions } from './git-world.ts';
import { commitThrice, newRepository, openSources, serve, temporaryFolder } from './git-world.ts';
import { TEST_NOW_MS } from './http-world.ts';

export type OpenedSource = {
  readonly code: SourceCode;
  readonly at: SourceLocation;
  readonly repository: GitRepository;
  /** On the default branch, one after the other. */
  readonly commits: readonly [string, string, string];
  /** On a branch that goes off after the first commit. */
  readonly onOther: string;
  /** Which an annotated tag leads to, and no branch. */
  readonly tagged: string;
  /** On no branch and no tag. */
  readonly nowhere: string;
};
export type SourceImplementation = {
  readonly name: string;
  /** What it takes that is not installed. */
  readonly missing?: string;
  open(): Promise<OpenedSource>;
};
type Content = Omit<OpenedSource, 'code' | 'at'> & { readonly root: string };

const NAMED_BY = 'the test';

/** Every way to a repository. */
export const implementations: readonly SourceImplementation[] = [
  { name: 'over HTTP', open: () => overHttp(contentOf()) },
  { name: 'over HTTP, from a server that leaves nothing out', open: () => overHttp(unfiltered(contentOf())) },
  {
    name: 'over HTTP, from a server of protocol version 0 that gives out any commit',
    open: () => overHttp(open(contentOf()), { isOld: true }),
  },
  { name: 'over HTTP, of objects with ids of SHA-256', open: () => overHttp(contentOf('sha256')) },
  { name: 'over HTTP, remembered', open: () => remembered() },
  { name: 'over HTTP, with a clone at hand', open: () => withClone() },
  { name: 'from git daemon', open: () => fromDaemon(contentOf()) },
  { name: 'over ssh', open: () => overSsh(contentOf()) },
  { name: 'a bare repository on this machine', open: async () => onThisMachine(contentOf()) },
  {
    name: 'a bare repository on this machine, of objects with ids of SHA-256',
    open: async () => onThisMachine(contentOf('sha256')),
  },
];

function contentOf(objectFormat: 'sha1' | 'sha256' = 'sha1'): Content {
  const repository = newRepository(objectFormat);
  const commits = commitThrice(repository);
  const onOther = repository.commit({ branch: 'other', parents: [commits[0]], files: { 'other.txt': 'other\n' } });
  repository.commit({ branch: 'other', files: { 'other.txt': 'more\n' } });
  const tagged = repository.commitApart({ parents: [commits[1]], files: { 'release.txt': '1\n' } });
  repository.run('tag', '-a', '-m', 'a release', 'v1', tagged);
  // As a fork's commits are in what a forge keeps for the whole network.
  const nowhere = repository.commitApart({ parents: [commits[1]], files: { '.github/CODEOWNERS': '* @mallory\n' } });
  return { root: repository.root, repository, commits, onOther, tagged, nowhere };
}

function unfiltered(content: Content): Content {
  content.repository.run('config', 'uploadpack.allowFilter', 'false');
  return content;
}

function open(content: Content): Content {
  content.repository.run('config', 'uploadpack.allowAnySHA1InWant', 'true');
  return content;
}

async function overHttp(
  content: Content,
  server: Partial<GitServerOptions> = {},
  world: SourceWorldOptions = {},
): Promise<OpenedSource> {
  const { url } = await serve(content.root, server);
  return { ...content, code: openSources(world).code, at: { repository: `${url}/shop`, namedBy: NAMED_BY } };
}

async function remembered(): Promise<OpenedSource> {
  const store = openStore({ path: ':memory:', clock: { nowMs: () => TEST_NOW_MS }, notice: () => {} });
  onTestFinished(() => store.close());
  return overHttp(contentOf(), {}, { memory: { store } });
}

async function withClone(): Promise<OpenedSource> {
  const content = contentOf();
  const clone = join(temporaryFolder(), 'clone');
  git(['clone', '-q', content.repository.folder, clone]);
  return overHttp(content, {}, { clones: [clone] });
}

async function fromDaemon(content: Content): Promise<OpenedSource> {
  const port = await freePort();
  const child = spawn(
    'git',
    ['daemon', '--listen=127.0.0.1', `--port=${port}`, '--export-all', `--base-path=${content.root}`, content.root],
    { env: GIT_ENV, stdio: 'ignore', detached: true },
  );
  onTestFinished(() => void (child.pid !== undefined && process.kill(-child.pid)));
  const repository = `git://127.0.0.1:${port}/shop.git`;
  for (let tries = 0; tries < 100 && !answers(repository); tries++) await delay(50);
  return { ...content, code: openSources().code, at: { repository, namedBy: NAMED_BY } };
}

function answers(address: string): boolean {
  try {
    git(['ls-remote', '-q', address]);
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** ssh's place is taken by a program that runs here what would be run there. */
async function overSsh(content: Content): Promise<OpenedSource> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ssh'), '#!/bin/sh\nfor command; do :; done\nexec sh -c "$command"\n');
  chmodSync(join(folder, 'ssh'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return {
    ...content,
    code: openSources({ env }).code,
    at: { repository: `ssh://git@git.example${content.repository.folder}`, namedBy: NAMED_BY },
  };
}

function onThisMachine(content: Content): OpenedSource {
  const { folder } = content.repository;
  return {
    ...content,
    code: openSources({ clones: [folder] }).code,
    at: { repository: `file://${folder}`, namedBy: NAMED_BY },
  };
}
