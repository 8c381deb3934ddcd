import { signsImage } from '../claims/endorsement.ts';
import { SPEAKER_UNKNOWN, isAboutAnother, predicateTypeOf, reasonFor } from '../claims/worth.ts';
import type { Dossier, TracedImage } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import type { Evidence, SignalStrength } from '../model/evidence.ts';
import { compareStrength } from '../model/evidence.ts';
import type { Detail, Step } from '../model/report.ts';
import { NOTARY_SIGNATURE } from '../provenance/carriers.ts';
import type { Checked, SignedDocument, SignerIdentity } from '../model/statement.ts';

type Verified = Extract<Checked, { assurance: 'verified' }>;
type Signed = { readonly document: SignedDocument; readonly evidence: Evidence | undefined };

/** Who signed what is about this image, and how well that is established. */
export function signatureStep({ image, gathered }: Dossier): Step {
  const claims = new Map<Digest, Evidence>();
  for (const evidence of gathered.evidence) {
    const { claim, origin } = evidence;
    if (claim.kind === 'edge' && claim.relation === 'describedBy' && origin.document !== undefined)
      claims.set(origin.document, evidence);
  }
  const signed = gathered.documents
    .filter(({ signed: { checked } }) => isSigned(checked))
    .map(({ signed: document }): Signed => ({ document, evidence: claims.get(document.document) }));
  const listed = gathered.evidence.filter(isListedSignature);
  if (signed.length === 0) return listed.length > 0 ? listedOnly(listed) : unsigned(gathered);
  const standing = signed.filter(
    ({ document }) => document.checked.assurance !== 'rejected' && !isAboutAnother(document, image.digests),
  );
  const verified = standing.flatMap(({ document: { checked } }) => (checked.assurance === 'verified' ? [checked] : []));
  const strengths = standing.flatMap(strengthOf);
  const grade = strengths.reduce<SignalStrength | undefined>(
    (best, strength) => (best === undefined || compareStrength(strength, best) > 0 ? strength : best),
    undefined,
  );
  const signers = [...new Set(verified.map(({ signer }) => signerName(signer)))];
  return {
    name: 'signature',
    grade: grade ?? 'none',
    answer:
      signers.length > 0
        ? signers.join(', ')
        : `${signed.length} ${signed.length === 1 ? 'signed document' : 'signed documents'}`,
    details: [...detailsOf(verified), ...listed.map(listedDetail)],
    why: [...new Set([...aboutOnly(standing), ...signed.flatMap((item) => reasons(item, image))])],
    support: standing.flatMap(({ evidence }) => evidence ?? []),
    dissent: [],
  };
}

/** A signed SBOM signs the SBOM (traps V12). */
function strengthOf({ document, evidence }: Signed): readonly SignalStrength[] {
  if (evidence === undefined) return [];
  return [evidence.strength === 'verified' && !signsImage(document) ? 'attested' : evidence.strength];
}

/** Where all that is signed is about the image, and none of it signs the image. */
function aboutOnly(standing: readonly Signed[]): readonly string[] {
  if (standing.length === 0 || standing.some(({ document }) => signsImage(document))) return [];
  const types = [...new Set(standing.map(({ document }) => predicateTypeOf(document)))];
  return [`only documents about it are signed (${types.join(', ')}), and not the image`];
}

function isSigned(checked: Checked): boolean {
  return checked.assurance !== 'attested' || checked.code !== 'UNSIGNED';
}

/** Notary Project signatures are listed by name and not checked. */
function isListedSignature({ claim }: Evidence): boolean {
  return claim.kind === 'edge' && claim.to.kind === 'document' && claim.to.predicateType === NOTARY_SIGNATURE;
}

function listedDetail({ origin }: Evidence): Detail {
  return { name: 'listed', value: `Notary Project signature ${origin.document ?? ''}`, grade: 'declared' };
}

function listedOnly(listed: readonly Evidence[]): Step {
  const answer = `${listed.length} Notary Project ${listed.length === 1 ? 'signature' : 'signatures'}`;
  return {
    name: 'signature',
    grade: 'declared',
    answer,
    details: listed.map(listedDetail),
    why: ['listed, not checked: its kind is not supported'],
    support: listed,
    dissent: [],
  };
}

function unsigned(gathered: Dossier['gathered']): Step {
  const unheard = gathered.problems.filter((problem) => problem.relations.includes('describedBy'));
  const gap = unheard.length > 0 ? 'unheard' : 'absent';
  return {
    name: 'signature',
    grade: 'none',
    gap,
    details: [],
    why: [...new Set(unheard.map((problem) => problem.message))],
    support: [],
    dissent: [],
  };
}

function reasons({ document, evidence }: Signed, { reference, digests }: TracedImage): readonly string[] {
  const { checked, carrier } = document;
  if (isAboutAnother(document, digests))
    return [`rejected: ${reasonFor('SUBJECT_MISMATCH')} (${carrier}, ${document.document})`];
  if (checked.assurance === 'rejected')
    return [
      `rejected: ${reasonFor(checked.code)} (${carrier}, ${document.document}): expected ${checked.expected}, got ${checked.got}`,
    ];
  if (checked.assurance === 'attested') return [reasonFor(checked.code)];
  if (evidence?.strength === 'verified' || evidence?.why === undefined) return [];
  return evidence.why === SPEAKER_UNKNOWN
    ? [`${SPEAKER_UNKNOWN}; to let it speak: provtrace trust pin ${reference}`]
    : [evidence.why];
}

function detailsOf(verified: readonly Verified[]): Detail[] {
  const details = verified.flatMap(({ signer, times, logEntries, root }): Detail[] => [
    ...(signer.kind === 'certificate' && signer.issuer !== undefined ? [{ name: 'issuer', value: signer.issuer }] : []),
    ...times.map((time) => ({ name: 'signed', value: time })),
    ...logEntries.map(({ log, index }) => ({ name: 'log', value: `${log} entry ${index}` })),
    { name: 'root', value: root },
  ]);
  return [...new Map(details.map((detail) => [`${detail.name} ${detail.value}`, detail])).values()];
}

export function signerName(signer: SignerIdentity): string {
  return signer.kind === 'certificate' ? signer.identity : `key ${signer.name}`;
}
