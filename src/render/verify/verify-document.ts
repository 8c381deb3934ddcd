import type { Speaker } from '../../core/claims/speakers.ts';
import { inOrder } from '../../core/graph/order.ts';
import type { VerifyResult } from '../../core/model/verify-report.ts';
import type { JudgedDocument } from '../../core/policy/evaluate.ts';
import { speakerText } from '../../core/policy/wording.ts';
import { checkPart, documentPart, failurePart, imagePart, problemPart } from '../document-parts.ts';
import { signerRemedy } from './remedy.ts';

export const VERIFY_SCHEMA = 'provtrace/verify/1';

/** The verify document of one image: what `schema/verify.ts` describes. Undefined members are for JSON to leave out. */
export function verifyDocument(result: VerifyResult, waived: readonly string[]): object {
  if (result.kind === 'failed') return failurePart(VERIFY_SCHEMA, result);
  const { dossier, grades, judgement } = result;
  const gathered = inOrder(dossier.gathered);
  return {
    schema: VERIFY_SCHEMA,
    reference: dossier.image.reference,
    image: imagePart(dossier.image),
    verdict: judgement.verdict,
    reason: judgement.reason,
    grades: { origin: grades.origin, ownership: grades.ownership },
    judged: judgement.judged.map(judged),
    signerFlags: signerRemedy(judgement)?.flags,
    unheard: judgement.unheard.map(problemPart),
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
