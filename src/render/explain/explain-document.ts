import type { NotUsed, Outcome, Weighed } from '../../core/explain/explain.ts';
import { explain } from '../../core/explain/explain.ts';
import type { FactWord } from '../../core/explain/facts.ts';
import type { TraceResult } from '../../core/model/report.ts';
import { documentPart, entityPart, failurePart, imagePart, problemPart } from '../document-parts.ts';
import { documentsText } from '../json.ts';
import type { ExplainReport } from './index.ts';

export const EXPLAIN_SCHEMA = 'provtrace/explain/1';

/** One platform's document as it is; of several, an array. */
export function renderExplainJson({ fact, images }: ExplainReport): string {
  return documentsText(images.map((result) => explainDocument(fact, result)));
}

/** What `schema/explain.ts` describes; undefined members are for JSON to leave out. */
export function explainDocument(fact: FactWord, result: TraceResult): object {
  if (result.kind === 'failed') return failurePart(EXPLAIN_SCHEMA, result);
  const { dossier } = result;
  const { outcome, rule, evidence, notUsed, problems, buildLevel } = explain(fact, dossier);
  return {
    schema: EXPLAIN_SCHEMA,
    reference: dossier.image.reference,
    image: imagePart(dossier.image),
    fact,
    outcome: outcomePart(outcome),
    rule,
    evidence: evidence.map(weighedPart),
    notUsed: notUsed.map(notUsedPart),
    unheard: problems.map(problemPart),
    buildLevel,
  };
}

function outcomePart(outcome: Outcome): object {
  switch (outcome.kind) {
    case 'settled':
      return { kind: outcome.kind, answers: outcome.answers, strength: outcome.strength };
    case 'conflict':
      return { kind: outcome.kind, answers: outcome.answers };
    case 'absent':
    case 'unheard':
      return { kind: outcome.kind };
  }
}

function weighedPart({ evidence, says, standing, because }: Weighed): object {
  const { claim, strength, rank, why, boundBy, origin, labels, asOf } = evidence;
  const { collector, location, document } = origin;
  const about = claim.kind === 'edge' ? claim.from : claim.about;
  return {
    says,
    standing,
    because,
    about: entityPart(about),
    asked: claim.kind === 'edge' ? claim.relation : claim.name,
    strength,
    rank,
    why,
    boundBy,
    origin: { collector, location, document },
    labels,
    asOf,
  };
}

function notUsedPart({ document, because }: NotUsed): object {
  return { because, document: documentPart(document) };
}
