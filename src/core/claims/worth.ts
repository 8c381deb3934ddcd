import type { BoundBy, SignalStrength } from '../model/evidence.ts';
import type { DigestSet } from '../model/image.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import { memberOfSet } from '../model/image.ts';
import type { Digest } from '../model/digest.ts';
import { parseDigest } from '../model/digest.ts';
import type { CheckCode, SignedDocument } from '../model/statement.ts';
import type { RankName } from './ranks.ts';
import type { Pin } from './speakers.ts';
import { speakerFor } from './speakers.ts';

/** How a document is about this image. */
export type Binding = Exclude<BoundBy, 'commit' | 'none'>;
/** Where the image is kept, and whom the user trusts to speak for it. */
export type Trust = { readonly repositories: readonly ImageRepository[]; readonly pins: readonly Pin[] };

/** What a document's word is worth: the grade of all that it says about this image. */
export type Worth = { readonly strength: SignalStrength; readonly rank: RankName; readonly why?: string };

/** Completes `attested: …` for a document whose signature did not make it `verified`. */
const REASONS: Record<CheckCode, string> = {
  UNSIGNED: 'unsigned',
  NOT_CHECKED: 'signature not checked',
  NO_TRUST_ROOT: 'no root of trust for its certificate',
  NO_KEY: 'no key given that could check it',
  UNSUPPORTED_KIND: 'its kind of signature is not supported',
  MALFORMED_BUNDLE: 'malformed bundle',
  MALFORMED_STATEMENT: 'malformed statement',
  BAD_SIGNATURE: 'signature does not hold',
  BAD_CERTIFICATE: 'certificate does not hold',
  BAD_LOG_ENTRY: 'log entry does not hold',
  LOG_ENTRY_MISMATCH: 'log entry is of another signature',
  NO_LOG_ENTRY: 'no transparency log entry',
  BAD_TIMESTAMP: 'timestamp does not hold',
  NO_TIMESTAMP: 'no trusted time',
  OUTSIDE_VALIDITY: 'signed outside the validity of its certificate or log',
  PAYLOAD_TYPE: 'its payload is not an in-toto statement',
  SUBJECT_MISMATCH: 'about another digest',
};

/** Anyone's workflow can sign a statement about anyone's digest (SPEC 3). */
export const SPEAKER_UNKNOWN = 'signer not tied to this image';

export function reasonFor(code: CheckCode): string {
  return REASONS[code];
}

/** Undefined for a rejected document: it supports nothing. */
export function worthOf(signed: SignedDocument, boundBy: Binding, trust: Trust): Worth | undefined {
  const worth = worthOfSigner(signed, trust);
  return worth === undefined ? undefined : worthAbout(worth, boundBy);
}

/** What the signer's word is worth, whatever it is about. */
export function worthOfSigner({ checked }: SignedDocument, trust: Trust): Worth | undefined {
  if (checked.assurance !== 'verified') {
    if (checked.assurance === 'rejected') return undefined;
    return {
      strength: 'attested',
      rank: checked.code === 'UNSIGNED' ? 'unsignedPredicate' : 'tenantPredicate',
      why: reasonFor(checked.code),
    };
  }
  const speaker = speakerFor(checked, trust.repositories, trust.pins);
  if (speaker === undefined) return { strength: 'attested', rank: 'tenantPredicate', why: SPEAKER_UNKNOWN };
  return { strength: 'verified', rank: speaker.by === 'platform' ? 'platformPredicate' : 'tenantPredicate' };
}

/** Members of the digest set that other images can have too: who signs one of them alone has not signed this image. */
const NOT_THIS_IMAGE_ALONE: Readonly<Partial<Record<BoundBy, string>>> = {
  config: 'about its config alone',
  // An index is free to list another image's beside this one; only what the manifest holds can say whose it is (endorsement.ts).
  attestationManifest: 'about an attestation manifest alone',
};

/** Why what is bound so is not about this image alone; undefined where it is. */
export function weakBinding(boundBy: BoundBy): string | undefined {
  return NOT_THIS_IMAGE_ALONE[boundBy];
}

export function worthAbout(worth: Worth, boundBy: BoundBy): Worth {
  const why = weakBinding(boundBy);
  return worth.strength === 'verified' && why !== undefined ? { ...worth, strength: 'attested', why } : worth;
}

/** An unsigned document claims nothing of a signature; one whose signature could not be checked does. */
export function isUnsigned({ checked }: Pick<SignedDocument, 'checked'>): boolean {
  return checked.assurance === 'attested' && checked.code === 'UNSIGNED';
}

/** cosign's first form of signature, which has no predicate type: under this name it stands beside those that have. */
export const SIMPLE_SIGNING = 'cosign simple signing';

/** What the document says that it is, whatever its form. */
export function predicateTypeOf(signed: SignedDocument): string {
  if (signed.kind === 'statement') return signed.statement.predicateType;
  return signed.kind === 'simpleSigning' ? SIMPLE_SIGNING : signed.mediaType;
}

/** The digests that the document says it is about. By digest alone: names are for people. */
export function digestsOf(signed: SignedDocument): readonly Digest[] {
  if (signed.kind === 'simpleSigning') return [signed.digest];
  if (signed.kind === 'opaque') return [];
  return signed.statement.subject.flatMap(({ digest }) =>
    Object.entries(digest).flatMap(([algorithm, hex]) => parseDigest(`${algorithm}:${hex}`) ?? []),
  );
}

/** By which member of the digest set the document is about this image; undefined where it is about something else. */
export function bindingOfDocument(signed: SignedDocument, digests: DigestSet): Binding | undefined {
  const bindings = digestsOf(signed).map((digest) => memberOfSet(digests, digest));
  return (['platform', 'index', 'attestationManifest', 'config'] as const).find((member) => bindings.includes(member));
}

/** It was attached to this image and speaks of something else; what is not understood could speak of anything. */
export function isAboutAnother(signed: SignedDocument, digests: DigestSet): boolean {
  return signed.kind !== 'opaque' && bindingOfDocument(signed, digests) === undefined;
}
