import { readVerificationSummary } from '../../provenance/vsa.ts';
import type { CelResult } from '../cel.ts';
import type { Branch, Judged, Leaf } from '../judgement.ts';
import { allOf, leaf } from '../judgement.ts';
import type { Judging, PolicyDocument } from '../judging.ts';
import { documentText } from '../judging.ts';
import { anyDocument, trustLeaves } from '../documents.ts';
import type { Requirement } from '../requirement-shape.ts';

type AttestationDemand = NonNullable<Requirement['attestations']>[number];

export function judgeAttestations(demands: readonly AttestationDemand[], judging: Judging): Judged {
  return allOf(
    'attestations',
    demands.map((demand) => judgeAttestation(demand, judging)),
  );
}

function judgeAttestation({ predicateType, signedBy, cel }: AttestationDemand, judging: Judging): Branch {
  const found = judging.documentsOf(predicateType).map((document) => {
    const trust = trustLeaves(document, 'attestations', { signedBy, judging });
    const isTrusted = trust.every(({ verdict }) => verdict === 'pass');
    const expressions = cel === undefined ? [] : [isTrusted ? celLeaf(cel, document, judging) : untried(cel, document)];
    return { document, parts: [...trust, ...summaryLeaf(document), ...expressions] };
  });
  return anyDocument('attestations', found, { judging, expected: `a signed statement of ${predicateType}` });
}

/** A verification summary can say that it failed. */
function summaryLeaf(document: PolicyDocument): readonly Leaf[] {
  const summary = document.statement === undefined ? undefined : readVerificationSummary(document.statement);
  if (summary === undefined) return [];
  return [
    leaf({
      requirement: 'attestations.verificationResult',
      expected: 'PASSED',
      got: summary.result?.value ?? 'none is stated',
      holds: summary.result?.value === 'PASSED',
      evidence: [documentText(document)],
    }),
  ];
}

/** Of a stranger's megabytes nothing is worked out: it could pass nothing. */
function untried(expression: string, document: PolicyDocument): Leaf {
  return leaf({
    requirement: 'attestations.cel',
    expected: expression,
    got: 'not tried, since the document is not trusted',
    holds: false,
    evidence: [documentText(document)],
  });
}

function celLeaf(expression: string, document: PolicyDocument, { options: { evaluateCel } }: Judging): Leaf {
  const common = { requirement: 'attestations.cel', expected: expression, evidence: [documentText(document)] };
  if (evaluateCel === undefined)
    return leaf({ ...common, got: 'no expression can be evaluated here', holds: undefined });
  const program = evaluateCel(expression);
  const result: CelResult =
    program.kind === 'refused'
      ? { kind: 'error', message: program.message }
      : document.statement === undefined
        ? { kind: 'error', message: 'the document is no statement' }
        : program.run(document.statement.predicate);
  return result.kind === 'error'
    ? leaf({ ...common, got: `it cannot be worked out: ${result.message}`, holds: false })
    : leaf({ ...common, got: String(result.holds), holds: result.holds });
}
