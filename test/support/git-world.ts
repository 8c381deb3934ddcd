import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSourceCode } from '../../src/adapters/git/source-code.ts';
import type { GitSources, GitSourcesOptions } from '../../src/adapters/git/sources.ts';
import { openGitSources } from '../../src/adapters/git/sources.ts';
import { rememberingSourceCode } from '../../src/adapters/store/remembering-source-code.ts';
import type { HttpClientOptions } from '../../src/adapters/http/http.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { SourcePaths } from '../../src/core/model/source.ts';
import type { SourceCode } from '../../src/ports/source-code.ts';
import type { Store } from '../../src/ports/store.ts';
import type { CommitPlan, GitRepository } from './git-repository.ts';
import { createGitRepository } from './git-repository.ts';
import type { GitServer, GitServerOptions } from './git-server.ts';
import { startGitServer } from './git-server.ts';
import { openHttp, TEST_NOW_MS } from './http-world.ts';

/** What is to be undone when a test, or all that share something, have ended: the last first. */
export type Undo = (undo: () => unknown) => void;

const atEndOfTest: Undo = (undo) =>
  onTestFinished(async () => {
    await undo();
  });

/** A folder of its own for one test. */
export function temporaryFolder(later: Undo = atEndOfTest): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'provtrace-source-')));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type TestRepository = GitRepository & { /** The folder that it is in, as `shop.git`. */ readonly root: string };

export function newRepository({
  objectFormat = 'sha1',
  later = atEndOfTest,
}: { readonly objectFormat?: 'sha1' | 'sha256'; readonly later?: Undo } = {}): TestRepository {
  const root = temporaryFolder(later);
  return { root, ...createGitRepository(join(root, 'shop.git'), { objectFormat }) };
}

/** Three commits, one after the other: the file is as the number of the commit, and CODEOWNERS changes with the last. */
export function commitThrice(repository: GitRepository, plan: CommitPlan = {}): readonly [string, string, string] {
  const commit = (number: number, owner: string): string =>
    repository.commit({
      ...plan,
      message: `change ${number}\n`,
      files: { 'src/file.txt': `${number}\n`, '.github/CODEOWNERS': `* @acme/${owner}\n` },
    });
  return [commit(1, 'first'), commit(2, 'first'), commit(3, 'last')];
}

/** Serves what is in the folder until the test ends. */
export async function serve(
  root: string,
  { later = atEndOfTest, ...options }: Partial<GitServerOptions> & { readonly later?: Undo } = {},
): Promise<GitServer> {
  const server = await startGitServer({ root, ...options });
  later(() => server.close());
  return server;
}

export type SourceWorldOptions = Partial<GitSourcesOptions> & {
  readonly later?: Undo;
  readonly httpOptions?: Partial<HttpClientOptions>;
  /** What is remembered, and who asks. */
  readonly memory?: {
    readonly store: Store;
    readonly mode?: 'normal' | 'refresh' | 'offline';
    readonly nowMs?: () => number;
  };
};
export type SourceWorld = {
  readonly code: SourceCode;
  readonly sources: GitSources;
  /** Empty, and of its own. */ readonly temporaryFolder: string;
};

/** As one run of the tool has it, with every host named by the user unless told otherwise. */
export function openSources(options: SourceWorldOptions = {}): SourceWorld {
  const { memory, later = atEndOfTest } = options;
  const folder = options.temporaryFolder ?? temporaryFolder(later);
  const clock = { nowMs: memory?.nowMs ?? (() => TEST_NOW_MS) };
  const named = {
    namedByUser: options.namedByUser ?? (() => true),
    ...(options.hosts === undefined ? {} : { hosts: options.hosts }),
  };
  const env = options.env ?? { PATH: process.env['PATH'] };
  const { http } = openHttp({ ...named, env, clock, ...options.httpOptions });
  const sources = openGitSources({
    http,
    tokens: { tokenFor: async () => undefined },
    clock,
    env,
    temporaryFolder: folder,
    clones: [],
    ...named,
    ...options,
  });
  later(async () => {
    await sources.close();
    await http.close();
  });
  const origin =
    memory === undefined
      ? sources.origin
      : rememberingSourceCode({
          source: sources.origin,
          store: memory.store,
          clock,
          mode: memory.mode ?? 'normal',
          audienceFor: async (at, asked) => memory.store.audienceOf((await sources.credentialKey(at, asked)) ?? ''),
        });
  return { code: createSourceCode({ ...sources, origin }), sources, temporaryFolder: folder };
}

/** The value that was found; anything else fails the test. */
export function foundIn<Value>(outcome: Outcome<Value, string> | undefined): Value {
  if (outcome?.kind === 'found') return outcome.value;
  throw new Error(
    `expected something to be found, and it was ${outcome?.kind === 'absent' ? outcome.reason : String(outcome?.error)}`,
  );
}

/** The text of a file among what was read. */
export function textAt(paths: SourcePaths, path: string): string {
  const entry = foundIn(paths.get(path));
  if (entry.kind === 'file') return new TextDecoder().decode(entry.bytes);
  throw new Error(`${path} should be a file, and is a ${entry.kind}`);
}
