import { hash } from 'node:crypto';
import type { CmsSignature } from '../../core/commit-signature/cms.ts';
import { onlyValue, octetsOf } from '../../core/commit-signature/cms.ts';
import { readLogEntry } from './rekor-entry.ts';

const OID = { logEntry: '1.3.6.1.4.1.57264.3.1', timestamp: '1.2.840.113549.1.9.16.2.14' } as const;
/** `SEQUENCE { status SEQUENCE { INTEGER granted }, token }` (RFC 3161, 2.4.2), of which signatures hold the token alone. */
const GRANTED = Buffer.from([0x30, 0x03, 0x02, 0x01, 0x00]);

/**
 * The signature as a Sigstore bundle over its signed attributes, which is what its log entry is about too.
 * @throws ToolError `MALFORMED` for a log entry that cannot be read
 */
export function toBundle(signature: CmsSignature): unknown {
  const { certificate, signedAttributes, unsignedAttributes } = signature;
  const logged = onlyValue(unsignedAttributes, OID.logEntry);
  const token = onlyValue(unsignedAttributes, OID.timestamp);
  const entry = logged === undefined ? undefined : readLogEntry(octetsOf(logged), signature);
  // Version 0.1 is the one that takes a log's promise where there is no proof.
  const version = entry?.hasCheckpoint === false ? '0.1' : '0.3';
  return {
    mediaType: `application/vnd.dev.sigstore.bundle+json;version=${version}`,
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: base64(certificate) }] },
      tlogEntries: entry === undefined ? [] : [entry],
      timestampVerificationData: {
        rfc3161Timestamps: token === undefined ? [] : [{ signedTimestamp: base64(toResponse(token.raw)) }],
      },
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: hash('sha256', signedAttributes, 'base64') },
      signature: base64(signature.signature),
    },
  };
}

function toResponse(token: Uint8Array): Buffer {
  const length = GRANTED.length + token.length;
  const header =
    length > 0xffff
      ? [0x30, 0x83, length >>> 16, (length >>> 8) & 0xff, length & 0xff]
      : [0x30, 0x82, length >>> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), GRANTED, token]);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
