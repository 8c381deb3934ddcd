import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type {
  Contributor,
  ContributorsQuestion,
  ObjectId,
  SourceAbsence,
  SourceCode,
  SourceHead,
  SourceQuestion,
  SourceReading,
  SourceRefs,
} from '../../ports/source-code.ts';
import type { Brought, Lack } from './at-hand.ts';
import { bring, readerOf } from './at-hand.ts';
import { attempt } from './attempt.ts';
import type { Explored } from './explore.ts';
import type { FileTools, LoadedFiles, Places } from './files.ts';
import { describePaths, loadFiles } from './files.ts';
import type { Heard, SourceCodeTools } from './hearing.ts';
import { hear, unheard, unlessToolError } from './hearing.ts';
import { isObjectId } from './object-id.ts';
import { openObject } from './objects.ts';

const MAILMAP = '.mailmap';
const NOTHING: Brought = { explored: { kind: 'missing' } };

/** What repositories say of commits: branches and tags first, then commits with their folders, then files and reachability together. */
export function createSourceCode(tools: SourceCodeTools): SourceCode {
  return {
    read: (question) => attempt(() => read(tools, question)),
    readContributors: (question) => attempt(() => readContributors(tools, question)),
  };
}

async function read(tools: SourceCodeTools, question: SourceQuestion): Promise<Outcome<SourceReading, SourceAbsence>> {
  const heard = await hear(tools, question);
  const refs = heard.refs.kind === 'found' ? heard.refs.value : undefined;
  if (refs !== undefined && refs.refs.length === 0 && refs.head === undefined)
    return absent('emptyRepository', asOf(heard));
  const id = commitNamed(question.commit, refs);
  if (id === undefined) return noSuchCommit(heard);

  const headId = question.headPaths.length === 0 ? undefined : refs?.head?.commit;
  const files: FileTools = { read: readerOf(tools, question), origin: tools.origin, source: heard.source };
  const atHead = headId === undefined ? [] : [{ id: headId, paths: question.headPaths }];
  const [own = NOTHING, head = NOTHING] = await bring(files, [{ id, paths: question.paths }, ...atHead]);
  if (own.explored.kind === 'missing') return own.lack ?? noSuchCommit(heard);
  if (own.explored.kind === 'notACommit') return absent('noSuchCommit', asOf(heard));

  const { commit, bytes, places } = own.explored;
  const [loaded, reachability] = await Promise.all([
    loadFiles([...places.values(), ...placesOf(head.explored).values()], files),
    heard.reachability({ id: commit.id, bytes }),
  ]);
  return found({
    commit,
    paths: describePaths(places, loaded, reasonOf(own.lack)),
    reachability,
    head: describeHead(question, heard, { head, loaded }),
    ...(refs?.movedTo === undefined ? {} : { movedTo: refs.movedTo }),
    ...(refs?.credential === undefined ? {} : { credential: refs.credential }),
    ...(heard.clone === undefined ? {} : { clone: heard.clone }),
  });
}

function describeHead(
  question: SourceQuestion,
  heard: Heard,
  { head, loaded }: { readonly head: Brought; readonly loaded: LoadedFiles },
): SourceReading['head'] {
  if (heard.refs.kind !== 'found') return failed(unheard(heard.refs, question));
  const listed = heard.refs.value.head;
  if (listed === undefined) return absent('noDefaultBranch', asOf(heard));
  const isRead = head.explored.kind === 'commit' || question.headPaths.length === 0;
  if (!isRead) return failed(reasonOf(head.lack) ?? notAtHand(listed.commit));
  const paths = describePaths(placesOf(head.explored), loaded, reasonOf(head.lack));
  return found({ ...listed, paths } satisfies SourceHead, asOf(heard));
}

/** Who can be asked has said that there is none, or nobody could be. */
function noSuchCommit(heard: Heard): Outcome<never, 'noSuchRepository' | 'noSuchCommit'> {
  return heard.refs.kind === 'found' ? absent('noSuchCommit', asOf(heard)) : heard.refs;
}

/** A name as gitrevisions(7) resolves it, of what a server shows. */
function commitNamed(text: string, refs: SourceRefs | undefined): ObjectId | undefined {
  if (isObjectId(text)) return text;
  if (text === 'HEAD') return refs?.head?.commit;
  const names = [text, `refs/${text}`, `refs/tags/${text}`, `refs/heads/${text}`, `refs/remotes/${text}`];
  return names
    .map((name) => refs?.refs.find((ref) => ref.name === name)?.commit)
    .find((commit) => commit !== undefined);
}

function placesOf(explored: Explored): Places {
  return explored.kind === 'commit' ? explored.places : new Map();
}

function asOf({ refs }: Heard): string | undefined {
  return refs.kind === 'failed' ? undefined : refs.asOf;
}

function reasonOf(lack: Lack | undefined): ToolError | undefined {
  return lack?.kind === 'failed' ? lack.error : undefined;
}

function notAtHand(commit: ObjectId): ToolError {
  return new ToolError('NOT_READABLE', `the commit ${commit} is not at hand`, { hint: 'run once without --offline' });
}

async function readContributors(
  tools: SourceCodeTools,
  question: ContributorsQuestion,
): Promise<Outcome<readonly Contributor[], SourceAbsence>> {
  const { commit, path, since } = question;
  const heard = await hear(tools, question);
  const files: FileTools = { read: readerOf(tools, question), origin: tools.origin, source: heard.source };
  const [own = NOTHING] = await bring(files, [{ id: commit, paths: [MAILMAP] }]);
  if (own.explored.kind !== 'commit') return own.lack ?? noSuchCommit(heard);
  const history = { commit, path, since, mailmap: await readMailmap(own.explored.places, files) };
  for (const clone of await tools.clones()) {
    const holds = (await clone.readObjects([commit]).catch(unlessToolError))?.has(commit) === true;
    const contributors = holds ? await clone.readContributors(history).catch(unlessToolError) : undefined;
    if (contributors !== undefined) return found(contributors);
  }
  return heard.source === undefined ? noSuchCommit(heard) : tools.origin.fetchContributors(heard.source, history);
}

/** Without it, names are as they were written. */
async function readMailmap(places: Places, files: FileTools): Promise<Uint8Array> {
  const { objects } = await loadFiles([...places.values()], files);
  const [object] = objects.values();
  return object?.kind === 'object' ? openObject(object.bytes).content : new Uint8Array();
}
