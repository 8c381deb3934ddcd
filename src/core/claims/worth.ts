import type { BoundBy, SignalStrength } from '../model/evidence.ts';
import type { DigestSet } from '../model/image.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import { memberOfSet } from '../model/image.ts';
import { parseDigest } from '../model/digest.ts';
import type { CheckCode, SignedDocument, Statement } from '../model/statement.ts';
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
export function worthOf({ checked }: SignedDocument, boundBy: Binding, trust: Trust): Worth | undefined {
  if (checked.assurance !== 'verified') {
    if (checked.assurance === 'rejected') return undefined;
    return { strength: 'attested', rank: checked.code === 'UNSIGNED' ? 'unsignedPredicate' : 'tenantPredicate', why: reasonFor(checked.code) };
  }
  const speaker = speakerFor(checked, trust.repositories, trust.pins);
  if (speaker === undefined) return { strength: 'attested', rank: 'tenantPredicate', why: SPEAKER_UNKNOWN };
  const rank = speaker.by === 'platform' ? 'platformPredicate' : 'tenantPredicate';
  // Another manifest can have the same config: what was signed is not this image alone.
  if (boundBy === 'config') return { strength: 'attested', rank, why: 'about its config alone' };
  return { strength: 'verified', rank };
}

/** By which member of the digest set the statement is about this image; undefined where it is about something else. By digest alone: names are for people. */
export function bindingOf(statement: Statement, digests: DigestSet): Binding | undefined {
  const bindings = statement.subject.flatMap((subject) =>
    Object.entries(subject.digest).flatMap(([algorithm, hex]) => {
      const digest = parseDigest(`${algorithm}:${hex}`);
      return digest === undefined ? [] : (memberOfSet(digests, digest) ?? []);
    }),
  );
  return (['platform', 'index', 'attestationManifest', 'config'] as const).find((member) => bindings.includes(member));
}

/** cosign's first form of signature, which has no predicate type: under this name it stands beside those that have. */
export const SIMPLE_SIGNING = 'cosign simple signing';

/** What the document says that it is, whatever its form. */
export function predicateTypeOf(signed: SignedDocument): string {
  if (signed.kind === 'statement') return signed.statement.predicateType;
  return signed.kind === 'simpleSigning' ? SIMPLE_SIGNING : signed.mediaType;
}

/** By which member of the digest set any kind of document is about this image. */
export function bindingOfDocument(signed: SignedDocument, digests: DigestSet): Binding | undefined {
  if (signed.kind === 'statement') return bindingOf(signed.statement, digests);
  return signed.kind === 'simpleSigning' ? memberOfSet(digests, signed.digest) : undefined;
}
