import { withoutUndefined } from '../defined.ts';
import type { Chain, Gap, Hop, SettledFact } from '../model/chain.ts';
import type { Entity } from '../model/entity.ts';
import { entityId } from '../model/entity.ts';
import type { Evidence, FactName, Problem, Relation } from '../model/evidence.ts';
import type { Detail, Dissent, Step, StepName } from '../model/report.ts';
import { labelOf, linkOf } from './wording.ts';

// What every line of a chain is made with.

/** The line of a relation that has one answer. */
export function relationStep(name: StepName, chain: Chain, relation: Relation): Step {
  const hop = chain.hops.find((candidate) => candidate.relation === relation);
  if (hop !== undefined) return settledStep(name, hop);
  const gap = chain.gaps.find((candidate) => candidate.relation === relation);
  return gap === undefined
    ? gapStep(name, { reason: 'absent', why: [], dissent: [] })
    : gapStep(name, { reason: gap.reason, why: whyGap(gap), dissent: dissentOfGap(gap) });
}

/** A line with its answer, and why that is not verified. */
export function settledStep(name: StepName, hop: Hop): Step {
  const why =
    hop.strength === 'verified'
      ? []
      : hop.support.filter((evidence) => evidence.strength === hop.strength).flatMap((evidence) => evidence.why ?? []);
  return withoutUndefined({
    name,
    grade: hop.strength,
    answer: labelOf(hop.to),
    entity: hop.to,
    link: linkOf(hop.to),
    details: [],
    why: [
      ...new Set([...why.slice(0, 1), ...hop.problems.map((problem) => `could be known better: ${problem.message}`)]),
    ],
    support: hop.support,
    dissent: hop.dissent.map(dissentOf),
    asOf: hop.support[0]?.asOf,
  });
}

/** A line without an answer, and why. */
export function gapStep(
  name: StepName,
  gap: { reason: Gap['reason']; why: readonly string[]; dissent: readonly Dissent[] },
): Step {
  return {
    name,
    grade: 'none',
    gap: gap.reason,
    details: [],
    why: [...new Set(gap.why)],
    support: [],
    dissent: gap.dissent,
  };
}

function whyGap(gap: Gap): readonly string[] {
  if (gap.reason === 'unheard')
    return gap.problems.map((problem) =>
      problem.hint === undefined ? problem.message : `${problem.message} (${problem.hint})`,
    );
  return gap.reason === 'conflict' ? [`${gap.candidates.length} answers of equal weight`] : [];
}

function dissentOfGap(gap: Gap): readonly Dissent[] {
  const candidates = gap.reason === 'conflict' ? gap.candidates.flatMap((hop) => hop.support.slice(0, 1)) : [];
  return [...candidates, ...gap.dissent].map(dissentOf);
}

/** Another answer, and who gives it. */
export function dissentOf(evidence: Evidence): Dissent {
  const { claim, strength, why, origin } = evidence;
  return withoutUndefined({
    answer: claim.kind === 'edge' ? labelOf(claim.to) : claim.value,
    grade: strength,
    why,
    from: origin.location,
  });
}

export function factAbout(chain: Chain, about: Entity, name: FactName): SettledFact | undefined {
  return chain.facts.find((fact) => fact.name === name && entityId(fact.about) === entityId(about));
}

/** Named values, those that are there. */
export function detailsOf(facts: readonly (readonly [string, SettledFact | undefined])[]): Detail[] {
  return facts.flatMap(([name, fact]) => {
    if (fact === undefined) return [];
    const value = 'value' in fact ? fact.value : `${fact.conflict.join(' or ')} (they differ)`;
    return [
      withoutUndefined({ name, value, grade: fact.strength, link: value.startsWith('https://') ? value : undefined }),
    ];
  });
}

export function hopDetail(name: string, hop: Hop | undefined): Detail[] {
  return hop === undefined
    ? []
    : [withoutUndefined({ name, value: labelOf(hop.to), grade: hop.strength, link: linkOf(hop.to) })];
}

/** Every settled answer of a relation that has many. */
export function hopsFrom(chain: Chain, from: Entity | undefined, relation: Relation): readonly Hop[] {
  if (from === undefined) return [];
  return chain.hops.filter((hop) => hop.relation === relation && entityId(hop.from) === entityId(from));
}

/** A line without an answer: unheard where somebody who could have said was not. */
export function unansweredStep(
  name: StepName,
  problems: readonly Pick<Problem, 'message'>[],
  why: readonly string[] = [],
): Step {
  return gapStep(name, {
    reason: problems.length > 0 ? 'unheard' : 'absent',
    why: [...why, ...problems.map(({ message }) => message)],
    dissent: [],
  });
}

export function problemsOf(problems: readonly Problem[], relation: Relation): readonly Problem[] {
  return problems.filter(({ relations }) => relations.includes(relation));
}
