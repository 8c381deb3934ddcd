import type { Chain, Gap, Gathered, Hop, SettledFact } from '../model/chain.ts';
import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence, FactName, Problem, Relation } from '../model/evidence.ts';
import { RELATIONS, compareStrength } from '../model/evidence.ts';
import { repositoryKey } from '../source-url.ts';
import { inheritedEvidence } from './inheritance.ts';
import type { Answer, Reconciled } from './reconcile.ts';
import { answersOf, reconcileOne } from './reconcile.ts';

/** Evidence to chain: what settles each step from the root on, walking along settled hops only. Pure; nothing is thrown away. */
export function trace(root: Entity, gathered: Gathered): Chain {
  const powerless = inheritedEvidence(root, gathered.evidence);
  const hops: Hop[] = [];
  const gaps: Gap[] = [];
  const facts: SettledFact[] = [];
  const visited = new Set<string>();
  const queue: Entity[] = [root];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    if (visited.has(entityId(from))) continue;
    visited.add(entityId(from));
    const settled = oneSource(stepsFrom(from, gathered, powerless));
    hops.push(...settled.hops);
    gaps.push(...settled.gaps);
    facts.push(...factsAbout(from, gathered.evidence, powerless));
    // Another image has a chain of its own.
    queue.push(...settled.hops.map((hop) => hop.to).filter((to) => to.kind !== 'image'));
  }
  return { root, hops, gaps, facts };
}

type Steps = { readonly hops: readonly Hop[]; readonly gaps: readonly Gap[] };

function stepsFrom(from: Entity, gathered: Gathered, powerless: ReadonlySet<Evidence>): Steps {
  const hops: Hop[] = [];
  const gaps: Gap[] = [];
  for (const [relation, spec] of relationsFrom(from)) {
    const evidence = gathered.evidence.filter(
      ({ claim }) => claim.kind === 'edge' && claim.relation === relation && entityId(claim.from) === entityId(from),
    );
    const problems = gathered.problems.filter(
      (problem) => entityId(problem.at) === entityId(from) && problem.relations.includes(relation),
    );
    if (spec.answers === 'many') {
      hops.push(
        ...answersOf(evidence.filter((item) => !powerless.has(item))).flatMap((answer) =>
          hopOf({ answer, dissent: [], problems }),
        ),
      );
      continue;
    }
    const result = reconcileOne(evidence, powerless);
    if (result.kind === 'settled') hops.push(...hopOf({ answer: result.answer, dissent: result.dissent, problems }));
    else gaps.push(gapOf({ from, relation, result, problems }));
  }
  return { hops, gaps };
}

function relationsFrom(entity: Entity): [Relation, (typeof RELATIONS)[Relation]][] {
  const relations: [Relation, (typeof RELATIONS)[Relation]][] = [];
  let relation: Relation;
  for (relation in RELATIONS) {
    const spec = RELATIONS[relation];
    if (spec.from.some((kind) => kind === entity.kind)) relations.push([relation, spec]);
  }
  return relations;
}

function hopOf(step: { answer: Answer; dissent: readonly Evidence[]; problems: readonly Problem[] }): Hop[] {
  const { claim, strength, support } = step.answer;
  return claim.kind === 'edge'
    ? [
        {
          from: claim.from,
          relation: claim.relation,
          to: claim.to,
          strength,
          support,
          dissent: step.dissent,
          problems: step.problems,
        },
      ]
    : [];
}

function gapOf(step: {
  from: Entity;
  relation: Relation;
  result: Exclude<Reconciled, { kind: 'settled' }>;
  problems: readonly Problem[];
}): Gap {
  const { from, relation, result, problems } = step;
  const gap = { from, relation, dissent: result.dissent };
  if (result.kind === 'conflict') {
    const candidates = result.candidates.flatMap((answer) => hopOf({ answer, dissent: [], problems }));
    return { ...gap, reason: 'conflict', candidates };
  }
  return problems.length === 0 ? { ...gap, reason: 'absent' } : { ...gap, reason: 'unheard', problems };
}

/**
 * "Built from this commit" and "from this repository" are two statements about one source. Where both are made and name different
 * repositories, the stronger stands and the other is its dissent; where they agree, the repository adds its support. So repository
 * and commit always come from one carrier.
 */
function oneSource({ hops, gaps }: Steps): Steps {
  const revision = hops.find((hop) => hop.relation === 'builtFrom');
  const repository = hops.find((hop) => hop.relation === 'fromRepository');
  if (
    revision === undefined ||
    repository === undefined ||
    revision.to.kind !== 'sourceRevision' ||
    repository.to.kind !== 'repository'
  )
    return { hops, gaps };
  const others = hops.filter((hop) => hop !== revision && hop !== repository);
  if (repositoryKey(revision.to.repository) === repositoryKey(repository.to.url)) {
    const dissent = [...revision.dissent, ...repository.dissent];
    return { hops: [...others, { ...revision, dissent }, repository], gaps };
  }
  if (compareStrength(repository.strength, revision.strength) > 0) {
    const dissent = [...repository.dissent, ...revision.support, ...revision.dissent];
    const unsettled = { kind: 'absent' as const, dissent: [...revision.support, ...revision.dissent] };
    const gap = gapOf({ from: revision.from, relation: 'builtFrom', result: unsettled, problems: revision.problems });
    return { hops: [...others, { ...repository, dissent }], gaps: [...gaps, gap] };
  }
  return {
    hops: [...others, { ...revision, dissent: [...revision.dissent, ...repository.support, ...repository.dissent] }],
    gaps,
  };
}

function factsAbout(about: Entity, evidence: readonly Evidence[], powerless: ReadonlySet<Evidence>): SettledFact[] {
  const byName = new Map<FactName, Evidence[]>();
  for (const item of evidence) {
    if (item.claim.kind !== 'fact' || entityId(item.claim.about) !== entityId(about)) continue;
    byName.set(item.claim.name, [...(byName.get(item.claim.name) ?? []), item]);
  }
  return [...byName].flatMap(([name, items]): SettledFact[] => {
    const result = reconcileOne(items, name.startsWith('label:') ? new Set() : powerless);
    if (result.kind === 'absent') return [];
    const answers = result.kind === 'settled' ? [result.answer] : result.candidates;
    const [best] = answers;
    if (best === undefined) return [];
    const common = {
      about,
      name,
      strength: best.strength,
      support: answers.flatMap((answer) => answer.support),
      dissent: result.dissent,
    };
    return [
      result.kind === 'settled' ? { ...common, value: valueOf(best) } : { ...common, conflict: answers.map(valueOf) },
    ];
  });
}

function valueOf({ claim }: Answer): string {
  return claim.kind === 'fact' ? claim.value : '';
}
