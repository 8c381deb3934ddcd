import type { Chain, Hop } from '../model/chain.ts';
import type { EntityOf } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Relation } from '../model/evidence.ts';
import type { AskedPath, AskedSource, PathRole, SourceRoot } from '../model/source.ts';
import { repositoryKey } from '../source-url.ts';

/** Answers in a conflict that are looked at: whoever writes labels can write many. */
const CANDIDATES_MAX = 4;

/** In the order in which the owners of one stand for the owners of the image. */
const PATH_RELATIONS: readonly (readonly [Relation, PathRole, AskedPath['kind']])[] = [
  ['builtAt', 'dockerfile', 'file'],
  ['contextAt', 'context', 'directory'],
  ['ranBy', 'pipeline', 'file'],
];

/** The sources of which a chain asks: the commit that it settles on, every candidate where it cannot, else the repository alone. */
export function askedSources(chain: Chain): readonly AskedSource[] {
  const commits = hopsOf(chain, 'builtFrom');
  const hops = commits.length > 0 ? commits : hopsOf(chain, 'fromRepository');
  return hops.slice(0, CANDIDATES_MAX).flatMap(({ to, support }): AskedSource[] => {
    if (to.kind !== 'sourceRevision' && to.kind !== 'repository') return [];
    return [{ about: to, namedBy: support[0]?.origin.location ?? 'the image', paths: askedPaths(chain, to) }];
  });
}

/** A settled step, or what it lies between. */
function hopsOf(chain: Chain, relation: Relation): readonly Hop[] {
  const settled = chain.hops.filter((hop) => hop.relation === relation);
  const gap = chain.gaps.find((each) => each.relation === relation && entityId(each.from) === entityId(chain.root));
  return settled.length === 0 && gap?.reason === 'conflict' ? gap.candidates : settled;
}

function askedPaths(chain: Chain, root: SourceRoot): readonly AskedPath[] {
  const narrow = PATH_RELATIONS.flatMap(([relation, role, kind]): AskedPath[] =>
    hopsOf(chain, relation).flatMap(({ to }) =>
      to.kind === 'sourcePath' && isIn(to, root) ? [{ role, kind, path: to.path, entity: to }] : [],
    ),
  );
  return [...narrow, { role: 'repository', kind: 'directory', path: '', entity: root }];
}

/** Whether a path is one of this source, as far as its commit is stated. */
export function isIn(path: EntityOf<'sourcePath'>, root: SourceRoot): boolean {
  const repository = root.kind === 'repository' ? root.url : root.repository;
  if (repositoryKey(path.repository) !== repositoryKey(repository)) return false;
  return root.kind === 'repository' || path.commit === undefined || path.commit === root.commit;
}

/** The folder that a path is in; empty for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
