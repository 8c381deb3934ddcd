import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { createSourceCode } from '../../src/adapters/git/source-code.ts';
import { openGitSources } from '../../src/adapters/git/sources.ts';
import { createHttpClient } from '../../src/adapters/http/http-client.ts';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { rememberingSourceCode } from '../../src/adapters/store/remembering-source-code.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { SourceReading } from '../../src/core/model/source.ts';
import type { Store } from '../../src/ports/store.ts';
import { createGitRepository, git, GIT_ENV } from '../support/git-repository.ts';
import type { GitServer } from '../support/git-server.ts';
import { startGitServer } from '../support/git-server.ts';
import type { Row } from './measure.ts';
import { print } from './measure.ts';

const FILES = 50_000;
const COMMITS = 5_000;
const DELAYS_MS = [0, 60];
const REQUESTS_MAX = 8;
const BYTES_MAX = 3_000_000;
const OWNER_FILES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
const CATALOG_FILES = [
  'services/team-1/module-1/catalog-info.yaml',
  'services/team-1/catalog-info.yaml',
  'catalog-info.yaml',
];

const clock: Clock = { nowMs: () => Date.now() };

const fileAt = (index: number): string =>
  `services/team-${index % 100}/module-${index % 1000}/src/part-${index % 7}/file-${index}.ts`;
const entry = (path: string, text: string): string =>
  `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;

/** All files at once, then commits of three changes each; with now and then another CODEOWNERS of 160 kB. */
function* history(): Generator<string, void, void> {
  const owners = (commit: number): string =>
    entry(
      '.github/CODEOWNERS',
      Array.from({ length: 4000 }, (_, rule) => `/services/team-${rule}/ @acme/team-${rule}-${commit}\n`).join(''),
    );
  for (let commit = 0; commit < COMMITS; commit++) {
    const person = `Dev ${commit % 40} <dev${commit % 40}@acme.example> ${1_700_000_000 + commit * 600} +0000`;
    const message = `Change number ${commit}\n\nSigned-off-by: Dev ${commit % 40} <dev${commit % 40}@acme.example>\n`;
    yield `commit refs/heads/main\nauthor ${person}\ncommitter ${person}\ndata ${Buffer.byteLength(message)}\n${message}\n`;
    if (commit % 500 === 0) yield owners(commit);
    const changed =
      commit === 0
        ? Array.from({ length: FILES }, (_, index) => index)
        : [commit * 3, commit * 101, commit * 997].map((index) => index % FILES);
    for (const index of changed)
      yield entry(fileAt(index), `// ${commit} ${index}\n${'export const value = 1;\n'.repeat(5)}`);
    if (commit === 0) yield entry('services/team-1/module-1/catalog-info.yaml', 'kind: Component\n');
  }
}

async function createLargeRepository(root: string): Promise<{ readonly commit: string; readonly imposter: string }> {
  const repository = createGitRepository(join(root, 'shop.git'));
  const child = spawn('git', ['-C', repository.folder, 'fast-import', '--quiet'], {
    env: GIT_ENV,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  for (const part of history()) await write(child.stdin, part);
  child.stdin.end();
  await ended;
  repository.run('repack', '-adq');
  const commit = repository.run('rev-parse', `main~${COMMITS / 2}`);
  return {
    commit,
    imposter: repository.commitApart({ parents: [commit], files: { '.github/CODEOWNERS': '* @mallory\n' } }),
  };
}

async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

type Run = {
  readonly what: string;
  readonly commit: string;
  readonly store: Store;
  readonly requestsMax: number;
  /** How the commit is reached. */
  readonly reached: string;
  readonly clones?: readonly string[];
};

/** One run of the tool, with what earlier ones have left in the store. */
async function measure(
  server: GitServer,
  { what, commit, store, requestsMax, reached, clones = [] }: Run,
): Promise<Row> {
  server.reset();
  const begin = performance.now();
  const { reachability, paths, head } = await read(`${server.url}/shop`, { commit, store, clones });
  const wallMs = performance.now() - begin;
  const files = [...paths.values(), ...(head.kind === 'found' ? head.value.paths.values() : [])];
  const count = files.filter(({ kind }) => kind === 'found').length;
  const refs = reachability.kind === 'found' ? reachability.value.refs.join(', ') || 'on no branch' : reachability.kind;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  return {
    what: `${what} (${count} files; ${refs})`,
    measured: `${server.requests.length} requests, ${megabytes(server.bytesSent)}, ${wallMs.toFixed(0)} ms`,
    atMost: `${requestsMax} requests, ${megabytes(BYTES_MAX)}`,
    holds: server.requests.length <= requestsMax && server.bytesSent <= BYTES_MAX && count === 3 && refs === reached,
  };
}

async function read(
  repository: string,
  { commit, store, clones }: { readonly commit: string; readonly store: Store; readonly clones: readonly string[] },
): Promise<SourceReading> {
  const named = { namedByUser: () => true };
  const http = createHttpClient({ clock, ...named });
  const tokens = { tokenFor: async () => undefined };
  const sources = openGitSources({
    http,
    tokens,
    clock,
    env: process.env,
    temporaryFolder: tmpdir(),
    clones,
    ...named,
  });
  const origin = rememberingSourceCode({
    source: sources.origin,
    store,
    clock,
    audienceFor: async () => '',
    mode: 'normal',
  });
  const paths = [...OWNER_FILES, ...CATALOG_FILES];
  const question = { repository, namedBy: 'the bench', commit, paths, headPaths: OWNER_FILES };
  const outcome = await createSourceCode({ ...sources, origin }).read(question);
  await sources.close();
  await http.close();
  if (outcome.kind === 'found') return outcome.value;
  throw new Error(outcome.kind === 'failed' ? outcome.error.message : outcome.reason);
}

/** Source and owners of a commit in a large repository over HTTP, with its reachability and the CODEOWNERS of the head. */
export async function benchGit(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'provtrace-bench-'));
  try {
    const { commit, imposter } = await createLargeRepository(root);
    const clone = join(root, 'clone.git');
    git(['clone', '-q', '--bare', join(root, 'shop.git'), clone]);
    for (const delayMs of DELAYS_MS) {
      const server = await startGitServer({ root, delayMs });
      const openMemory = (): Store => openStore({ path: ':memory:', clock, notice: () => undefined });
      const store = openMemory();
      const onMain = { store, requestsMax: REQUESTS_MAX, reached: 'refs/heads/main' };
      const middle = { ...onMain, commit };
      const runs: readonly Run[] = [
        { ...middle, what: 'a commit from the middle' },
        { ...middle, what: 'the same again', requestsMax: 0 },
        { ...onMain, what: 'a commit of a fork, after that', commit: imposter, reached: 'on no branch' },
        { ...onMain, what: 'the head', commit: 'main', store: openMemory() },
        { ...middle, what: 'a commit from the middle, with a clone', store: openMemory(), clones: [clone] },
      ];
      const rows: Row[] = [];
      for (const run of runs) rows.push(await measure(server, run));
      print(`a repository of ${FILES} files and ${COMMITS} commits, ${delayMs} ms added to a request`, rows);
      await server.close();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
