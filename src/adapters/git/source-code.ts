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
import { attempt } from './attempt.ts';
import { bring, readerOf } from './at-hand.ts';
import type { Explored } from './explore.ts';
import type { LoadedFiles, Places } from './files.ts';
import { describePaths, loadFiles } from './files.ts';
import type { Heard, SourceCodeTools } from './hearing.ts';
import { hear, noSuchRepository } from './hearing.ts';
import { isObjectId } from './object-id.ts';

const NOWHERE: Places = new Map();

/** What repositories say of commits: branches and tags first, then commits with their folders, then files and reachability together. */
export function createSourceCode(tools: SourceCodeTools): SourceCode {
  return {
    read: (question) => attempt(() => read(tools, question)),
    readContributors: (question) => attempt(() => readContributors(tools, question)),
  };
}

async function read(tools: SourceCodeTools, question: SourceQuestion): Promise<Outcome<SourceReading, SourceAbsence>> {
  const hearing = await hear(tools, question);
  const heard = hearing.kind === 'found' ? hearing.value : undefined;
  if (heard !== undefined && isEmpty(heard)) return absent('emptyRepository', heard.asOf);
  const id = commitNamed(question.commit, heard?.refs);
  if (id === undefined) return hearing.kind === 'found' ? absent('noSuchCommit', heard?.asOf) : hearing;

  const { headPaths } = question;
  const headId = headPaths.length === 0 ? undefined : heard?.refs.head?.commit;
  const files = { read: readerOf(tools, question), origin: tools.origin, source: heard?.source };
  const { explored, lacks } = await bring(files, [
    { id, paths: question.paths },
    ...(headId === undefined ? [] : [{ id: headId, paths: headPaths }]),
  ]);
  const [own = MISSING, head = MISSING] = explored;
  const [lack, headLack] = lacks;
  if (own.kind === 'missing') return lack ?? (hearing.kind === 'found' ? absent('noSuchCommit', heard?.asOf) : hearing);
  if (own.kind === 'notACommit') return absent('noSuchCommit');

  const unheard = hearing.kind === 'found' ? undefined : errorOf(hearing, question);
  const [loaded, reachability] = await Promise.all([
    loadFiles([...own.places.values(), ...placesOf(head).values()], files),
    heard?.reachability({ id: own.commit.id, bytes: own.bytes }) ?? failed(unheard ?? NEVER),
  ]);
  return found({
    commit: own.commit,
    paths: describePaths(own.places, loaded, lackOf(lack)),
    reachability,
    head: unheard === undefined && heard !== undefined ? describeHead(heard, { head, loaded, lack: lackOf(headLack), isAsked: headId !== undefined }) : failed(unheard ?? NEVER),
    ...aboutSource(heard),
  });
}
