import { ToolError } from '../core/errors.ts';
import { inOrder } from '../core/graph/order.ts';
import type { Gathered } from '../core/model/chain.ts';
import type { Entity } from '../core/model/entity.ts';
import { entityId } from '../core/model/entity.ts';
import type { Problem } from '../core/model/evidence.ts';
import type { Collector } from './collector.ts';
import { NOTHING, joined } from './collector.ts';

export type GatherLimits = {
  /** Entities visited in all. */
  readonly entitiesMax: number;
  /** How many bases deep: 0 visits none, 1 the image's own base, 2 that one's base too. */
  readonly baseDepthMax: number;
};
export const GATHER_LIMITS: GatherLimits = { entitiesMax: 500, baseDepthMax: 1 };

/**
 * Visits the root, then every entity that evidence names, each once and as soon as it is named. Which answer wins is not its
 * business: weak evidence is followed too.
 */
export async function gather(root: Entity, collectors: readonly Collector[], limits: GatherLimits): Promise<Gathered> {
  const visited = new Set<string>();
  const parts: Gathered[] = [];
  let refused = 0;

  const visit = async (entity: Entity, baseDepth: number): Promise<void> => {
    if (visited.has(entityId(entity)) || baseDepth > limits.baseDepthMax) return;
    if (visited.size >= limits.entitiesMax) {
      refused++;
      return;
    }
    visited.add(entityId(entity));
    const asked = collectors.filter(
      (collector) => collector.about === entity.kind && (baseDepth === 0 || collector.reach === 'bases'),
    );
    await Promise.all(
      asked.map(async (collector) => {
        const part = await ask(collector, entity);
        parts.push(part);
        await Promise.all(named(part).map(({ to, isInput }) => visit(to, isInput ? baseDepth + 1 : baseDepth)));
      }),
    );
  };

  await visit(root, 0);
  const gathered = joined(parts);
  return inOrder(
    refused === 0
      ? gathered
      : { ...gathered, problems: [...gathered.problems, tooMany(root, limits.entitiesMax, refused)] },
  );
}

async function ask(collector: Collector, entity: Entity): Promise<Gathered> {
  try {
    return await collector.collect(entity);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const problem: Problem = {
      collector: collector.id,
      at: entity,
      relations: collector.answers,
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
    return { ...NOTHING, problems: [problem] };
  }
}

function named({ evidence }: Gathered): readonly { to: Entity; isInput: boolean }[] {
  return evidence.flatMap(({ claim }) =>
    claim.kind === 'edge'
      ? [{ to: claim.to, isInput: claim.relation === 'basedOn' || claim.relation === 'builtWith' }]
      : [],
  );
}

function tooMany(at: Entity, entitiesMax: number, refused: number): Problem {
  return {
    collector: 'gather',
    at,
    relations: [],
    code: 'TOO_LARGE',
    message: `the evidence names more than ${entitiesMax} images, sources and people; ${refused} were not looked at`,
  };
}
