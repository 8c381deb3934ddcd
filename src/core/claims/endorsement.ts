import type { Gathered } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { DigestSet } from '../model/image.ts';
import type { SignedDocument } from '../model/statement.ts';
import { CLIENT_WORD } from './from-provenance.ts';
import { RANKS } from './ranks.ts';
import type { Trust, Worth } from './worth.ts';
import { bindingOf, worthOf } from './worth.ts';

/** cosign's plain signature in the form of a statement. Any other statement by the same signer signs what it states, and not the image (traps V12). */
export const SIGNATURE_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/**
 * The second hop of Docker's chains (reference/provenance.md 6.5): the signature is on BuildKit's attestation manifest, that manifest's digest
 * vouches for its layers, and a layer states something about the platform. So what an unsigned layer says is worth what the signature on its
 * manifest is worth. Returns all evidence, that of endorsed layers raised.
 */
export function endorse(gathered: Gathered, context: Trust & { readonly digests: DigestSet }): readonly Evidence[] {
  const worths = new Map<Digest, Worth>();
  for (const { signed } of gathered.documents) {
    const manifest = endorsedManifest(signed, context.digests);
    const worth = manifest === undefined ? undefined : worthOf(signed, 'attestationManifest', context);
    if (manifest !== undefined && worth !== undefined && worths.get(manifest)?.strength !== 'verified') worths.set(manifest, worth);
  }
  const layers = new Map(
    gathered.documents.flatMap(({ signed }) => {
      const worth = signed.container === undefined ? undefined : worths.get(signed.container);
      return worth === undefined || !isUnsigned(signed) ? [] : [[signed.document, worth] as const];
    }),
  );
  return gathered.evidence.map((evidence) => {
    const worth = evidence.origin.document === undefined ? undefined : layers.get(evidence.origin.document);
    return worth === undefined ? evidence : raised(evidence, worth);
  });
}

/** Which attestation manifest of this image the document is a signature of. */
function endorsedManifest(signed: SignedDocument, digests: DigestSet): Digest | undefined {
  if (signed.kind === 'simpleSigning') return digests.attestationManifests.find((digest) => digest === signed.digest);
  if (signed.kind !== 'statement' || signed.statement.predicateType !== SIGNATURE_PREDICATE) return undefined;
  return digests.attestationManifests.find((digest) => bindingOf(signed.statement, { ...digests, indexes: [], attestationManifests: [digest] }) === 'attestationManifest');
}

function isUnsigned({ checked }: SignedDocument): boolean {
  return checked.assurance === 'attested' && checked.code === 'UNSIGNED';
}

function raised(evidence: Evidence, { strength, rank, why }: Worth): Evidence {
  const { why: was, ...rest } = evidence;
  const within = evidence.rank - RANKS.unsignedPredicate;
  // A client's own word stays one, whoever signs the document that quotes it.
  const isHint = within >= RANKS.predicateHint - RANKS.unsignedPredicate;
  if (isHint) return { ...evidence, rank: RANKS[rank] + within, ...(was === undefined ? {} : { why: CLIENT_WORD }) };
  return { ...rest, strength, rank: RANKS[rank] + within, ...(why === undefined ? {} : { why }) };
}
