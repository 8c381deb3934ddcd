import { chooseDialect, codeownersLocations } from '../codeowners/dialect.ts';
import type { DialectChoice } from '../codeowners/dialect.ts';
import type { OwnersAnswer } from '../codeowners/match.ts';
import { ownersOf } from '../codeowners/match.ts';
import type { CodeownersFile, Owner } from '../codeowners/model.ts';
import { parseCodeowners } from '../codeowners/parse.ts';
import { ToolError } from '../errors.ts';
import type { ForgeKind } from '../model/forge.ts';
import type { AskedPath, SourcePaths, SourceRead } from '../model/source.ts';

/** Who owns a path by the rules of one revision. "No file", "no rule", and "a rule that says nobody" are three answers (reference/ownership.md, decision 2). */
export type PathOwnership =
  | { readonly kind: 'noFile'; readonly looked: readonly string[] }
  | { readonly kind: 'unread'; readonly error: ToolError }
  | {
      readonly kind: OwnersAnswer['kind'];
      readonly answer: OwnersAnswer;
      readonly rules: CodeownersRules;
    };

/** A file as the forge that it is for reads it, and why it is read so. */
export type CodeownersRules = { readonly file: CodeownersFile; readonly dialect: DialectChoice };

/** Who owns a path at the commit, and who at the head of the default branch, where that was read. */
export type Ownership = {
  readonly asked: AskedPath;
  readonly atCommit: PathOwnership;
  readonly atHead?: PathOwnership;
};

/** What the rules of a source say of every path that was asked for; none where the source was not read. */
export function ownershipsOf({ asked, reading, forgeKind }: SourceRead): readonly Ownership[] {
  if (reading.kind !== 'found') return [];
  const { paths, head } = reading.value;
  const atCommit = readRules(paths, forgeKind);
  const atHead = head.kind === 'found' ? readRules(head.value.paths, forgeKind) : undefined;
  return asked.paths.map((path) => ({
    asked: path,
    atCommit: ownersBy(atCommit, path),
    ...(atHead === undefined ? {} : { atHead: ownersBy(atHead, path) }),
  }));
}

type RulesFound =
  | { readonly kind: 'rules'; readonly rules: CodeownersRules }
  | Exclude<PathOwnership, { answer: unknown }>;

/** The first file of the forge's locations counts, and no later one, however little stands in it. */
export function readRules(paths: SourcePaths, forge: ForgeKind | undefined): RulesFound {
  const looked = codeownersLocations(forge);
  for (const path of looked) {
    const entry = paths.get(path);
    if (entry === undefined || entry.kind === 'absent') continue;
    if (entry.kind === 'failed') return { kind: 'unread', error: entry.error };
    if (entry.value.kind === 'folder') continue;
    if (entry.value.kind !== 'file') return { kind: 'unread', error: notAFile(path, entry.value.kind) };
    return parsed(new TextDecoder().decode(entry.value.bytes), path, forge);
  }
  return { kind: 'noFile', looked };
}

function parsed(text: string, path: string, forge: ForgeKind | undefined): RulesFound {
  return withRefusals(() => {
    const dialect = chooseDialect({ path, text, ...(forge === undefined ? {} : { forge }) });
    return { kind: 'rules', rules: { dialect, file: parseCodeowners(text, dialect.dialect, path) } };
  });
}

export function ownersBy(found: RulesFound, { path, kind }: Pick<AskedPath, 'path' | 'kind'>): PathOwnership {
  if (found.kind !== 'rules') return found;
  return withRefusals(() => {
    const answer = ownersOf(found.rules.file, path, kind);
    return { kind: answer.kind, answer, rules: found.rules };
  });
}

/** A file that is too large or of another format leaves the rest of the chain standing. */
function withRefusals<Answer>(decide: () => Answer): Answer | Extract<PathOwnership, { kind: 'unread' }> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof ToolError) return { kind: 'unread', error };
    throw error;
  }
}

function notAFile(path: string, kind: string): ToolError {
  return new ToolError(
    'UNSUPPORTED',
    `${path} is a ${kind === 'link' ? 'symbolic link' : kind}, and was not followed`,
    {
      expected: 'a file',
      got: kind,
    },
  );
}

/** Those whom the rules name, without those who only need not object. */
export function ownersIn(ownership: PathOwnership | undefined): readonly Owner[] {
  if (ownership === undefined || !('answer' in ownership)) return [];
  const { answer } = ownership;
  return answer.kind === 'owned' ? answer.owners : [];
}

/**
 * The path whose owners stand for the image: the first of which a rule speaks. A rule that says that nobody owns it is an answer, and a wider
 * path's owners do not take its place. Whoever owns the pipeline's file owns the pipeline, and no image for it. None where paths dispute it.
 */
export function decisiveOwnership(ownerships: readonly Ownership[]): Ownership | undefined {
  if (disputedOwnerships(ownerships).length > 0) return undefined;
  const bearing = ownerships.filter(({ asked }) => asked.role !== 'pipeline');
  return bearing.find(isRuled) ?? bearing.find(({ atCommit }) => atCommit.kind === 'unread') ?? bearing[0];
}

/** Of several Dockerfiles, or contexts, none is the image's: those that would decide, if it were known which. */
export function disputedOwnerships(ownerships: readonly Ownership[]): readonly Ownership[] {
  const deciding = (['dockerfile', 'context'] as const)
    .map((role) => ownerships.filter(({ asked }) => asked.role === role))
    .find((ofRole) => ofRole.some(isRuled));
  return deciding === undefined || deciding.length < 2 ? [] : deciding;
}

function isRuled({ atCommit }: Ownership): boolean {
  return atCommit.kind === 'owned' || atCommit.kind === 'unowned';
}

/** Owners that one of two revisions names and the other does not; undefined where one of them was not read, or they agree. */
export function driftOf({
  atCommit,
  atHead,
}: Ownership): { gone: readonly string[]; come: readonly string[] } | undefined {
  if (atHead === undefined || atCommit.kind === 'unread' || atHead.kind === 'unread') return undefined;
  const [before, now] = [atCommit, atHead].map((ownership) => ownersIn(ownership).map(({ text }) => text));
  const gone = (before ?? []).filter((owner) => now?.includes(owner) !== true);
  const come = (now ?? []).filter((owner) => before?.includes(owner) !== true);
  return gone.length + come.length === 0 ? undefined : { gone, come };
}
