import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found, toInstant } from '../../core/model/outcome.ts';
import type { Contributor, ObjectId, SourceAbsence, SourceReading } from '../../core/model/source.ts';
import type { ContributorsQuestion, SourceCode, SourceQuestion, SourceRefs } from '../../ports/source-code.ts';
import type { Brought, Target } from './at-hand.ts';
import { bring, NOTHING, placesOf, readerOf, reasonOf, whyMissing } from './at-hand.ts';
import { attempt, unlessToolError } from './attempt.ts';
import type { Places } from './explore.ts';
import type { FileTools, LoadedFiles } from './files.ts';
import { describePaths, loadFiles } from './files.ts';
import type { Heard, SourceCodeTools } from './hearing.ts';
import { asOf, hear, unheard } from './hearing.ts';
import { locateBlobs } from './locate-blobs.ts';
import { describeNotes, notesTarget } from './notes.ts';
import { isObjectId } from './object-id.ts';
import { openObject } from './objects.ts';

const MAILMAP = '.mailmap';

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
  const isEmpty = refs?.refs.length === 0 && refs.head === undefined;
  if (isEmpty) return notThere(heard, 'emptyRepository');
  const id = commitNamed(question.commit, refs);
  if (id === undefined) return notThere(heard, 'noSuchCommit');

  const files: FileTools = { read: readerOf(tools, question), origin: tools.origin, source: heard.source };
  const { own, head, notes } = await bringAll(files, { id, question, refs });
  if (own.explored.kind === 'missing') return own.lack ?? notThere(heard, 'noSuchCommit');
  if (own.explored.kind === 'notACommit') return absent('noSuchCommit', asOf(heard));

  const { commit, bytes } = own.explored;
  const [loaded, reachability, blobPaths] = await Promise.all([
    loadFiles(
      [own, head, notes].flatMap((brought) => [...placesOf(brought).values()]),
      files,
    ),
    heard.reachability({ id: commit.id, bytes }),
    question.blobs && locateBlobs(question.blobs, { files, commit, places: placesOf(own) }),
  ]);
  return found({
    commit,
    paths: describePaths(placesOf(own), loaded, reasonOf(own)),
    ...(blobPaths === undefined ? {} : { blobPaths }),
    reachability,
    head: describeHead(question, heard, { head, loaded }),
    notes: describeNotes(question, heard, { brought: notes, loaded }),
    ...(refs === undefined ? {} : { refs: refs.refs }),
    ...(refs?.movedTo === undefined ? {} : { movedTo: refs.movedTo }),
    ...(refs?.credential === undefined ? {} : { credential: refs.credential }),
    ...(heard.clone === undefined ? {} : { clone: heard.clone }),
  });
}

type Asked = { readonly id: ObjectId; readonly question: SourceQuestion; readonly refs: SourceRefs | undefined };

/** Files at the commit, files at the head, and notes: what is not at hand is fetched together. */
async function bringAll(
  files: FileTools,
  { id, question: { paths, headPaths }, refs }: Asked,
): Promise<{ readonly own: Brought; readonly head: Brought; readonly notes: Brought }> {
  const headId = headPaths.length === 0 ? undefined : refs?.head?.commit;
  const notesOn = (about: ObjectId): Target | undefined =>
    refs?.notes === undefined ? undefined : notesTarget(refs.notes, about);
  // A server that leaves nothing out sends the notes on all commits: too much of them must not be too much of the commit.
  const isApart = refs?.filters === false;
  const [own = NOTHING, head = NOTHING, notes = NOTHING] = await bring(files, [
    { id, paths },
    headId === undefined ? undefined : { id: headId, paths: headPaths },
    isApart ? undefined : notesOn(id),
  ]);
  if (own.explored.kind !== 'commit') return { own, head, notes };
  // Where a tag was asked for, notes on it are not on its commit.
  if (own.explored.commit.id === id && !isApart) return { own, head, notes };
  const [onCommit = NOTHING] = await bring(files, [notesOn(own.explored.commit.id)]);
  return { own, head, notes: onCommit };
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
  if (!isRead) return failed(whyMissing(listed.commit, head));
  return found({ ...listed, paths: describePaths(placesOf(head), loaded, reasonOf(head)) }, asOf(heard));
}

/** Who can be asked has said that there is none, or nobody could be: what a clone does not remember may be there all the same. */
function notThere(heard: Heard, reason: 'emptyRepository' | 'noSuchCommit'): Outcome<never, SourceAbsence> {
  if (heard.clone?.instead !== undefined) return failed(heard.clone.instead);
  return heard.refs.kind === 'found' ? absent(reason, asOf(heard)) : heard.refs;
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

async function readContributors(
  tools: SourceCodeTools,
  question: ContributorsQuestion,
): Promise<Outcome<readonly Contributor[], SourceAbsence>> {
  const { commit, path, since } = question;
  const heard = await hear(tools, question);
  const files: FileTools = { read: readerOf(tools, question), origin: tools.origin, source: heard.source };
  const [own = NOTHING] = await bring(files, [{ id: commit, paths: [MAILMAP] }]);
  if (own.explored.kind !== 'commit') return own.lack ?? notThere(heard, 'noSuchCommit');
  // Servers have no answer for a time in which there is no commit.
  if ((own.explored.commit.committer.at ?? '') < toInstant(Date.parse(since))) return found([]);
  const history = { commit, path, since, mailmap: await readMailmap(own.explored.places, files) };
  for (const clone of await tools.clones()) {
    const holds = (await clone.readObjects([commit]).catch(unlessToolError))?.has(commit) === true;
    const contributors = holds ? await clone.readContributors(history).catch(unlessToolError) : undefined;
    if (contributors !== undefined) return found(contributors);
  }
  if (heard.source !== undefined) return tools.origin.fetchContributors(heard.source, history);
  return heard.refs.kind === 'found' ? failed(heard.clone?.instead ?? historyMissing(commit)) : heard.refs;
}

function historyMissing(commit: ObjectId): ToolError {
  return new ToolError('NOT_READABLE', `the history of ${commit} cannot be read: it is cut off, or damaged`, {
    hint: 'run git fetch --unshallow in the clone',
  });
}

/** Without it, names are as they were written. */
async function readMailmap(places: Places, files: FileTools): Promise<Uint8Array> {
  const { objects } = await loadFiles([...places.values()], files);
  const [object] = objects.values();
  return object?.kind === 'object' ? openObject(object.bytes).content : new Uint8Array();
}
