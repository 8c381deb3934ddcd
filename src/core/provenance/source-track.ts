/** What SLSA's source track says of a commit, as source-tool writes it into git notes (reference/provenance.md 8). */
import { withoutUndefined } from '../defined.ts';
import type { Instant } from '../model/outcome.ts';
import type { Statement } from '../model/statement.ts';
import type { SourceUrl } from '../source-url.ts';
import { fullCommit, validRef } from '../source-url/pointer.ts';
import type { Node } from './node.ts';
import { anyMember, complain, instant, isAbsent, items, member, text } from './node.ts';
import type { Read, ReadProblem } from './provenance.ts';
import { readSourceUrl } from './sources.ts';

const PREDICATE_TYPE = /^https:\/\/github\.com\/slsa-framework\/slsa-source-poc\/(source|tag)-provenance\/v1-draft$/;

/** A rule that the forge enforced, such as `REVIEW_ENFORCED`, and since when. */
export type SourceControl = { readonly name: string; readonly since?: Instant; readonly at: string };

/** How a revision came to be on its branch, or under its tag. */
export type SourceProvenance = {
  readonly kind: 'branch' | 'tag';
  /** The subject: 40 or 64 hex. */
  readonly commit?: Read<string>;
  readonly repository?: Read<SourceUrl>;
  /** `refs/heads/main`, `refs/tags/v1`. */
  readonly ref?: Read<string>;
  readonly previousCommit?: Read<string>;
  /** The account that pushed or merged. */
  readonly actor?: Read<string>;
  /** `pr_merge`, … */
  readonly activity?: Read<string>;
  readonly createdOn?: Read<Instant>;
  readonly controls: readonly SourceControl[];
  /** Of a tag: what the verdicts on its commit say, by branch. */
  readonly summaries: readonly { readonly refs: readonly string[]; readonly verifiedLevels: readonly string[] }[];
  readonly problems: readonly ReadProblem[];
};

/** Undefined for a statement that is none. Never throws. */
export function readSourceProvenance(statement: Statement): SourceProvenance | undefined {
  const kind = PREDICATE_TYPE.exec(statement.predicateType)?.[1];
  if (kind === undefined) return undefined;
  const problems: ReadProblem[] = [];
  const root: Node = { value: statement, at: '$', problems };
  const predicate = member(root, 'predicate');
  return withoutUndefined({
    kind: kind === 'tag' ? ('tag' as const) : ('branch' as const),
    commit: readCommitId(member(root, 'subject', 0, 'digest', 'gitCommit')),
    repository: readRepositoryUrl(anyMember(predicate, 'repo_uri', 'repoUri')),
    ref: readRef(member(predicate, kind === 'tag' ? 'tag' : 'branch')),
    previousCommit: readCommitId(anyMember(predicate, 'prev_commit', 'prevCommit')),
    actor: text(member(predicate, 'actor')),
    activity: text(anyMember(predicate, 'activity_type', 'activityType')),
    createdOn: instant(anyMember(predicate, 'created_on', 'createdOn')),
    controls: items(member(predicate, 'controls')).flatMap(readControl),
    summaries: items(anyMember(predicate, 'vsa_summaries', 'vsaSummaries')).map(readSummary),
    problems,
  });
}

function readCommitId(node: Node): Read<string> | undefined {
  const read = text(node);
  const commit = fullCommit(read?.value);
  if (read !== undefined && commit === undefined) complain(node, 'MALFORMED_ITEM', 'not the id of a commit');
  return commit === undefined ? undefined : { value: commit, at: node.at };
}

function readRepositoryUrl(node: Node): Read<SourceUrl> | undefined {
  const source = isAbsent(node.value) ? undefined : readSourceUrl(node, 'spdx');
  return source && { value: source, at: node.at };
}

function readRef(node: Node): Read<string> | undefined {
  const read = text(node);
  if (read === undefined || validRef(read.value) !== undefined) return read;
  complain(node, 'MALFORMED_ITEM', 'not a ref');
  return undefined;
}

function readControl(node: Node): readonly SourceControl[] {
  const name = text(member(node, 'name'))?.value;
  const since = instant(member(node, 'since'))?.value;
  return name === undefined ? [] : [withoutUndefined({ name, since, at: node.at })];
}

function readSummary(node: Node): SourceProvenance['summaries'][number] {
  return {
    refs: readTexts(anyMember(node, 'source_refs', 'sourceRefs')),
    verifiedLevels: readTexts(anyMember(node, 'verifiedLevels', 'verified_levels')),
  };
}

/** The refs that a verdict on a commit (a Verification Summary whose subject is one) holds for. */
export function sourceRefs(statement: Statement): readonly string[] {
  return statement.subject.flatMap(({ annotations }) => {
    const node: Node = { value: annotations, at: '$.subject', problems: [] };
    return readTexts(anyMember(node, 'source_refs', 'sourceRefs'));
  });
}

function readTexts(list: Node): readonly string[] {
  return items(list).flatMap((item) => text(item)?.value ?? []);
}
