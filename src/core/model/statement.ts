import type { Digest } from './digest.ts';
import type { ReadProblem } from '../provenance/provenance.ts';
import type { Instant } from './outcome.ts';

/** in-toto Statement (attestation spec v1, statement.md), of any version: `predicate` is as it was parsed and not yet understood. */
export type Statement = {
  readonly type: string;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: unknown;
};
/** in-toto ResourceDescriptor, as far as a subject is looked at: it is matched by digest alone. */
export type Subject = {
  readonly name?: string;
  readonly uri?: string;
  /** Algorithm to lowercase hex, as written. */
  readonly digest: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
};

/** Who signed, as the certificate or key says. */
export type SignerIdentity =
  | {
      readonly kind: 'certificate';
      /** Subject alternative name. */
      readonly identity: string;
      readonly issuer?: string;
      /** The certificate authority's organisation, such as `sigstore.dev`. */
      readonly authority: string;
      /** Fulcio's extensions 1.3.6.1.4.1.57264.1.N by N, decoded to text. */
      readonly extensions: Readonly<Record<number, string>>;
    }
  | { readonly kind: 'key'; /** `sha256:` of the SPKI in DER. */ readonly fingerprint: Digest; readonly name: string };

/** Why a document is not verified. Closed, so that every one has a sentence and a test. */
export type CheckCode =
  | 'UNSIGNED'
  | 'NOT_CHECKED'
  | 'NO_TRUST_ROOT'
  | 'NO_KEY'
  | 'UNSUPPORTED_KIND'
  | 'MALFORMED_BUNDLE'
  | 'MALFORMED_STATEMENT'
  | 'BAD_SIGNATURE'
  | 'BAD_CERTIFICATE'
  | 'BAD_LOG_ENTRY'
  | 'LOG_ENTRY_MISMATCH'
  | 'NO_LOG_ENTRY'
  | 'BAD_TIMESTAMP'
  | 'NO_TIMESTAMP'
  | 'OUTSIDE_VALIDITY'
  | 'PAYLOAD_TYPE'
  | 'SUBJECT_MISMATCH';

export type LogEntry = { readonly log: string; readonly index: string; readonly integratedAt?: Instant };

/** What checking the signature gave. Only `adapters/sigstore` makes `verified` (STYLE 1.3). */
export type Checked =
  | {
      readonly assurance: 'verified';
      readonly signer: SignerIdentity;
      /** Moments at which a trusted log or time-stamping authority saw the signature. */
      readonly times: readonly Instant[];
      readonly logEntries: readonly LogEntry[];
      /** Which root of trust, by name. */
      readonly root: string;
    }
  | {
      readonly assurance: 'attested' | 'rejected';
      readonly code: CheckCode;
      readonly expected: string;
      readonly got: string;
    };

/** A document about an image, with what its signature is worth. */
export type SignedDocument = {
  readonly document: Digest;
  readonly checked: Checked;
  readonly carrier: string;
  /** The manifest whose layer it is. */
  readonly container?: Digest;
} &
  /** `problems`: what of the statement itself could not be read, such as a subject without a digest. */
  (
    | { readonly kind: 'statement'; readonly statement: Statement; readonly problems?: readonly ReadProblem[] }
    /** cosign's simple signing: only says "signed". `digest` is `critical.image.docker-manifest-digest`. */
    | { readonly kind: 'simpleSigning'; readonly digest: Digest }
    /** A signature that is listed and not understood (Notary Project), or a document whose content could not be read. */
    | { readonly kind: 'opaque'; readonly mediaType: string }
  );

/** A document as a carrier holds it, before anything is checked. */
export type CarriedDocument = {
  readonly form: 'statement' | 'dsse' | 'bundle' | 'simpleSigning';
  readonly bytes: Uint8Array;
  readonly document: Digest;
  /** cosign keeps signature, certificate and log entry in the layer's annotations. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Where it was found, as the ledger names it. */
  readonly carrier: string;
};
