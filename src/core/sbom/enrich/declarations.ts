import { withoutUndefined } from '../../defined.ts';
import type { JsonRecord } from '../item.ts';
import type { Tool } from '../model.ts';
import type { ChainFacts, VerifiedFact } from './chain-facts.ts';
import type { Enriching } from './enriching.ts';
import { addressOf, momentOf } from './enriching.ts';

/** What a claim must meet to be listed: the grade, as a standard of one requirement that the document itself brings. */
const VERIFIED =
  'The signature holds, the statement’s subject is this image by digest, and the signer may speak for the image.';

export type Declared = { readonly declarations: JsonRecord; readonly definitions: JsonRecord };

/** CycloneDX `declarations` (1.6 on): each claim whose signature was verified, with the signer and the root as its evidence. */
export function declarationsOf({ verified }: ChainFacts, tool: Tool, enriching: Enriching): Declared | undefined {
  if (verified.length === 0) return undefined;
  const { refFor } = enriching;
  const [assessor, requirement] = [refFor('assessor'), refFor('verified')];
  const parts = verified.map((fact) => claimOf(fact, enriching));
  const claims = parts.map(({ claim }) => claim);
  return {
    declarations: {
      assessors: [{ 'bom-ref': assessor, organization: { name: toolName(tool) } }],
      attestations: [
        {
          summary: 'Signed statements about the image, verified',
          assessor,
          map: [{ requirement, claims: claims.map((claim) => claim['bom-ref']) }],
        },
      ],
      claims,
      evidence: parts.map(({ evidence }) => evidence),
    },
    definitions: {
      standards: [
        {
          'bom-ref': refFor('grades'),
          name: 'provtrace grades',
          requirements: [{ 'bom-ref': requirement, identifier: 'verified', text: VERIFIED }],
        },
      ],
    },
  };
}

export function toolName({ name, version }: Tool): string {
  return version === undefined ? name : `${name} ${version}`;
}

function claimOf(
  fact: VerifiedFact,
  enriching: Enriching,
): { readonly claim: JsonRecord; readonly evidence: JsonRecord } {
  const [claimRef, evidenceRef] = [enriching.refFor('claim'), enriching.refFor('evidence')];
  const url = addressOf(fact.location, enriching);
  const claim = withoutUndefined({
    'bom-ref': claimRef,
    target: enriching.imageRef,
    predicate: fact.claim,
    reasoning: reasoningOf(fact),
    evidence: [evidenceRef],
    externalReferences: url === undefined ? undefined : [{ type: 'attestation', url }],
  });
  return { claim, evidence: evidenceOf(fact, evidenceRef, enriching) };
}

/** One sentence, the same in every format. */
export function reasoningOf({ signer, issuer, root }: Pick<VerifiedFact, 'signer' | 'issuer' | 'root'>): string {
  return `signed by ${signer}${issuer === undefined ? '' : ` (${issuer})`}, verified against ${root}`;
}

function evidenceOf(fact: VerifiedFact, ref: string, enriching: Enriching): JsonRecord {
  const texts = [
    ['document', fact.document],
    ['predicateType', fact.predicateType],
    ['signer', fact.signer],
    ['issuer', fact.issuer],
    ['root', fact.root],
  ] as const;
  const moments = fact.times.flatMap((time) => momentOf(time, enriching) ?? []);
  const data = [...texts, ...moments.map((time) => ['time', time] as const)].flatMap(([name, content]) =>
    content === undefined ? [] : [{ name, contents: { attachment: { content } } }],
  );
  return withoutUndefined({
    'bom-ref': ref,
    propertyName: 'provtrace:signature',
    description: reasoningOf(fact),
    data,
    created: moments[0],
  });
}
