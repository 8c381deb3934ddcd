import type { Speaker } from '../../core/claims/speakers.ts';
import { inOrder } from '../../core/graph/order.ts';
import type { NamedPlace, VerifyReport, VerifyResult } from '../../core/model/verify-report.ts';
import type { JudgedDocument } from '../../core/policy/evaluate.ts';
import { reasonOf, verdictOf } from '../../core/policy/verdict.ts';
import { speakerText } from '../../core/policy/wording.ts';
import { checkPart, documentPart, failurePart, imagePart, problemPart } from '../document-parts.ts';
import { judgedPart, policyPart } from './policy-document.ts';
import { signerRemedy } from './remedy.ts';

export const VERIFY_SCHEMA = 'provtrace/verify/1';

/** The verify document of one image: what `schema/verify.ts` describes. Undefined members are for JSON to leave out. */
export function verifyDocument(result: VerifyResult, report: Omit<VerifyReport, 'images'>): object {
  const { waived, platforms = [] } = report;
  const foundIn = result.foundIn?.map(placePart);
  if (result.kind === 'failed') return { ...failurePart(VERIFY_SCHEMA, result), foundIn };
  const { dossier, grades, judgement, policy } = result;
  const gathered = inOrder(dossier.gathered);
  const together = platforms.find(({ reference }) => reference === dossier.image.reference);
  return {
    schema: VERIFY_SCHEMA,
    reference: dossier.image.reference,
    image: imagePart(dossier.image),
    foundIn,
    verdict: verdictOf(result),
    reason: reasonOf(result),
    grades: { origin: grades.origin, ownership: grades.ownership },
    judged: judgement?.judged.map(judged) ?? [],
    signerFlags: judgement && signerRemedy(judgement)?.flags,
    policy: policy && policyPart(policy, report),
    platforms: together && judgedPart(together.judged),
    unheard: judgement?.unheard.map(problemPart) ?? [],
    documents: gathered.documents.map(documentPart),
    placesLookedIn: gathered.places.length,
    waived,
  };
}

function judged({ candidate, checks }: JudgedDocument): object {
  const { document, carrier, predicateType, boundBy, about, endorsedBy, checked, speaker, workflow, source, builder } =
    candidate;
  return {
    document,
    carrier,
    predicateType,
    about: { digest: about, boundBy },
    endorsedBy,
    check: checkPart(checked),
    speaker: speaker === undefined ? undefined : speakerPart(speaker),
    workflow,
    source,
    builder: builder.id,
    requirements: checks.map(({ requirement, expected, got, holds }) => ({ requirement, holds, expected, got })),
  };
}

function speakerPart(speaker: Speaker): object {
  return { by: speaker.by, why: speakerText(speaker) };
}

function placePart({ path, line, column, pointer }: NamedPlace): object {
  return { path, line, column, pointer };
}
