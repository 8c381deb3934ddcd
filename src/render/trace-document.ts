import { inOrder } from '../core/graph/order.ts';
import type { Finding, Remark, SettledFact } from '../core/model/chain.ts';
import type { Claim, Evidence, Place } from '../core/model/evidence.ts';
import type { Detail, Step, TraceResult } from '../core/model/report.ts';
import { documentPart, entityPart, failurePart, imagePart, problemPart } from './document-parts.ts';
import { safeLink } from './sanitize.ts';
import { findingsInOrder } from './words.ts';

export const TRACE_SCHEMA = 'provtrace/trace/1';

/** The trace document of one image: what `schema/trace.ts` describes. Lists are sorted, so that one content has one form; undefined members are for JSON to leave out. */
export function traceDocument(result: TraceResult): object {
  if (result.kind === 'failed') return failurePart(TRACE_SCHEMA, result);
  const { dossier, steps, grades, bases } = result;
  const gathered = inOrder(dossier.gathered);
  return {
    schema: TRACE_SCHEMA,
    reference: dossier.image.reference,
    image: imagePart(dossier.image),
    grades: { origin: grades.origin, ownership: grades.ownership },
    steps: steps.map(step),
    facts: dossier.chain.facts.map(fact),
    findings: findingsInOrder(dossier.findings).map(finding),
    problems: gathered.problems.map(problemPart),
    places: gathered.places.map(place),
    documents: gathered.documents.map(documentPart),
    remarks: gathered.remarks.map(remark),
    evidence: gathered.evidence.map(evidence),
    bases: bases?.map(traceDocument),
  };
}

function step(each: Step): object {
  return {
    name: each.name,
    grade: each.grade,
    gap: each.gap,
    answer: each.answer,
    entity: each.entity === undefined ? undefined : entityPart(each.entity),
    link: each.link === undefined ? undefined : safeLink(each.link),
    asOf: each.asOf,
    details: each.details.map(detail),
    why: each.why,
    support: each.support.map(evidence),
    dissent: each.dissent.map(({ answer, grade, why, from }) => ({ answer, grade, why, from })),
  };
}

function detail({ name, value, grade, link }: Detail): object {
  return { name, value, grade, link: link === undefined ? undefined : safeLink(link) };
}

function fact(each: SettledFact): object {
  const answer = 'value' in each ? { value: each.value } : { conflict: each.conflict };
  return {
    about: entityPart(each.about),
    name: each.name,
    ...answer,
    strength: each.strength,
    support: each.support.map(evidence),
    dissent: each.dissent.map(evidence),
  };
}

function finding(each: Finding): object {
  return {
    code: each.code,
    severity: each.severity,
    about: entityPart(each.about),
    message: each.message,
    advice: each.advice,
    evidence: each.evidence.map(evidence),
  };
}

function place({ at, carrier, asked, result, detail, asOf }: Place): object {
  return { at: entityPart(at), carrier, asked, result, detail, asOf };
}

function remark({ about, code, message, location }: Remark): object {
  return { about: entityPart(about), code, message, location };
}

function evidence({ claim, strength, rank, why, boundBy, origin, labels, asOf }: Evidence): object {
  const { collector, location, document } = origin;
  return {
    claim: claimed(claim),
    strength,
    rank,
    why,
    boundBy,
    origin: { collector, location, document },
    labels,
    asOf,
  };
}

function claimed(claim: Claim): object {
  return claim.kind === 'edge'
    ? { kind: claim.kind, from: entityPart(claim.from), relation: claim.relation, to: entityPart(claim.to) }
    : { kind: claim.kind, about: entityPart(claim.about), name: claim.name, value: claim.value };
}
