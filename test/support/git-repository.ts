import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** What git sees of this machine in tests: the program, and nobody's configuration. */
export const GIT_ENV = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@acme.example',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@acme.example',
  LC_ALL: 'C',
} as const;

export type CommitPlan = {
  /** By default `main`. */
  readonly branch?: string;
  /** By default the last commit that was made for the branch. */
  readonly parents?: readonly string[];
  /** Content by path; null removes. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly message?: string;
  readonly author?: string;
  /** Seconds since 1970. */
  readonly at?: number;
};

/** A repository of the tests' own, in a folder. */
export type GitRepository = {
  readonly folder: string;
  run(...parameters: readonly string[]): string;
  /** The id of the new commit, to which the branch is moved. */
  commit(plan: CommitPlan): string;
  /** The id of a new commit that is on no branch. */
  commitApart(plan: CommitPlan): string;
};

export const hasGit = canRunGit();
/** 2023-11-14T22:13:20Z, from where each commit is an hour later than the one before. */
export const FIRST_COMMIT_AT = 1_700_000_000;

export function createGitRepository(
  folder: string,
  {
    objectFormat = 'sha1',
    isBare = true,
  }: { readonly objectFormat?: 'sha1' | 'sha256'; readonly isBare?: boolean } = {},
): GitRepository {
  mkdirSync(folder, { recursive: true });
  git(['init', '-q', '-b', 'main', `--object-format=${objectFormat}`, ...(isBare ? ['--bare'] : []), folder]);
  const run = (...parameters: readonly string[]): string => git(['-C', folder, ...parameters]).trim();
  run('config', 'uploadpack.allowFilter', 'true');
  const heads = new Map<string, string>();
  let commits = 0;
  const commit = ({ branch = 'main', ...plan }: CommitPlan): string => {
    const ref = `refs/heads/${branch}`;
    const parents = plan.parents ?? [heads.get(branch)].filter((id) => id !== undefined);
    const at = plan.at ?? FIRST_COMMIT_AT + 3600 * commits++;
    const id = git(['-C', folder, 'fast-import', '--quiet', '--force'], streamOf(ref, { ...plan, parents, at })).trim();
    heads.set(branch, id);
    return id;
  };
  return {
    folder,
    run,
    commit,
    commitApart: (plan) => {
      const id = commit({ ...plan, branch: 'apart' });
      run('update-ref', '-d', 'refs/heads/apart');
      return id;
    },
  };
}

export function git(parameters: readonly string[], input = ''): string {
  return execFileSync('git', parameters, { env: GIT_ENV, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

/** git-fast-import(1). */
function streamOf(
  ref: string,
  plan: CommitPlan & { readonly parents: readonly string[]; readonly at: number },
): string {
  const { parents, files = {}, message = 'a change\n', author = 'Ada <ada@acme.example>', at } = plan;
  const [first, ...merged] = parents;
  const blob = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return [
    `reset ${ref}\n\n`,
    `commit ${ref}\nmark :1\n`,
    `author ${author} ${at} +0100\n`,
    `committer Ada <ada@acme.example> ${at} +0100\n`,
    blob(message),
    ...(first === undefined ? [] : [`from ${first}\n`]),
    ...merged.map((parent) => `merge ${parent}\n`),
    ...Object.entries(files).map(([path, text]) =>
      text === null ? `D ${path}\n` : `M 100644 inline ${path}\n${blob(text)}`,
    ),
    // Its id is written to standard output.
    '\nget-mark :1\n',
  ].join('');
}

function canRunGit(): boolean {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
