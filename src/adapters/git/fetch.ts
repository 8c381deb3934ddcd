import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { ObjectId } from '../../core/model/source.ts';
import type { ReachedSource } from '../../ports/source-code.ts';
import type { ProgramEnvironment } from './environment.ts';
import type { AskedRemote } from './failure.ts';
import type { Git } from './git.ts';
import type { Transport } from './transport.ts';

/** Of one transfer. The folders of 400,000 files have about half of it; a server that leaves nothing out sends whole repositories. */
const FETCH_BYTES_MAX = 64 * 1024 * 1024;
const REMOTE = 'origin';
/** Said, because what is not said is taken from the remote's configuration. */
const NO_FILTER = '--no-filter';
/** How a server says that it knows filters, and not this one. */
const FILTER_REFUSED = /filter '[^']*' not supported|tree filter allows max depth/;

export type Filter = 'blob:none' | 'tree:0';
export type FetchOptions = {
  readonly git: Git;
  readonly at: ReachedSource;
  readonly transport: Transport;
  readonly gitFolder: string;
  /** As messages name it. */
  readonly what: string;
  readonly filter: Filter;
  /** How deep, and with which objects at hand: `--depth=2`. */
  readonly extent?: readonly string[];
  readonly configuration?: readonly string[];
  readonly env?: ProgramEnvironment;
};
/** `messages` is undefined where all went well. */
export type Fetched = AskedRemote & { readonly messages: string | undefined };

/**
 * Fetches objects by their ids into a repository of ours. Whether the server can leave something out is asked before: git itself
 * only warns, and takes everything.
 * @throws ToolError `UNSUPPORTED` and `TOO_LARGE` for what is too large, and what running git throws
 */
export async function fetchObjects(ids: readonly ObjectId[], options: FetchOptions): Promise<Fetched> {
  const { at, filter, what } = options;
  const asked = { what, host: hostOf(at) };
  const isFiltered = at.refs.filters !== false;
  const first = await run(ids, options, isFiltered ? `--filter=${filter}` : NO_FILTER);
  const isRefused = first.code !== 0 && isFiltered && FILTER_REFUSED.test(first.messages);
  const { code, messages } = isRefused ? await run(ids, options, NO_FILTER) : first;
  return { ...asked, messages: code === 0 ? undefined : messages };
}

async function run(
  ids: readonly ObjectId[],
  { git, at, transport, gitFolder, what, extent = [], configuration = [], env = {} }: FetchOptions,
  filter: string,
): Promise<{ readonly code: number; readonly messages: string }> {
  const quiet = ['--quiet', '--no-progress', '--no-tags', '--no-write-fetch-head', '--no-show-forced-updates'];
  const alone = ['--no-recurse-submodules', '--no-auto-maintenance'];
  const before = await bytesIn(gitFolder);
  return git.run({
    gitFolder,
    parameters: ['fetch', ...quiet, ...alone, ...extent, filter, '--stdin', '--end-of-options', REMOTE],
    what,
    input: ids.map((id) => `${id}\n`).join(''),
    configuration: [...remoteConfiguration(at.refs.address), ...transport.configuration, ...configuration],
    env: { ...transport.env, ...env },
    watch: async () => ((await bytesIn(gitFolder)) - before > FETCH_BYTES_MAX ? tooLarge(at) : undefined),
  });
}

/**
 * Said with each command, and not kept: with it git takes what a server left out for something that it can ask for at any time, and
 * would do so by itself, file by file, in whatever reads the repository.
 */
function remoteConfiguration(address: string): readonly string[] {
  return [
    `remote.${REMOTE}.url=${address}`,
    `remote.${REMOTE}.promisor=true`,
    `remote.${REMOTE}.partialclonefilter=blob:none`,
    `remote.${REMOTE}.followRemoteHEAD=never`,
  ];
}

async function bytesIn(gitFolder: string): Promise<number> {
  const folder = join(gitFolder, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  // One that is gone has got its last name in the meantime.
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function tooLarge(at: ReachedSource): ToolError {
  const repository = repositoryKey(at.repository);
  const expected = `at most ${FETCH_BYTES_MAX / 1024 / 1024} MiB`;
  const hint = 'clone it with git, and name the clone with --source';
  if (at.refs.filters === true)
    return new ToolError('TOO_LARGE', `the folders of ${repository} are too large`, { expected, hint });
  const reason = `${hostOf(at)} sends everything (its git leaves no files out), and ${repository} is large`;
  return new ToolError('UNSUPPORTED', `the commit was not fetched: ${reason}`, { expected, hint });
}

export function hostOf({ refs }: ReachedSource): string {
  return URL.parse(refs.address)?.host ?? refs.address;
}
