import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { X509Certificate } from '@sigstore/core';
import { VerificationError, Verifier } from '@sigstore/verify';
import type { SignedEntity } from '@sigstore/verify';
import type { CheckCode } from '../../core/model/statement.ts';
import { CheckFailure } from './check-failure.ts';
import type { CertificateAuthority, Domain } from './material.ts';
import type { SignedContent } from './opened-bundle.ts';
import { signatureHolds } from './signature.ts';
import type { KnownTimestamp } from './witnesses.ts';
import { logsFor, promisedTime } from './witnesses.ts';

/** How much of each kind of evidence is demanded. Nothing is left to the library's defaults. */
export type Demands = { readonly logEntries: number; readonly times: number; readonly certificateLogs: number };

export type LibraryCheck = {
  readonly content: SignedContent;
  /** What the signature is over: the message, or the envelope's pre-authentication encoding. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  /** The managed key, or the certificate's. */
  readonly key: KeyObject;
  /** Undefined for a managed key. */
  readonly certificate: X509Certificate | undefined;
  /** The authorities that issued it. */
  readonly authorities: readonly CertificateAuthority[];
  /** Entries whose inclusion and body are still to be checked. */
  readonly entries: readonly TransparencyLogEntry[];
  /** All entries whose promise gives a time. */
  readonly promises: readonly TransparencyLogEntry[];
  readonly timestamps: readonly KnownTimestamp[];
  readonly demands: Demands;
};

/** What each of the library's errors says, in our words. */
const CODES: Readonly<Record<string, { readonly code: CheckCode; readonly expected: string }>> = {
  TIMESTAMP_ERROR: { code: 'BAD_TIMESTAMP', expected: 'time stamps that hold, each once' },
  CERTIFICATE_ERROR: {
    code: 'BAD_CERTIFICATE',
    expected: 'a certificate that its authority issued and a certificate log has',
  },
  TLOG_ERROR: { code: 'BAD_LOG_ENTRY', expected: 'each log entry once' },
  TLOG_INCLUSION_PROOF_ERROR: { code: 'BAD_LOG_ENTRY', expected: 'a proof that the entry is in the log' },
  TLOG_INCLUSION_PROMISE_ERROR: { code: 'BAD_LOG_ENTRY', expected: 'a promise by the log that it has the entry' },
  TLOG_MISSING_INCLUSION_ERROR: {
    code: 'BAD_LOG_ENTRY',
    expected: 'a proof or a promise that the entry is in the log',
  },
  TLOG_BODY_ERROR: { code: 'LOG_ENTRY_MISMATCH', expected: 'a log entry about this signature' },
  SIGNATURE_ERROR: { code: 'BAD_SIGNATURE', expected: 'a signature by this key' },
};

const HASH_BY_BYTES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };

/**
 * Time stamps, chain at every time, certificate logs, inclusion in the signature logs and their bodies: all by `@sigstore/verify`.
 * @throws CheckFailure
 */
export function runVerifier(check: LibraryCheck, domain: Domain): void {
  const { key, demands } = check;
  const material = {
    certificateAuthorities: [...check.authorities],
    timestampAuthorities: [...domain.timestampAuthorities],
    tlogs: logsFor(check.entries, domain),
    ctlogs: [...domain.certificateLogs],
    publicKey: () => ({ publicKey: key, validFor: () => true }),
  };
  try {
    new Verifier(material, {
      tlogThreshold: demands.logEntries,
      ctlogThreshold: demands.certificateLogs,
      timestampThreshold: demands.times,
    }).verify(toEntity(check));
  } catch (error) {
    const known = error instanceof VerificationError ? CODES[error.code] : undefined;
    const got = error instanceof Error ? error.message : String(error);
    // Its parsers throw TypeErrors at what they cannot read.
    throw new CheckFailure(known?.code ?? 'MALFORMED_BUNDLE', {
      expected: known?.expected ?? 'a document that can be read',
      got,
    });
  }
}

function toEntity(check: LibraryCheck): SignedEntity {
  return {
    signature: toSignatureContent(check),
    key:
      check.certificate === undefined
        ? { $case: 'public-key', hint: '' }
        : { $case: 'certificate', certificate: check.certificate },
    tlogEntries: [...check.entries],
    timestamps: [
      ...check.promises
        .filter((entry) => promisedTime(entry) !== undefined)
        .map((tlogEntry) => ({ $case: 'transparency-log' as const, tlogEntry })),
      ...check.timestamps.map(({ stamp }) => ({ $case: 'timestamp-authority' as const, timestamp: stamp })),
    ],
  };
}

/** The library's own contents know one hash for envelopes; each digest here is compared under the hash that its length tells. */
function toSignatureContent({ content, signed, signature, timestamps }: LibraryCheck): SignedEntity['signature'] {
  const payload = content.kind === 'envelope' ? content.payload : content.message;
  return {
    // Read for one purpose only: as what time stamps are over.
    signature: timestamps[0]?.covered ?? signature,
    compareSignature: (other) => other.equals(signature),
    compareDigest: (digest) => isDigestOf(digest, payload),
    compareSignedDigest: (digest) => isDigestOf(digest, signed),
    verifySignature: (other) => signatureHolds(other, signed, signature),
  };
}

function isDigestOf(digest: Buffer, bytes: Buffer): boolean {
  const hash = HASH_BY_BYTES[digest.length];
  return hash !== undefined && createHash(hash).update(bytes).digest().equals(digest);
}
