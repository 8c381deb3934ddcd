import type { Gathered } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import type { DigestSet } from '../model/image.ts';
import type { SignedDocument } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import { CLIENT_WORD } from './from-provenance.ts';
import { RANKS } from './ranks.ts';
import type { Trust, Worth } from './worth.ts';
import { SIMPLE_SIGNING, digestsOf, isUnsigned, predicateTypeOf, worthAbout, worthOfSigner } from './worth.ts';

/** cosign's plain signature in the form of a statement. Any other statement by the same signer signs what it states, and not the image (traps V12). */
export const SIGNATURE_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/**
 * The second hop of Docker's chains (reference/provenance.md 6.5): the signature is on BuildKit's attestation manifest, that manifest's digest
 * vouches for its layers, and a layer states something about the platform. So what an unsigned layer says is worth what the signature on its
 * manifest is worth. Returns all evidence, that of endorsed layers raised.
 */
export function endorse(gathered: Gathered, context: Trust & { readonly digests: DigestSet }): readonly Evidence[] {
  const documents = gathered.documents.map(({ signed }) => signed);
  const worths = new Map(
    documents.flatMap((layer) => {
      const [best] = endorsersOf(layer, documents, context.digests)
        .flatMap((signature) => worthOfSigner(signature, context) ?? [])
        .sort(compareWorth);
      return best === undefined ? [] : [[layer.document, best] as const];
    }),
  );
  return gathered.evidence.map((evidence) => {
    const worth = evidence.origin.document === undefined ? undefined : worths.get(evidence.origin.document);
    return worth === undefined ? evidence : raised(evidence, worthAbout(worth, evidence.boundBy));
  });
}

/** The signatures of the attestation manifest of this image whose layer an unsigned document is. */
export function endorsersOf(
  layer: SignedDocument,
  documents: readonly SignedDocument[],
  digests: DigestSet,
): readonly SignedDocument[] {
  const { container } = layer;
  if (container === undefined || !isUnsigned(layer) || !digests.attestationManifests.includes(container)) return [];
  return documents.filter((document) => !isUnsigned(document) && isSignatureOf(document, container));
}

const SIGNATURES: readonly string[] = [SIMPLE_SIGNING, SIGNATURE_PREDICATE];

/** Whoever signs a plain signature, or provenance, signs the image; whoever signs anything else signs that, and not the image (traps V12). */
export function signsImage(signed: SignedDocument): boolean {
  if (SIGNATURES.includes(predicateTypeOf(signed))) return true;
  return signed.kind === 'statement' && readProvenance(signed.statement) !== undefined;
}

function isSignatureOf(signed: SignedDocument, manifest: Digest): boolean {
  return SIGNATURES.includes(predicateTypeOf(signed)) && digestsOf(signed).includes(manifest);
}

function compareWorth(left: Worth, right: Worth): number {
  return compareStrength(right.strength, left.strength) || RANKS[left.rank] - RANKS[right.rank];
}

function raised(evidence: Evidence, { strength, rank, why }: Worth): Evidence {
  const { why: was, ...rest } = evidence;
  const within = evidence.rank - RANKS.unsignedPredicate;
  // A client's own word stays one, whoever signs the document that quotes it.
  const isHint = within >= RANKS.predicateHint - RANKS.unsignedPredicate;
  if (isHint) return { ...evidence, rank: RANKS[rank] + within, ...(was === undefined ? {} : { why: CLIENT_WORD }) };
  return { ...rest, strength, rank: RANKS[rank] + within, ...(why === undefined ? {} : { why }) };
}
