import { withoutUndefined } from '../defined.ts';
import type { Digest } from '../model/digest.ts';
import type { Entity, ImageEntity } from '../model/entity.ts';
import type { Evidence, Relation } from '../model/evidence.ts';
import type { BuilderMark } from '../provenance/history.ts';
import { joinRepositoryPath } from '../source-url/repository-path.ts';
import { RANKS } from './ranks.ts';

export type MarkedImage = {
  readonly collector: string;
  readonly image: ImageEntity;
  /** Of the config that has the marks. */
  readonly document: Digest | undefined;
};

/**
 * The tool that made the image, by its marks: a label of its own is its word (`declared`), a line of the history or the author is a likeness
 * (`inferred`). It is a tool, and no run: whatever names the run is stronger.
 */
export function claimsOfMarks(marked: MarkedImage, marks: readonly BuilderMark[]): readonly Evidence[] {
  return marks.flatMap((mark, order) => {
    const say = (relation: Relation, to: Entity): Evidence => evidence(marked, mark, { relation, to, order });
    return [say('builtBy', { kind: 'build', builderId: mark.builder }), ...sourceClaims(mark, say)];
  });
}

function sourceClaims({ source }: BuilderMark, say: (relation: Relation, to: Entity) => Evidence): readonly Evidence[] {
  if (source === undefined) return [];
  const { repository } = source;
  const path = joinRepositoryPath(source.directory ?? '');
  return [
    say('fromRepository', { kind: 'repository', url: repository }),
    ...(path === undefined
      ? []
      : [say('contextAt', { kind: 'sourcePath', repository, path: path === '.' ? '' : path })]),
  ];
}

type Link = { readonly relation: Relation; readonly to: Entity; readonly order: number };

function evidence({ collector, image, document }: MarkedImage, mark: BuilderMark, link: Link): Evidence {
  const { relation, to, order } = link;
  const declared = mark.label !== undefined;
  return withoutUndefined({
    claim: { kind: 'edge' as const, from: image, relation, to },
    strength: declared ? ('declared' as const) : ('inferred' as const),
    rank: (declared ? RANKS.configLabel : RANKS.naming) + order,
    boundBy: 'config' as const,
    origin: withoutUndefined({ collector, location: mark.location, document }),
    labels: mark.label === undefined ? undefined : [mark.label],
  });
}
