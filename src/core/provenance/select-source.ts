import { withoutUndefined } from '../defined.ts';
import type { Dependency } from './dependencies.ts';
import type { Node } from './node.ts';
import { complain } from './node.ts';
import type { Read, SourceReading } from './provenance.ts';

export type SelectionRule = {
  /** Where to complain. */
  readonly at: Node;
  readonly declared: SourceReading | undefined;
  readonly dependencies: readonly Dependency[];
  /** Which of them a reader should look at first where the declared source is none of the dependencies: SLSA v0.2 names it in a field of its own. */
  readonly prefer: 'declared' | 'dependency';
};

/**
 * The sources of the result, preferred first (reference/provenance.md 5, "Generic source selection"). The position of a dependency in its list
 * means nothing: SLSA leaves it unordered.
 */
export function selectSources(rule: SelectionRule): readonly SourceReading[] {
  const { at, declared, dependencies, prefer } = rule;
  const candidates = distinct(dependencies.flatMap(({ source }) => source ?? []));
  if (declared === undefined) {
    const [only, ...others] = candidates;
    if (only === undefined) return [];
    return others.length === 0 ? [{ ...only, role: 'material' }] : ambiguous(at, candidates);
  }
  const ofDeclared = candidates.filter(({ key }) => key === declared.key);
  if (ofDeclared.length > 0) return resolveDeclared(at, declared, ofDeclared);
  if (candidates.length === 0) return [declared];
  complain(at, 'CONFIG_SOURCE_MISMATCH', 'the declared source is not among the inputs, and another repository is');
  if (prefer === 'declared') return [declared, ...candidates];
  return candidates.length === 1 ? [...candidates, declared] : ambiguous(at, [...candidates, declared]);
}

/** The declared source with the commit that its dependency has. */
function resolveDeclared(
  at: Node,
  declared: SourceReading,
  candidates: readonly SourceReading[],
): readonly SourceReading[] {
  const sameCommit = candidates.filter(
    ({ commit }) => commit === undefined || declared.commit === undefined || commit === declared.commit,
  );
  const sameRef = sameCommit.filter(({ ref }) => ref !== undefined && ref === declared.ref);
  const [material, ...others] = sameRef.length > 0 ? sameRef : sameCommit;
  if (material === undefined || others.length > 0) return ambiguous(at, [declared, ...candidates]);
  if (declared.ref !== undefined && material.ref !== undefined && declared.ref !== material.ref) {
    complain(at, 'CONTRADICTION', 'the declared source and the input that it names have two refs');
  }
  return [merge(declared, material)];
}

function merge(declared: SourceReading, material: SourceReading): SourceReading {
  const { commit, commitAt, digestKey } = material.commit === undefined ? declared : material;
  return withoutUndefined({
    ...material,
    role: 'material' as const,
    ref: declared.ref ?? material.ref,
    subpath: declared.subpath ?? material.subpath,
    dirty: declared.dirty ?? material.dirty,
    commit,
    commitAt,
    digestKey,
  });
}

function ambiguous(at: Node, sources: readonly SourceReading[]): readonly SourceReading[] {
  complain(at, 'AMBIGUOUS_SOURCE', 'several repositories, and nothing says which is the source');
  return sources;
}

/** One of each revision: a repository may be listed for the build and for its definition. */
function distinct(sources: readonly SourceReading[]): readonly SourceReading[] {
  const byRevision = new Map<string, SourceReading>();
  for (const source of sources) {
    const revision = `${source.key} ${source.commit ?? source.ref ?? ''}`;
    if (!byRevision.has(revision)) byRevision.set(revision, source);
  }
  return [...byRevision.values()];
}

/** The ref of the preferred source; none where nothing points to one. */
export function refOf([first]: readonly SourceReading[]): Read<string> | undefined {
  if (first?.ref === undefined || first.role === 'candidate') return undefined;
  return { value: first.ref, at: first.at };
}

/** A revision as that of the pipeline's definition. */
export function asDefinition(revision: SourceReading | undefined): SourceReading | undefined {
  return revision && { ...revision, role: 'config' };
}
