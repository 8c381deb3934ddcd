import { X509Certificate, createHash } from 'node:crypto';
import * as v from 'valibot';
import { HASHES, VERSIONS, bundleSchema } from './bundle-schema.ts';
import type { BundleJson, LogEntryJson, MediaType } from './bundle-schema.ts';
import { CheckFailure, checking } from './check-failure.ts';
import type { CarriedSigner, OpenedBundle, SignedContent } from './opened-bundle.ts';
import { firstIssue } from './schema.ts';

/** True for what calls itself a Sigstore bundle, of whichever version. */
export function isBundle(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['mediaType'] === 'string' && value['mediaType'].startsWith('application/vnd.dev.sigstore.bundle');
}

/**
 * A Sigstore bundle of version 0.1 to 0.3, read strictly. `artifact` is what a message signature is over; for an envelope it is
 * not looked at.
 * @throws CheckFailure `MALFORMED_BUNDLE`; `NOT_CHECKED` for a message signature without the message; `SUBJECT_MISMATCH` for one over another.
 */
export function openBundle(json: unknown, artifact?: Buffer): OpenedBundle {
  const parsed = v.safeParse(bundleSchema, json, { abortEarly: true });
  if (!parsed.success) throw malformed('a Sigstore bundle, version 0.1 to 0.3', firstIssue(parsed.issues));
  const bundle = parsed.output;
  const version = VERSIONS[bundle.mediaType];
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  for (const entry of tlogEntries) assertInclusion(entry, version);
  const { content, signature } = readContent(bundle, artifact);
  return {
    content,
    signature,
    signer: readSigner(bundle, version.bareCertificate),
    logEntries: tlogEntries.map(withUsableProof),
    timestamps: (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) => ({
      response: signedTimestamp,
      covers: [signature],
    })),
  };
}

function readContent(
  { dsseEnvelope, messageSignature: message }: BundleJson,
  artifact: Buffer | undefined,
): { content: SignedContent; signature: Buffer } {
  if (dsseEnvelope && !message) {
    const { payloadType, payload, signatures } = dsseEnvelope;
    return { content: { kind: 'envelope', payloadType, payload }, signature: signatures[0].sig };
  }
  if (!message || dsseEnvelope) {
    throw malformed('one of dsseEnvelope and messageSignature', dsseEnvelope ? 'both' : 'neither');
  }
  const { algorithm, digest } = message.messageDigest;
  const named = `${HASHES[algorithm]}:${digest.toString('hex')}`;
  if (artifact === undefined) {
    throw new CheckFailure('NOT_CHECKED', {
      expected: 'the bytes that the signature covers',
      got: `only their digest ${named}`,
    });
  }
  const actual = `${HASHES[algorithm]}:${createHash(HASHES[algorithm]).update(artifact).digest('hex')}`;
  if (actual !== named) throw new CheckFailure('SUBJECT_MISMATCH', { expected: actual, got: named });
  return { content: { kind: 'message', message: artifact }, signature: message.signature };
}

function readSigner({ verificationMaterial }: BundleJson, bareCertificate: boolean): CarriedSigner {
  const { certificate: single, x509CertificateChain: several, publicKey } = verificationMaterial;
  const given = [single, several, publicKey].filter((material) => material !== null && material !== undefined);
  if (given.length !== 1)
    throw malformed('one of certificate, x509CertificateChain and publicKey', `${given.length} of them`);
  if (publicKey) return { kind: 'key', hint: publicKey.hint };
  if (single && !bareCertificate) throw malformed('a certificate chain, as before version 0.3', 'a single certificate');
  const [leaf, ...chain] = (single ? [single] : (several?.certificates ?? [])).map(({ rawBytes }) => rawBytes);
  if (leaf === undefined) throw malformed('a certificate', 'none');
  assertIssuingOrder([leaf, ...chain]);
  return { kind: 'certificate', leaf, chain };
}

/**
 * Signers MUST NOT put roots into bundles, says the specification, and npm's of 2023 end in one. It is never believed: what is
 * held against a chain is a certificate out of its place, so that a root can stand nowhere but at the end.
 */
function assertIssuingOrder(chain: readonly Buffer[]): void {
  const expected = 'certificates in issuing order, a root last or not at all';
  const certificates = checking({ code: 'MALFORMED_BUNDLE', expected }, () =>
    chain.map((der) => new X509Certificate(der)),
  );
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1];
    if (issuer !== undefined && !certificate.checkIssued(issuer))
      throw malformed(expected, `certificates[${index + 1}], which did not issue the one before it`);
  }
}

function assertInclusion(entry: LogEntryJson, version: (typeof VERSIONS)[MediaType]): void {
  if (version.promise && entry.inclusionPromise === undefined)
    throw malformed('a signed entry timestamp, as version 0.1 demands', 'none');
  if (version.proof && entry.inclusionProof?.checkpoint === undefined) {
    throw malformed('an inclusion proof with a checkpoint, as version 0.2 demands', 'none');
  }
}

/** The first writers of version 0.1 put in proofs without the checkpoint that would prove them: worth nothing, and no fault. */
function withUsableProof(entry: LogEntryJson): OpenedBundle['logEntries'][number] {
  const { inclusionPromise, inclusionProof: proof } = entry;
  const checkpoint = proof?.checkpoint;
  return {
    ...entry,
    inclusionPromise,
    inclusionProof: proof === undefined || checkpoint === undefined ? undefined : { ...proof, checkpoint },
  };
}

function malformed(expected: string, got: string): CheckFailure {
  return new CheckFailure('MALFORMED_BUNDLE', { expected, got });
}
