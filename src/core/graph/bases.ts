import type { Chain } from '../model/chain.ts';
import type { ImageEntity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { Detail, TraceResult } from '../model/report.ts';

type Traced = Extract<TraceResult, { kind: 'traced' }>;

/** The image that a chain's root stands on, where that is settled and known by digest, with every place that is said to hold it. */
export function baseOf({ root, hops }: Chain): ImageEntity | undefined {
  const hop = hops.find(({ from, relation }) => relation === 'basedOn' && entityId(from) === entityId(root));
  if (hop === undefined || hop.to.kind !== 'image') return undefined;
  const said = hop.support.flatMap(({ claim }) =>
    claim.kind === 'edge' && claim.to.kind === 'image' ? [claim.to] : [],
  );
  const places = [hop.to, ...said].flatMap(({ foundAt }) => foundAt);
  return { ...hop.to, foundAt: [...new Map(places.map((place) => [formatRepository(place), place])).values()] };
}

/** The image with its bases, nearest first. Its own grades stay what they are: that a base is well known says nothing of what was put on it. */
export function withBases(traced: Traced, bases: readonly TraceResult[]): Traced {
  const [nearest] = bases;
  if (nearest === undefined) return { ...traced, bases };
  const steps = traced.steps.map((step) =>
    step.name === 'base' ? { ...step, details: [...step.details, ownOrigin(nearest)] } : step,
  );
  return { ...traced, steps, bases };
}

/** How well the base's own way to its commit is known, or why it is not. */
function ownOrigin(base: TraceResult): Detail {
  const name = 'its own origin';
  if (base.kind === 'failed') return { name, value: 'unheard' };
  const { origin } = base.grades;
  const commit = base.steps.find((step) => step.name === 'commit');
  return { name, value: origin === 'none' ? (commit?.gap ?? 'absent') : origin };
}
