import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../src/adapters/store/open-store.ts';
import type { SourceCode, SourceLocation } from '../../src/ports/source-code.ts';
import type { GitRepository } from './git-repository.ts';
import { git, GIT_ENV } from './git-repository.ts';
import type { GitServerOptions } from './git-server.ts';
import type { SourceWorldOptions, Undo } from './git-world.ts';
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
  /** What the notes on the second commit say. */
  readonly notes: string;
};
export type SourceImplementation = {
  readonly name: string;
  readonly open: (later: Undo) => Promise<OpenedSource>;
};
const NAMED_BY = 'the test';

/** Every way to a repository. */
export const implementations: readonly SourceImplementation[] = [
  { name: 'over HTTP', open: (later) => overHttp(contentOf(later)) },
  {
    name: 'over HTTP, from a server that leaves nothing out',
    open: (later) => overHttp(contentOf(later, { allowFilter: 'false' })),
  },
  {
    name: 'over HTTP, from a server of protocol version 0 that gives out any commit',
    open: (later) => overHttp(contentOf(later, { allowAnySHA1InWant: 'true' }), { isOld: true }),
  },
  { name: 'over HTTP, of objects with ids of SHA-256', open: (later) => overHttp(contentOf(later, {}, 'sha256')) },
  { name: 'over HTTP, remembered', open: remembered },
  { name: 'over HTTP, with a clone at hand', open: withClone },
  { name: 'from git daemon', open: fromDaemon },
  { name: 'over ssh', open: overSsh },
  { name: 'a bare repository on this machine', open: async (later) => onThisMachine(contentOf(later)) },
  {
    name: 'a bare repository on this machine, of objects with ids of SHA-256',
    open: async (later) => onThisMachine(contentOf(later, {}, 'sha256')),
  },
];

type Content = Omit<OpenedSource, 'code' | 'at'> & { readonly root: string; readonly later: Undo };

/** `serving`: the server's own settings, of `uploadpack`. */
function contentOf(
  later: Undo,
  serving: Readonly<Record<string, string>> = {},
  objectFormat: 'sha1' | 'sha256' = 'sha1',
): Content {
  const repository = newRepository({ objectFormat, later });
  for (const [name, value] of Object.entries(serving)) repository.run('config', `uploadpack.${name}`, value);
  const commits = commitThrice(repository);
  const onOther = repository.commit({ branch: 'other', parents: [commits[0]], files: { 'other.txt': 'other\n' } });
  repository.commit({ branch: 'other', files: { 'other.txt': 'more\n' } });
  const tagged = repository.commitApart({ parents: [commits[1]], files: { 'release.txt': '1\n' } });
  repository.run('tag', '-a', '-m', 'a release', 'v1', tagged);
  // As a fork's commits are in what a forge keeps for the whole network.
  const nowhere = repository.commitApart({ parents: [commits[1]], files: { '.github/CODEOWNERS': '* @mallory\n' } });
  const notes = '{"mediaType":"a bundle"}\n{"mediaType":"another"}\n';
  for (const [text, commit] of [
    [notes, commits[1]],
    ['no\n', commits[2]],
  ] as const)
    repository.run('notes', 'add', '-m', text, commit);
  return { later, root: repository.root, repository, commits, onOther, tagged, nowhere, notes };
}

async function overHttp(
  content: Content,
  server: Partial<GitServerOptions> = {},
  world: SourceWorldOptions = {},
): Promise<OpenedSource> {
  const { later } = content;
  const { url } = await serve(content.root, { later, ...server });
  return {
    ...content,
    code: openSources({ later, ...world }).code,
    at: { repository: `${url}/shop`, namedBy: NAMED_BY },
  };
}

async function remembered(later: Undo): Promise<OpenedSource> {
  const store = openStore({ path: ':memory:', clock: { nowMs: () => TEST_NOW_MS }, notice: () => {} });
  later(() => store.close());
  return overHttp(contentOf(later), {}, { memory: { store } });
}

async function withClone(later: Undo): Promise<OpenedSource> {
  const content = contentOf(later);
  const clone = join(temporaryFolder(later), 'clone');
  git(['clone', '-q', content.repository.folder, clone]);
  return overHttp(content, {}, { clones: [clone] });
}

async function fromDaemon(later: Undo): Promise<OpenedSource> {
  const content = contentOf(later);
  const port = await freePort();
  const parameters = [
    'daemon',
    '--listen=127.0.0.1',
    `--port=${port}`,
    '--export-all',
    `--base-path=${content.root}`,
    content.root,
  ];
  const child = spawn('git', parameters, { env: GIT_ENV, stdio: 'ignore', detached: true });
  later(() => child.pid !== undefined && process.kill(-child.pid));
  const repository = `git://127.0.0.1:${port}/shop.git`;
  for (let tries = 0; tries < 100 && !answers(repository); tries++) await delay(50);
  return { ...content, code: openSources({ later }).code, at: { repository, namedBy: NAMED_BY } };
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
async function overSsh(later: Undo): Promise<OpenedSource> {
  const content = contentOf(later);
  const folder = temporaryFolder(later);
  writeFileSync(join(folder, 'ssh'), '#!/bin/sh\nfor command; do :; done\nexec sh -c "$command"\n', { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const repository = `ssh://git@git.example${content.repository.folder}`;
  return { ...content, code: openSources({ later, env }).code, at: { repository, namedBy: NAMED_BY } };
}

function onThisMachine(content: Content): OpenedSource {
  const { folder } = content.repository;
  const { code } = openSources({ later: content.later, clones: [folder] });
  return { ...content, code, at: { repository: `file://${folder}`, namedBy: NAMED_BY } };
}
