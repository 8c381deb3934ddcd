import { resolveOwner } from '../core/catalog/resolve-contacts.ts';
import type { OwnersExplanation } from '../core/codeowners/explain.ts';
import { explainOwners } from '../core/codeowners/explain.ts';
import { ToolError } from '../core/errors.ts';
import { withoutUndefined } from '../core/defined.ts';
import type { OwnedPath, OwnersReport } from '../core/model/owners-report.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { AskedPath, AskedSource, SourceEntry, SourcePaths, SourceRead } from '../core/model/source.ts';
import { parentOf } from '../core/source/asked-sources.ts';
import type { Ownership } from '../core/source/ownership.ts';
import { ownersIn, ownershipsOf } from '../core/source/ownership.ts';
import type { CatalogRead } from '../core/source/people.ts';
import type { RawInput, Run, Tools } from './command.ts';
import { isSet, oneOf, textFlag } from './flags.ts';
import { openSources } from './sources.ts';
import { verifierOptions } from './verification.ts';

export const OWNERS_FORMATS = ['text', 'json'] as const;

/** The repository that is asked about, and the paths as it has them. */
type Target = Pick<AskedSource, 'host' | 'paths'> & {
  readonly url: string;
  readonly shown: string;
  readonly clones: readonly string[];
};

export const run: Run = async (input, tools) => {
  const format = oneOf(tools.global.format ?? 'text', OWNERS_FORMATS, 'format');
  const target = await targetOf(input, tools);
  const revision = textFlag(input.flags, 'commit') ?? 'HEAD';
  const report = await readOwners(input, tools, { target, revision });
  tools.progress.update(undefined);
  const { renderOwners } = await import('../render/owners/index.ts');
  const options = { ...tools.screen, format, verbose: tools.global.verbose, now: toInstant(tools.clock.nowMs()) };
  await tools.write(await renderOwners(report, options));
  return report.paths.some(({ ownership }) => ownership.atCommit.kind === 'unread') ? 3 : 0;
};

async function targetOf({ words, flags }: RawInput, tools: Tools): Promise<Target> {
  const named = textFlag(flags, 'repo');
  if (named !== undefined) {
    const url = tools.parseRepository(named);
    return {
      url,
      shown: url,
      clones: [],
      paths: words.map((path) => given(url, path, path === '.' || path.endsWith('/'))),
    };
  }
  const clone = await tools.locateClone(words);
  return withoutUndefined({
    url: clone.url,
    shown: clone.folder,
    host: clone.host,
    clones: [clone.folder],
    paths: clone.paths.map(({ path, isFolder }) => given(clone.url, path, isFolder)),
  });
}

function given(repository: string, path: string, isFolder: boolean): AskedPath {
  const plain = path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  const inside = plain === '.' ? '' : plain;
  if (inside.split('/').includes('..'))
    throw new ToolError('USAGE', `${path} leads out of the repository`, {
      expected: 'a path from the root of the repository',
    });
  return {
    role: 'given',
    path: inside,
    kind: isFolder ? 'directory' : 'file',
    entity: { kind: 'sourcePath', repository, path: inside },
  };
}

async function readOwners(
  input: RawInput,
  tools: Tools,
  { target, revision }: { readonly target: Target; readonly revision: string },
): Promise<OwnersReport> {
  const verifier = await tools.openVerifier(verifierOptions(input));
  const sources = await openSources(input, tools, { ...verifier, clones: target.clones });
  if (sources === undefined)
    throw new ToolError('USAGE', '--no-source leaves nothing to ask', { hint: 'leave it out' });
  const { url, host, paths } = target;
  const asked = withoutUndefined({
    about: { kind: 'repository' as const, url },
    namedBy: 'the command line',
    revision,
    host,
    paths,
  });
  const { read, catalog } = await sources.read(asked);
  const { reading } = read;
  if (reading.kind === 'failed') throw reading.error;
  if (reading.kind === 'absent') throw notThere(reading.reason, target.shown, revision);
  const catalogs = await sources.readCatalogs([catalog]);
  const whole = { ...read, asked: { ...asked, paths: paths.map((path) => asItIs(path, reading.value.paths)) } };
  return {
    repository: target.shown,
    revision,
    read: whole,
    reading: reading.value,
    catalogs,
    paths: ownershipsOf(whole).map((ownership) =>
      withoutUndefined({
        ownership,
        isThere: isThere(ownership.asked, reading.value.paths),
        contacts: contactsOf(ownership, catalogs),
        explanation: isSet(input.flags, 'explain') ? explanationOf(ownership) : undefined,
      }),
    ),
  };
}

/** What the repository has under that name, whatever was typed. */
function asItIs(asked: AskedPath, known: SourcePaths): AskedPath {
  return entryOf(asked, known) === 'folder' ? { ...asked, kind: 'directory' } : asked;
}

function isThere(asked: AskedPath, known: SourcePaths): boolean | undefined {
  if (asked.path === '') return true;
  const entry = entryOf(asked, known);
  return entry === 'unknown' ? undefined : entry !== 'absent';
}

/** The folder that it is in tells, without its content. */
function entryOf({ path }: AskedPath, known: SourcePaths): SourceEntry['kind'] | 'absent' | 'unknown' {
  const folder = known.get(parentOf(path));
  if (folder?.kind === 'absent') return 'absent';
  if (folder?.kind !== 'found' || folder.value.kind !== 'folder') return 'unknown';
  return folder.value.names.find(({ name }) => name === path.split('/').at(-1))?.kind ?? 'absent';
}

function contactsOf({ atCommit }: Ownership, { catalog }: CatalogRead): OwnedPath['contacts'] {
  return new Map(ownersIn(atCommit).map((owner) => [owner.text, resolveOwner(owner, catalog).contacts]));
}

function explanationOf({ asked, atCommit }: Ownership): OwnersExplanation | undefined {
  return 'rules' in atCommit ? explainOwners(atCommit.rules.file, asked.path, asked.kind) : undefined;
}

function notThere(
  reason: Extract<SourceRead['reading'], { kind: 'absent' }>['reason'],
  shown: string,
  revision: string,
): ToolError {
  switch (reason) {
    case 'noSuchRepository':
      return new ToolError('NO_SUCH_SOURCE', `there is no repository ${shown}, or it may not be seen`, {
        hint: 'a private one needs a credential that git or the forge’s own program has',
      });
    case 'emptyRepository':
      return new ToolError('NO_SUCH_SOURCE', `${shown} is empty`);
    case 'noSuchCommit':
      return new ToolError('NO_SUCH_SOURCE', `${shown} has no ${revision}`, {
        expected: 'a full commit id, a branch or a tag',
      });
  }
}
