import { withoutUndefined } from '../defined.ts';
import type { Gathered, Remark } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { Evidence } from '../model/evidence.ts';
import type { DigestSet } from '../model/image.ts';
import type { SignedDocument } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import { claimsOfCertificate } from './from-certificate.ts';
import type { Said } from './from-provenance.ts';
import { claimsOfProvenance } from './from-provenance.ts';
import { BINDING_STEPS, RANKS } from './ranks.ts';
import type { Pin } from './speakers.ts';
import type { Binding, Worth } from './worth.ts';
import { bindingOfDocument, predicateTypeOf, worthOf } from './worth.ts';

/** The image that a document was found for. */
export type Context = { readonly image: ImageEntity; readonly digests: DigestSet; readonly collector: string };
export type Weigh = (context: Context, signed: SignedDocument) => Gathered;

/**
 * A document to the evidence that it gives about the image. A rejected one, and one about another digest, gives none; it is kept
 * among the documents all the same, where findings and the signature step see it.
 */
export function weighing(pins: readonly Pin[]): Weigh {
  return (context, signed) => {
    const kept: Gathered = {
      evidence: [],
      problems: [],
      places: [],
      remarks: remarksOfStatement(context.image, signed),
      documents: [{ about: context.image, signed }],
    };
    const boundBy = bindingOfDocument(signed, context.digests);
    const worth =
      boundBy === undefined ? undefined : worthOf(signed, boundBy, { repositories: context.image.foundAt, pins });
    return boundBy === undefined || worth === undefined
      ? kept
      : withRemarks(kept, weighBound(context, { signed, boundBy, worth }));
  };
}

function withRemarks(kept: Gathered, weighed: Pick<Gathered, 'evidence' | 'remarks'>): Gathered {
  return { ...kept, evidence: weighed.evidence, remarks: [...kept.remarks, ...weighed.remarks] };
}

/** What could not be read of the statement, whatever it is about: a subject that is left out may be this image. */
function remarksOfStatement(about: ImageEntity, signed: SignedDocument): readonly Remark[] {
  const problems = signed.kind === 'statement' ? (signed.problems ?? []) : [];
  return problems.map(({ code, at, message }) => ({ about, code, message, location: `${signed.carrier}, ${at}` }));
}

type Weighed = { readonly signed: SignedDocument; readonly boundBy: Binding; readonly worth: Worth };

function weighBound(
  { image, collector }: Context,
  { signed, boundBy, worth }: Weighed,
): Pick<Gathered, 'evidence' | 'remarks'> {
  const { carrier, document, checked } = signed;
  const said = withoutUndefined({
    image,
    strength: worth.strength,
    rank: RANKS[worth.rank] + BINDING_STEPS[boundBy],
    why: worth.why,
    boundBy,
    originOf: (at: string) => ({ collector, location: `${carrier}, ${at}`, document }),
  });
  const described = documentClaim(said, predicateTypeOf(signed), document);
  const provenance = signed.kind === 'statement' ? readProvenance(signed.statement) : undefined;
  if (provenance === undefined) return { evidence: [described], remarks: [] };
  const certificate =
    checked.assurance === 'verified' && checked.signer.kind === 'certificate'
      ? claimsOfCertificate(said, provenance, checked.signer)
      : [];
  return {
    evidence: [described, ...certificate, ...claimsOfProvenance(said, provenance)],
    remarks: provenance.problems.map(({ code, at, message }) => ({
      about: image,
      code,
      message,
      location: `${carrier}, ${at}`,
    })),
  };
}

function documentClaim(said: Said, predicateType: string, document: Digest): Evidence {
  const { image, strength, rank, why, boundBy, originOf } = said;
  const claim = {
    kind: 'edge' as const,
    from: image,
    relation: 'describedBy' as const,
    to: { kind: 'document' as const, digest: document, predicateType },
  };
  return withoutUndefined({ claim, strength, rank, why, boundBy, origin: originOf('$.predicateType') });
}
