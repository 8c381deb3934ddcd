import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { ObjectId, Reachability, SourceRef } from '../../core/model/source.ts';
import type { ReachedSource } from '../../ports/source-code.ts';
import { outcomeOfFailure } from './failure.ts';
import type { FetchOptions } from './fetch.ts';
import { fetchObjects } from './fetch.ts';
import type { Git } from './git.ts';
import type { ObjectFormat } from './object-id.ts';
import { idOf, objectFormatOf } from './object-id.ts';
import { openObject, parseParents } from './objects.ts';
import type { ProgramResult } from './program.ts';
import { initialise, writeObject } from './repository-folder.ts';
import type { Transport } from './transport.ts';

/** Branches and tags of which it is looked whether they lead to a commit. */
const REFS_MAX = 20_000;
/** About 100,000 commits. */
const HISTORY_BYTES_MAX = 64 * 1024 * 1024;
/** How git says that the server did not send what it takes us to have: what comes before the commit. */
const KNOWN_LEFT_OUT = /did not send all necessary objects/;

export type WalkOptions = {
  readonly git: Git;
  readonly at: ReachedSource;
  readonly transport: Transport;
  /** An empty folder. */
  readonly folder: string;
  readonly commit: { readonly id: ObjectId; readonly bytes: Uint8Array };
};

/** The branches and tags that the commit itself is the head of, the default branch first. */
export function refsAt({ refs: { head, refs } }: ReachedSource, commit: ObjectId): readonly string[] {
  const isDefault = head?.commit === commit;
  const names = refs.filter((ref) => ref.commit === commit && ref.name !== head?.branch).map(({ name }) => name);
  return isDefault ? [head.branch ?? 'HEAD', ...names] : names;
}

/**
 * Which branches and tags lead to the commit. The server is told that we have it, and with it everything before; so it sends only
 * what came after it, and what never led to it: commits alone, without folders and files. First those of the default branch; the
 * rest are asked for where that does not lead to it.
 * @throws ToolError
 */
export async function walkToCommit(options: WalkOptions): Promise<Reachability> {
  const { at, folder, commit } = options;
  const { head, refs } = at.refs;
  await initialise(folder, { objectFormat: objectFormatOf(commit.id) });
  await writeRoot(folder, commit.id, openObject(commit.bytes).content);
  if (head !== undefined) {
    const byDefault = await findLeading(options, [{ name: head.branch ?? 'HEAD', commit: head.commit }]);
    if (byDefault.leading.length > 0) return { refs: byDefault.leading };
    // What the default branch leads to does not lead to the commit, either. One that was not sent comes before the commit.
    const content = byDefault.history.get(head.commit);
    if (content !== undefined) await writeRoot(folder, head.commit, content);
  }
  const others = refs.filter((ref) => ref.commit !== head?.commit);
  if (others.length > REFS_MAX) throw tooMany(at, others.length);
  return { refs: others.length === 0 ? [] : (await findLeading(options, others)).leading };
}

async function findLeading(
  options: WalkOptions,
  refs: readonly SourceRef[],
): Promise<{ readonly leading: readonly string[]; readonly history: History }> {
  const { git, at, transport, folder, commit } = options;
  const what = `the history of ${repositoryKey(at.repository)}`;
  const fetch: FetchOptions = {
    git,
    at,
    transport,
    gitFolder: folder,
    what,
    filter: 'tree:0',
    // Here they are ours: what we claim to have ends in them.
    configuration: ['core.useReplaceRefs=true'],
  };
  const { messages, ...asked } = await fetchObjects([...new Set(refs.map((ref) => ref.commit))], fetch);
  if (messages !== undefined && !KNOWN_LEFT_OUT.test(messages)) {
    const outcome = outcomeOfFailure(messages, asked);
    throw outcome.kind === 'failed'
      ? outcome.error
      : new ToolError('MALFORMED', `${what} changed while it was read`, { hint: 'try again' });
  }
  const history = await readHistory(git, folder);
  const descendants = descendantsOf(commit.id, history);
  return { leading: refs.filter((ref) => descendants.has(ref.commit)).map(({ name }) => name), history };
}

/** What is in the repository of commits alone: their contents. */
type History = ReadonlyMap<ObjectId, Uint8Array>;

async function readHistory(git: Git, gitFolder: string): Promise<History> {
  const read = (parameters: readonly string[], input: string): Promise<ProgramResult> =>
    git.run({
      gitFolder,
      parameters: ['cat-file', ...parameters],
      what: 'a history',
      input,
      outputBytesMax: HISTORY_BYTES_MAX,
    });
  const listed = await read(['--batch-all-objects', '--batch-check=%(objecttype) %(objectname)'], '');
  const ids = [...listed.output.toString('latin1').matchAll(/^commit (\S+)$/gm)].map(([, id]) => id);
  const { output } = await read(['--batch'], ids.map((id) => `${id}\n`).join(''));
  return new Map(objectsIn(output));
}

/** `<id> <type> <size>`, a line break, the content, a line break; and the next. */
function* objectsIn(output: Buffer): Generator<readonly [ObjectId, Uint8Array], void, void> {
  for (let start = 0; start < output.length;) {
    const lineFeed = output.indexOf('\n', start);
    const [id = '', , size] = output.subarray(start, lineFeed).toString('latin1').split(' ');
    const end = lineFeed + 1 + Number(size);
    if (lineFeed < 0 || !(end < output.length))
      throw new ToolError('MALFORMED', 'what git says of a history is cut off');
    yield [id, output.subarray(lineFeed + 1, end)];
    start = end + 1;
  }
}

/** Itself, and all that lead to it. */
function descendantsOf(commit: ObjectId, history: History): ReadonlySet<ObjectId> {
  const children = new Map<ObjectId, ObjectId[]>();
  for (const [id, content] of history) {
    for (const parent of parseParents(content)) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [id]);
      else known.push(id);
    }
  }
  const found = new Set([commit]);
  // What is added while the set is walked through is walked through as well.
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child);
  return found;
}

/**
 * Makes a commit the head of a branch, so that git says that we have it, and lets its history end there: git would ask for its
 * parents, which are not here. Replaced (git-replace(1)), it keeps its name before the server.
 */
async function writeRoot(folder: string, id: ObjectId, content: Uint8Array): Promise<void> {
  const text = Buffer.from(content).toString('latin1');
  const root = text.replace(/^(tree \S+\n)(?:parent \S+\n)+/, '$1');
  await writeCommit(folder, objectFormatOf(id), text);
  await writeFile(join(folder, 'refs', 'heads', id), `${id}\n`);
  if (root === text) return;
  const rootId = await writeCommit(folder, objectFormatOf(id), root);
  await mkdir(join(folder, 'refs', 'replace'), { recursive: true });
  await writeFile(join(folder, 'refs', 'replace', id), `${rootId}\n`);
}

async function writeCommit(folder: string, format: ObjectFormat, content: string): Promise<ObjectId> {
  const bytes = Buffer.from(`commit ${content.length}\0${content}`, 'latin1');
  const id = idOf(bytes, format);
  await writeObject(folder, id, bytes);
  return id;
}

function tooMany(at: ReachedSource, count: number): ToolError {
  return new ToolError('TOO_LARGE', `${repositoryKey(at.repository)} has too many branches and tags to look at each`, {
    expected: `at most ${REFS_MAX}`,
    got: `${count}`,
  });
}
