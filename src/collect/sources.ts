import { catalogPathsFor } from '../core/catalog/file-names.ts';
import type { Catalog } from '../core/catalog/model.ts';
import { joinCatalogs } from '../core/catalog/model.ts';
import { readCatalogTree } from '../core/catalog/read-tree.ts';
import { codeownersLocations } from '../core/codeowners/dialect.ts';
import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import { entityId } from '../core/model/entity.ts';
import type { Forge, ForgeCommit, ForgeTeam } from '../core/model/forge.ts';
import type { Instant, Outcome } from '../core/model/outcome.ts';
import { absent, failed } from '../core/model/outcome.ts';
import type {
  AskedPath,
  AskedSource,
  ForgeAbsence,
  SourceAbsence,
  SourcePaths,
  SourceRead,
  SourceReading,
} from '../core/model/source.ts';
import type { CarriedDocument, SignedDocument } from '../core/model/statement.ts';
import { parentOf } from '../core/source/asked-sources.ts';
import { statedPath } from '../core/source/dockerfile-match.ts';
import { decisiveOwnership, ownersIn, ownershipsOf } from '../core/source/ownership.ts';
import type { CatalogRead } from '../core/source/people.ts';
import type { CatalogSource } from '../ports/catalog-source.ts';
import type { CodeForge } from '../ports/code-forge.ts';
import type { CommitSignatures } from '../ports/commit-signatures.ts';
import type { SourceCode } from '../ports/source-code.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';

export type SourceTools = {
  readonly sourceCode: SourceCode;
  readonly codeForge: CodeForge;
  readonly commitSignatures: CommitSignatures;
  readonly catalogs: CatalogSource;
  readonly verifier: StatementVerifier;
  /** Lines of JSON to the bundles that they are. Throws ToolError for too many. */
  readonly carryBundles: (bytes: Uint8Array, carrier: string) => readonly CarriedDocument[];
  /** Those that are known by configuration or by their name; any other host is asked what it runs. */
  readonly forges: readonly Forge[];
};
export type SourceChoices = {
  /** Who has changed the paths since then is asked too, which costs the history of that time. */
  readonly contributorsSince?: Instant;
};

/** One source as it was read, with the catalog files that lie in it. */
export type ReadSource = { readonly read: SourceRead; readonly catalog: Catalog };

/** What lies behind images: sources with their forges and catalogs. What many images have in common is read once in a run. */
export interface Sources {
  /** Never throws: what was not heard is in the answer. */
  read(asked: AskedSource): Promise<ReadSource>;
  /** The configured catalogs, and those that were found in the sources. */
  readCatalogs(found: readonly Catalog[]): Promise<CatalogRead>;
}

const FULL_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Teams of which the forge is asked: a rule has a few, and a file can name any number. */
const TEAMS_MAX = 10;
/** Statements that are checked: a commit has two or three. */
const NOTES_MAX = 20;

export function createSources(tools: SourceTools, choices: SourceChoices): Sources {
  const reads = new Map<string, Promise<ReadSource>>();
  const kinds = new Map<string, Promise<Outcome<Forge, 'noForge'>>>();
  const forgeAt = (host: string): Promise<Outcome<Forge, 'noForge'>> => {
    const known = tools.forges.find((forge) => forge.host === host);
    if (known !== undefined) return Promise.resolve({ kind: 'found', value: known });
    return once(kinds, host, () => tools.codeForge.probe(host));
  };
  return {
    read: (asked) => once(reads, keyOf(asked), () => readSource({ ...tools, forgeAt }, asked, choices)),
    readCatalogs: async (found) => {
      const answers = await tools.catalogs.readCatalogs();
      return {
        catalog: joinCatalogs([
          ...answers.flatMap(({ outcome }) => (outcome.kind === 'found' ? [outcome.value] : [])),
          ...found,
        ]),
        missing: answers.flatMap(({ name, outcome }) => (outcome.kind === 'absent' ? [name] : [])),
        unheard: answers.flatMap(({ name, outcome }) =>
          outcome.kind === 'failed' ? [{ name, error: outcome.error }] : [],
        ),
      };
    },
  };
}

type ReadTools = SourceTools & { readonly forgeAt: (host: string) => Promise<Outcome<Forge, 'noForge'>> };

async function readSource(tools: ReadTools, asked: AskedSource, choices: SourceChoices): Promise<ReadSource> {
  const { about } = asked;
  const repository = about.kind === 'repository' ? about.url : about.repository;
  const url = URL.parse(repository);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const host = asked.host ?? (isWeb ? url.host : undefined);
  const forge = host === undefined ? absent('noForge') : await tools.forgeAt(host);
  const forgeKind = forge.kind === 'found' ? forge.value.kind : undefined;
  const [reading, answered] = await Promise.all([
    readRepository(tools, { ...asked, repository }, codeownersLocations(forgeKind)),
    askForge(tools, forge, { path: url?.pathname.slice(1) ?? '', about }),
  ]);
  const found = reading.kind === 'found' ? reading.value : undefined;
  const signature =
    found === undefined || about.kind === 'repository' ? undefined : await tools.commitSignatures.check(found.commit);
  const read: SourceRead = withoutUndefined({
    asked,
    reading,
    signature,
    notes: found === undefined ? [] : await readNotes(tools, found, repository),
    forge: answered,
    forgeKind,
    teams: new Map<string, ForgeTeam>(),
  });
  const [teams, contributors, catalog] = await Promise.all([
    forge.kind === 'found' ? readTeams(tools, forge.value, read) : read.teams,
    found === undefined || choices.contributorsSince === undefined
      ? undefined
      : tools.sourceCode.readContributors({
          repository,
          namedBy: asked.namedBy,
          ...contributorsPlace(read, found),
          since: choices.contributorsSince,
        }),
    found === undefined ? joinCatalogs([]) : readCatalogFiles(tools, asked, { repository, found }),
  ]);
  return { read: withoutUndefined({ ...read, teams, contributors }), catalog };
}

/** The path whose owners stand for the image. The time is until now, and the commit may be years old. */
function contributorsPlace(
  read: SourceRead,
  { commit, head }: SourceReading,
): { readonly commit: string; readonly path: string } {
  const decisive = decisiveOwnership(ownershipsOf(read))?.asked;
  return {
    commit: head.kind === 'found' ? head.value.commit : commit.id,
    path: (decisive ?? read.asked.paths[0])?.path ?? '',
  };
}

/** Everything that matters in one question, so that it is one journey. */
async function readRepository(
  tools: ReadTools,
  { about, namedBy, paths, repository, revision, ...asked }: AskedSource & { readonly repository: string },
  locations: readonly string[],
): Promise<Outcome<SourceReading, SourceAbsence>> {
  const commit = revision ?? (about.kind === 'repository' ? 'HEAD' : about.commit);
  if (revision === undefined && about.kind === 'sourceRevision' && !FULL_COMMIT.test(commit))
    return failed(abbreviated(commit));
  // Of paths that the user gave, the folders that they are in tell whether they are there.
  const files = paths.flatMap(({ role, path }) =>
    role === 'dockerfile' ? [path] : role === 'given' ? [parentOf(path)] : [],
  );
  const { dockerfiles = [] } = asked;
  const stated = dockerfiles.flatMap((quoted) => statedPath(quoted, about) ?? []);
  return tools.sourceCode.read({
    repository,
    namedBy,
    commit,
    paths: [...new Set([...locations, ...catalogPathsFor(narrow(paths)), ...files, ...stated])],
    headPaths: locations,
    ...(dockerfiles.length === 0 ? {} : { blobs: dockerfiles.flatMap(({ text }) => Object.values(text.blobIds)) }),
  });
}

function narrow(paths: readonly AskedPath[]): readonly string[] {
  return paths.filter(({ role }) => role !== 'pipeline').map(({ path }) => path);
}

function abbreviated(commit: string): ToolError {
  return new ToolError('UNSUPPORTED', 'a repository cannot be asked about a part of a commit’s id', {
    expected: '40 or 64 hexadecimal digits',
    got: commit,
  });
}

async function askForge(
  { codeForge }: ReadTools,
  forge: Outcome<Forge, 'noForge'>,
  { path, about }: { readonly path: string; readonly about: AskedSource['about'] },
): Promise<Outcome<ForgeCommit, ForgeAbsence>> {
  if (forge.kind !== 'found') return forge;
  if (about.kind === 'repository') return absent('noForge');
  if (!FULL_COMMIT.test(about.commit)) return failed(abbreviated(about.commit));
  return codeForge.fetchCommit({ forge: forge.value, path, commit: about.commit });
}

/** Anybody who may push may write notes: each is checked like every statement, and what is none is left out. */
async function readNotes(
  { verifier, carryBundles }: ReadTools,
  { notes, commit }: SourceReading,
  repository: string,
): Promise<readonly SignedDocument[]> {
  if (notes.kind !== 'found') return [];
  try {
    const carried = carryBundles(notes.value.bytes, `notes on ${commit.id} of ${repository}`);
    const signed = await Promise.all(carried.slice(0, NOTES_MAX).map((each) => verifier.verify(each)));
    return signed.flat();
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}

/** Who is in the teams that own something: shown where it may be seen, and missing where not. */
async function readTeams(
  { codeForge }: ReadTools,
  forge: Forge,
  read: SourceRead,
): Promise<ReadonlyMap<string, ForgeTeam>> {
  const owners = ownershipsOf(read).flatMap(({ atCommit }) => ownersIn(atCommit));
  const handles = [...new Set(owners.flatMap(({ kind, name }) => (kind === 'team' ? [name] : [])))].slice(0, TEAMS_MAX);
  const answers = await Promise.all(
    handles.map(async (handle) => [handle, await codeForge.fetchTeam(forge, handle)] as const),
  );
  return new Map(
    answers.flatMap(([handle, outcome]) => (outcome.kind === 'found' ? [[handle, outcome.value] as const] : [])),
  );
}

async function readCatalogFiles(
  { sourceCode }: ReadTools,
  { namedBy, paths }: AskedSource,
  { repository, found }: { readonly repository: string; readonly found: SourceReading },
): Promise<Catalog> {
  const commit = found.commit.id;
  const readMore = async (wanted: readonly string[]): Promise<SourcePaths> => {
    const missing = wanted.filter((path) => !found.paths.has(path));
    if (missing.length === 0) return found.paths;
    const more = await sourceCode.read({ repository, namedBy, commit, paths: missing, headPaths: [] });
    if (more.kind === 'found') return new Map([...found.paths, ...more.value.paths]);
    return new Map([
      ...found.paths,
      ...missing.map((path) => [path, more.kind === 'failed' ? more : absent('noSuchPath')] as const),
    ]);
  };
  const origin = { name: `${repository} at ${commit}`, repository, commit };
  return readCatalogTree({ origin, start: catalogPathsFor(narrow(paths)), read: readMore });
}

/** By the address as it is written: what was read over http is nothing to whoever wrote https. */
function keyOf({ about, paths, dockerfiles = [] }: AskedSource): string {
  const written = about.kind === 'repository' ? about.url : about.repository;
  const quoted = dockerfiles.map(({ text, path }) => `${text.blobIds.sha256} ${path?.path}`);
  return [entityId(about), written, ...paths.map(({ role, path }) => `${role} ${path}`), ...quoted].join('\n');
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, begin: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? begin();
  known.set(key, value);
  return value;
}
