import type { Gathered } from '../model/chain.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import type { DigestSet } from '../model/image.ts';
import type { SignedDocument } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import { claimsOfProvenance } from './from-provenance.ts';
import { BINDING_STEPS, RANKS } from './ranks.ts';
import { bindingOf, worthOf } from './worth.ts';

/** The image that a document was found for. */
export type Context = { readonly image: ImageEntity; readonly digests: DigestSet; readonly collector: string };
export type Weigh = (context: Context, signed: SignedDocument) => Gathered;

/**
 * A document to the evidence that it gives about the image. A rejected one, and one about another digest, gives none; it is kept
 * among the documents all the same, where findings and the signature step see it.
 */
export const weighDocument: Weigh = (context, signed) => {
  const kept: Gathered = { evidence: [], problems: [], places: [], remarks: [], documents: [{ about: context.image, signed }] };
  const worth = worthOf(signed);
  if (signed.kind !== 'statement' || worth === undefined) return kept;
  const boundBy = bindingOf(signed.statement, context.digests);
  if (boundBy === undefined) return kept;
  const { image, collector } = context;
  const said = {
    image,
    strength: worth.strength,
    rank: RANKS[worth.rank] + BINDING_STEPS[boundBy],
    ...(worth.why === undefined ? {} : { why: worth.why }),
    boundBy,
    originOf: (at: string) => ({ collector, location: `${signed.carrier}, ${at}`, document: signed.document }),
  };
  const { predicateType } = signed.statement;
  const document: Evidence = {
    claim: { kind: 'edge', from: image, relation: 'describedBy', to: { kind: 'document', digest: signed.document, predicateType } },
    strength: said.strength,
    rank: said.rank,
    ...(said.why === undefined ? {} : { why: said.why }),
    boundBy,
    origin: said.originOf('$.predicateType'),
  };
  const provenance = readProvenance(signed.statement);
  if (provenance === undefined) return { ...kept, evidence: [document] };
  const remarks = provenance.problems.map(({ code, at, message }) => ({ about: image, code, message, location: `${signed.carrier}, ${at}` }));
  return { ...kept, evidence: [document, ...claimsOfProvenance(said, provenance)], remarks };
};
