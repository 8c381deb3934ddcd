import { SIGNATURE_PREDICATE, endorsersOf } from '../claims/endorsement.ts';
import type { Pin, Speaker } from '../claims/speakers.ts';
import { speakerFor } from '../claims/speakers.ts';
import type { Binding, Trust } from '../claims/worth.ts';
import { SIMPLE_SIGNING, bindingOfDocument, digestsOf, isUnsigned, predicateTypeOf } from '../claims/worth.ts';
import { withoutUndefined } from '../defined.ts';
import type { Dossier } from '../model/chain.ts';
import type { Digest } from '../model/digest.ts';
import { memberOfSet } from '../model/image.ts';
import type { Checked, SignedDocument, SignerIdentity } from '../model/statement.ts';
import { readProvenance } from '../provenance/index.ts';
import { readVerificationSummary } from '../provenance/vsa.ts';
import type { Provenance, ReadProblemCode } from '../provenance/provenance.ts';
import type { SignerWorkflow } from './signer-workflow.ts';
import { workflowOf } from './signer-workflow.ts';

/** A document that could meet the requirements: an image signature, a build's provenance, or what was asked for by its predicate type. */
export type Candidate = {
  readonly document: Digest;
  readonly carrier: string;
  readonly predicateType: string;
  readonly boundBy: Binding;
  /** The digest that it is about. */
  readonly about: Digest;
  /** What checking its signature gave; of a layer of an attestation manifest, the signature of that manifest. */
  readonly checked: Checked;
  /** The document that signs the attestation manifest, where that is the signature. */
  readonly endorsedBy?: Digest;
  /** Why the signer may speak for the image. */
  readonly speaker?: Speaker;
  readonly workflow?: SignerWorkflow;
  /** What the image was made from. */
  readonly source: CandidateSource;
  readonly builder: CandidateBuilder;
  /** Of a verification summary: `PASSED` or `FAILED`. */
  readonly verificationResult?: string;
};
export type CandidateSource = { readonly repository?: string; readonly ref?: string; readonly commit?: string };
/** `isSigner`: the builder that the document names is the one that signed it. */
export type CandidateBuilder = { readonly id?: string; readonly isSigner: boolean };

type Content = Pick<
  Candidate,
  'document' | 'carrier' | 'predicateType' | 'boundBy' | 'about' | 'verificationResult'
> & {
  readonly provenance?: Provenance;
};
type Signature = Pick<Candidate, 'checked' | 'endorsedBy'>;

/** @param predicateType where it is asked for; else image signatures and provenance, since any other statement signs something else (traps V12). */
export function candidatesOf(
  dossier: Pick<Dossier, 'image' | 'gathered'>,
  asked: { predicateType: string | undefined; pins: readonly Pin[] },
): readonly Candidate[] {
  const { digests, root } = dossier.image;
  const documents = dossier.gathered.documents.map(({ signed }) => signed);
  const trust = { repositories: root.foundAt, pins: asked.pins };
  return documents.flatMap((signed) => {
    const boundBy = bindingOfDocument(signed, digests);
    const about = digestsOf(signed).find((digest) => memberOfSet(digests, digest) === boundBy);
    if (boundBy === undefined || about === undefined) return [];
    const { document, carrier } = signed;
    const content: Content = withoutUndefined({
      document,
      carrier,
      boundBy,
      about,
      predicateType: predicateTypeOf(signed),
      ...readStatement(signed),
    });
    if (!isWanted(content, asked.predicateType)) return [];
    const signatures: readonly Signature[] = isUnsigned(signed)
      ? endorsersOf(signed, documents, digests).map((endorser) => ({
          checked: endorser.checked,
          endorsedBy: endorser.document,
        }))
      : [{ checked: signed.checked }];
    return signatures.map((signature) => candidate(content, signature, trust));
  });
}

/** What of the statement is judged. */
function readStatement(signed: SignedDocument): {
  provenance?: Provenance | undefined;
  verificationResult?: string | undefined;
} {
  if (signed.kind !== 'statement') return {};
  const summary = readVerificationSummary(signed.statement);
  return {
    provenance: readProvenance(signed.statement),
    verificationResult: summary === undefined ? undefined : (summary.result?.value ?? 'none is stated'),
  };
}

function isWanted({ predicateType, provenance }: Content, asked: string | undefined): boolean {
  if (asked !== undefined) return predicateType === asked;
  return predicateType === SIMPLE_SIGNING || predicateType === SIGNATURE_PREDICATE || provenance !== undefined;
}

function candidate({ provenance, ...content }: Content, signature: Signature, trust: Trust): Candidate {
  const { checked } = signature;
  if (checked.assurance !== 'verified') return { ...content, ...signature, source: {}, builder: { isSigner: false } };
  const { signer } = checked;
  const speaker = speakerFor(checked, trust.repositories, trust.pins);
  const id = provenance?.builderId?.value;
  return withoutUndefined({
    ...content,
    ...signature,
    speaker,
    workflow: workflowOf(signer),
    source: provenance === undefined ? sourceOfRun(signer, speaker) : sourceOf(provenance),
    builder: withoutUndefined({
      id,
      isSigner: isBuilder(signer, id) || (signer.kind === 'key' && speaker?.by === 'platform'),
    }),
  });
}

function isBuilder(signer: SignerIdentity, builderId: string | undefined): boolean {
  return signer.kind === 'certificate' && signer.identity === builderId;
}

/** None where the document does not say which of several it is (traps V10), or where only the client says so, for whom the signer does not vouch. */
function sourceOf({ sources: [source], problems, ref }: Provenance): CandidateSource {
  if (source === undefined || source.role === 'hint' || problems.some(({ code }) => UNDECIDED.includes(code)))
    return {};
  return withoutUndefined({ repository: source.url, ref: ref?.value ?? source.ref, commit: source.commit });
}
const UNDECIDED: readonly ReadProblemCode[] = ['AMBIGUOUS_SOURCE', 'CONFIG_SOURCE_MISMATCH'];

/**
 * A plain signature states no source. Its certificate says for which repository the signing ran, and where its tenants cannot write what is
 * signed that is the source too; else it is not (SPEC 3): a promotion job signs what another repository made.
 */
function sourceOfRun(signer: SignerIdentity, speaker: Speaker | undefined): CandidateSource {
  if (signer.kind === 'key' || speaker?.by !== 'platform') return {};
  return withoutUndefined({
    repository: signer.extensions[12],
    ref: signer.extensions[14],
    commit: signer.extensions[13],
  });
}
