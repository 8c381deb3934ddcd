import { X509Certificate } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CarriedDocument, SignedDocument } from '../../src/core/model/statement.ts';
import type { BundleJson } from './authority-documents.ts';
import type { LogEntryJson } from './authority-log.ts';
import { pem } from './authority-certificates.ts';

/** A signed document, wherever its proofs are kept. */
export type Signed = Pick<CarriedDocument, 'form' | 'bytes' | 'annotations'>;
/** `donor` is another document, signed by somebody else under the same root. Undefined where the document has no such part. */
export type Alteration = (document: Signed, donor: Signed) => Signed | undefined;

const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const LOG_ENTRY = 'dev.sigstore.cosign/bundle';
const SIGNATURE = 'dev.cosignproject.cosign/signature';
const A_YEAR_SECONDS = 365 * 24 * 60 * 60;

type Envelope = NonNullable<BundleJson['dsseEnvelope']>;

/** The ways in which somebody who cannot sign could try to change what was signed, or by whom, or when. */
export const ALTERATIONS = {
  'a byte of the payload': (document) => withPayload(document, flipped),
  'a byte of the signature': withFlippedSignature,
  'the subject': (document) => withPayload(document, withOtherSubject),
  'the certificate of another': (document, donor) => withCertificate(document, certificateOf(donor)),
  'the log entry of another': withLogEntryOf,
  'the media type': withOtherMediaType,
  'a time outside the validity': withOtherTime,
  'the key replaced': (document, donor) =>
    withCertificate(document, withKeyOf(certificateOf(document), certificateOf(donor))),
} as const satisfies Record<string, Alteration>;

function withPayload(document: Signed, alter: (payload: Buffer) => Buffer): Signed {
  if (document.form === 'simpleSigning') return { ...document, bytes: alter(Buffer.from(document.bytes)) };
  return withEnvelope(document, (envelope) => ({
    ...envelope,
    payload: alter(Buffer.from(envelope.payload, 'base64')).toString('base64'),
  }));
}

function withFlippedSignature(document: Signed): Signed {
  if (document.form === 'simpleSigning')
    return withAnnotation(document, SIGNATURE, flippedBase64(document.annotations[SIGNATURE] ?? ''));
  return withEnvelope(document, (envelope) => ({
    ...envelope,
    signatures: envelope.signatures.map((signature) => ({ ...signature, sig: flippedBase64(signature.sig) })),
  }));
}

function withOtherSubject(payload: Buffer): Buffer {
  const text = payload.toString();
  const digest = /"(sha256|sha512|docker-manifest-digest|bar|foo|gce_image_id)": ?"([^"]+)"/.exec(text)?.[2];
  if (digest === undefined) throw new Error(`no digest in ${text.slice(0, 200)}`);
  const last = digest.slice(-1);
  return Buffer.from(text.replace(digest, `${digest.slice(0, -1)}${last === '0' ? '1' : '0'}`));
}

function withOtherMediaType(document: Signed): Signed {
  if (document.form === 'simpleSigning') return { ...document, form: 'dsse' };
  if (document.form === 'bundle')
    return withBundle(document, (bundle) => ({
      ...bundle,
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json',
    }));
  return withEnvelope(document, (envelope) => ({ ...envelope, payloadType: 'application/vnd.in-toto.other+json' }));
}

function withLogEntryOf(document: Signed, donor: Signed): Signed | undefined {
  if (document.form !== 'bundle') return withAnnotation(document, LOG_ENTRY, donor.annotations[LOG_ENTRY] ?? '');
  const entries = entriesOf(bundleOf(donor));
  if (entries.length === 0) return undefined;
  return withBundle(document, (bundle) => ({
    ...bundle,
    verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: [...entries] },
  }));
}

function withOtherTime(document: Signed): Signed {
  if (document.form !== 'bundle')
    return withAnnotation(
      document,
      LOG_ENTRY,
      (document.annotations[LOG_ENTRY] ?? '').replace(
        /"integratedTime": ?(\d+)/,
        (_, time) => `"integratedTime":${Number(time) + A_YEAR_SECONDS}`,
      ),
    );
  return withBundle(document, (bundle) => {
    const { timestampVerificationData: stamps } = bundle.verificationMaterial;
    const later = entriesOf(bundle).map((entry) => ({
      ...entry,
      integratedTime: String(Number(entry.integratedTime) + A_YEAR_SECONDS),
    }));
    if (later.length > 0)
      return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: later } };
    const rfc3161Timestamps = (stamps?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) => ({
      signedTimestamp: aYearLater(signedTimestamp),
    }));
    return {
      ...bundle,
      verificationMaterial: { ...bundle.verificationMaterial, timestampVerificationData: { rfc3161Timestamps } },
    };
  });
}

/** The first GeneralizedTime in a time stamp (tag 0x18, 15 bytes) is its own. */
function aYearLater(stamp: string): string {
  const bytes = Buffer.from(stamp, 'base64');
  const year = bytes.indexOf(Buffer.from([0x18, 0x0f])) + 2;
  bytes.write(String(Number(bytes.toString('latin1', year, year + 4)) + 1), year, 'latin1');
  return bytes.toString('base64');
}

/** The same certificate with another's key in it: only its issuer's signature is no longer true. */
function withKeyOf(certificate: Buffer, donor: Buffer): Buffer {
  const [own, other] = [certificate, donor].map((der) =>
    new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' }),
  );
  const at = own === undefined ? -1 : certificate.indexOf(own);
  if (own === undefined || other === undefined || at < 0 || own.length !== other.length)
    throw new Error('keys of two kinds');
  return Buffer.concat([certificate.subarray(0, at), other, certificate.subarray(at + own.length)]);
}

export function certificateOf(document: Signed): Buffer {
  if (document.form !== 'bundle') return new X509Certificate(document.annotations[CERTIFICATE] ?? '').raw;
  const { certificate, x509CertificateChain: chain } = bundleOf(document).verificationMaterial;
  return Buffer.from((certificate ?? chain?.certificates[0])?.rawBytes ?? '', 'base64');
}

function withCertificate(document: Signed, certificate: Buffer): Signed {
  if (document.form !== 'bundle') return withAnnotation(document, CERTIFICATE, pem(certificate));
  const rawBytes = certificate.toString('base64');
  return withBundle(document, (bundle) => {
    const material = bundle.verificationMaterial;
    const replaced =
      material.certificate === undefined
        ? { x509CertificateChain: { certificates: [{ rawBytes }] } }
        : { certificate: { rawBytes } };
    return { ...bundle, verificationMaterial: { ...material, ...replaced } };
  });
}

function withEnvelope(document: Signed, alter: (envelope: Envelope) => Envelope): Signed {
  if (document.form !== 'bundle')
    return { ...document, bytes: json(alter(JSON.parse(Buffer.from(document.bytes).toString()))) };
  return withBundle(document, (bundle) =>
    bundle.dsseEnvelope === undefined ? bundle : { ...bundle, dsseEnvelope: alter(bundle.dsseEnvelope) },
  );
}

function withBundle(document: Signed, alter: (bundle: BundleJson) => BundleJson): Signed {
  return { ...document, bytes: json(alter(bundleOf(document))) };
}

/** Real bundles leave empty lists out. */
function entriesOf({ verificationMaterial }: BundleJson): readonly LogEntryJson[] {
  const { tlogEntries }: { readonly tlogEntries?: readonly LogEntryJson[] } = verificationMaterial;
  return tlogEntries ?? [];
}

export function bundleOf({ bytes }: Signed): BundleJson {
  return JSON.parse(Buffer.from(bytes).toString());
}

function withAnnotation(document: Signed, key: string, value: string): Signed {
  return { ...document, annotations: { ...document.annotations, [key]: value } };
}

function flippedBase64(text: string): string {
  return flipped(Buffer.from(text, 'base64')).toString('base64');
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/**
 * True if an altered document is verified as something that the original is not. Much of a document proves nothing (names, hints,
 * white space, the root hash beside the checkpoint) and may change; what was signed, by whom and when may not.
 */
export function saysAnythingElse(altered: readonly SignedDocument[], original: readonly SignedDocument[]): boolean {
  const [same] = original;
  return altered.some((document) => {
    const { checked } = document;
    if (checked.assurance !== 'verified') return false;
    if (same?.checked.assurance !== 'verified') return true;
    const { signer, times } = same.checked;
    return (
      !isDeepStrictEqual([contentOf(document), checked.signer], [contentOf(same), signer]) ||
      checked.times.some((time) => !times.includes(time))
    );
  });
}

function contentOf(document: SignedDocument): unknown {
  if (document.kind === 'statement') return document.statement;
  return document.kind === 'simpleSigning' ? document.digest : document.kind;
}
