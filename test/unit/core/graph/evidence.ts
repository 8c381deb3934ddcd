import type { Gathered } from '../../../../src/core/model/chain.ts';
import type { Entity, ImageEntity } from '../../../../src/core/model/entity.ts';
import type { Evidence, FactName, Problem, Relation } from '../../../../src/core/model/evidence.ts';
import { digestOf } from '../../../support/reports.ts';

/** Evidence made by hand, one line a piece. */

export const IMAGE: ImageEntity = {
  kind: 'image',
  digest: digestOf('a1'),
  foundAt: [{ transport: 'registry', name: 'ghcr.io/acme/shop' }],
};
export const COMMIT = 'c14c546e54940a410195ede9aa0e7ee2ef1e16d0';

export function revision(repository: string, commit: string = COMMIT): Entity {
  return { kind: 'sourceRevision', repository: `https://github.com/${repository}`, commit };
}
export function repository(name: string): Entity {
  return { kind: 'repository', url: `https://github.com/${name}` };
}
export function image(seed: string): ImageEntity {
  return {
    kind: 'image',
    digest: digestOf(seed),
    foundAt: [{ transport: 'registry', name: 'docker.io/library/base' }],
  };
}

type Quality = Partial<Pick<Evidence, 'strength' | 'rank' | 'why' | 'labels' | 'boundBy'>> & { readonly at?: string };

function evidence(claim: Evidence['claim'], { at = 'here', ...quality }: Quality): Evidence {
  return {
    claim,
    strength: 'attested',
    rank: 300,
    boundBy: 'platform',
    origin: { collector: 'test', location: at },
    ...quality,
  };
}

export function says(relation: Relation, to: Entity, quality: Quality & { readonly from?: Entity } = {}): Evidence {
  const { from = IMAGE, ...rest } = quality;
  return evidence({ kind: 'edge', from, relation, to }, rest);
}
export function states(name: FactName, value: string, quality: Quality & { readonly about?: Entity } = {}): Evidence {
  const { about = IMAGE, ...rest } = quality;
  return evidence({ kind: 'fact', about, name, value }, rest);
}
export function notHeard(relations: readonly Relation[], at: Entity = IMAGE): Problem {
  return { collector: 'test', at, relations, code: 'TIMED_OUT', message: 'no answer within 10 s' };
}

export function gathered(evidence: readonly Evidence[], problems: readonly Problem[] = []): Gathered {
  return { evidence, problems, places: [], documents: [], remarks: [] };
}
