import { createHash } from 'node:crypto';
import type { Authority, Leaf, LeafRequest } from './authority.ts';
import { pem } from './authority-certificates.ts';
import type { EntryKind, LoggedSigner } from './authority-entries.ts';
import { entryBody, protobufHash } from './authority-entries.ts';
import type { Hash, KeyPair } from './authority-keys.ts';
import { HASHES, signWith, spki } from './authority-keys.ts';
import type { LogEntryJson } from './authority-log.ts';

/** How a document is to be signed. Everything has a default that verifies. */
export type SigningRequest = LeafRequest & {
  /** An issued certificate, where two documents are to have the same. */
  readonly leaf?: Leaf;
  /** A managed key in place of a certificate. */
  readonly managedKey?: KeyPair;
  readonly hash?: Hash;
  readonly log?: 'v1' | 'v2' | 'none';
  readonly entryKind?: EntryKind;
  /** Whom the log entry names, where that is not the signer. */
  readonly entrySigner?: LoggedSigner;
  /** What the log entry has the hash of, where that is not what was signed. */
  readonly entryAbout?: Buffer;
  readonly loggedAt?: Date;
  /** Default: where no log promises a time. */
  readonly timestamped?: boolean;
  readonly stampedAt?: Date;
};
export type BundleRequest = SigningRequest & {
  readonly version?: '0.1' | '0.2' | '0.3' | '0.3 in the old spelling';
  /** An in-toto statement, to be put into an envelope. */
  readonly statement?: unknown;
  /** In place of the statement's. */
  readonly payloadType?: string;
  readonly payload?: Buffer;
  /** What a message signature is over; then there is no envelope. */
  readonly message?: Buffer;
};
export type SimpleSigningRequest = SigningRequest & {
  /** The image's. */
  readonly digest: string;
  readonly reference?: string;
  /** `critical.type`. */
  readonly type?: string;
};
export type AttestationLayerRequest = SigningRequest & {
  readonly statement: unknown;
  /** cosign 2 stamps the whole envelope. */
  readonly stamps?: 'envelope' | 'signature';
};
/** A layer of a cosign manifest. */
export type SignedLayer = { bytes: Buffer; annotations: Record<string, string> };

export type BundleJson = {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    publicKey?: { hint: string };
    tlogEntries: LogEntryJson[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope?: { payloadType: string; payload: string; signatures: { sig: string; keyid: string }[] };
  messageSignature?: { messageDigest: { algorithm: string; digest: string }; signature: string };
};

type Signing = Omit<
  Authority,
  'trustedRoot' | 'trustedRootJson' | 'signBundle' | 'signSimpleSigning' | 'signAttestationLayer'
> & {
  readonly logs: boolean;
  readonly chainInBundle: boolean;
};

const STATEMENT_TYPE = 'application/vnd.in-toto+json';
const MEDIA_TYPES = {
  '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2',
  '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json',
  '0.3 in the old spelling': 'application/vnd.dev.sigstore.bundle+json;version=0.3',
} as const;

export function signBundle(authority: Signing, request: BundleRequest): BundleJson {
  const { version = '0.3', payloadType = STATEMENT_TYPE, message } = request;
  const payload = request.payload ?? Buffer.from(JSON.stringify(request.statement ?? null));
  const signed = sign(authority, request, message === undefined ? { payload, payloadType } : { message });
  const { signature, hash } = signed;
  const content =
    message === undefined
      ? { dsseEnvelope: envelopeJson(payloadType, payload, signature) }
      : {
          messageSignature: {
            messageDigest: { algorithm: protobufHash(hash), digest: base64(digest(hash, message)) },
            signature: base64(signature),
          },
        };
  return {
    mediaType: MEDIA_TYPES[version],
    verificationMaterial: {
      ...materialOf(authority, signed.signer, version),
      tlogEntries: signed.entry === undefined ? [] : [signed.entry],
      ...(signed.stampedAt === undefined
        ? {}
        : {
            timestampVerificationData: {
              rfc3161Timestamps: [{ signedTimestamp: stampOf(authority, signature, signed.stampedAt) }],
            },
          }),
    },
    ...content,
  };
}

export function signSimpleSigning(authority: Signing, request: SimpleSigningRequest): SignedLayer {
  const { digest: image, reference = 'registry.test/acme/shop', type = 'cosign container image signature' } = request;
  const payload = {
    critical: { identity: { 'docker-reference': reference }, image: { 'docker-manifest-digest': image }, type },
    optional: null,
  };
  const bytes = Buffer.from(JSON.stringify(payload));
  const signed = sign(authority, request, { message: bytes });
  return {
    bytes,
    annotations: annotationsOf(authority, signed, { signature: base64(signed.signature), stamped: signed.signature }),
  };
}

export function signAttestationLayer(authority: Signing, request: AttestationLayerRequest): SignedLayer {
  const payload = Buffer.from(JSON.stringify(request.statement ?? null));
  const signed = sign(authority, { entryKind: 'dsse/0.0.1', ...request }, { payload, payloadType: STATEMENT_TYPE });
  const bytes = envelopeBytes(STATEMENT_TYPE, payload, signed.signature);
  const stamped = request.stamps === 'signature' ? signed.signature : bytes;
  return { bytes, annotations: annotationsOf(authority, signed, { signature: '', stamped }) };
}

type Content = { readonly message: Buffer } | { readonly payload: Buffer; readonly payloadType: string };
type Signed = {
  readonly signature: Buffer;
  readonly hash: Hash;
  readonly signer: LoggedSigner;
  readonly entry: LogEntryJson | undefined;
  readonly stampedAt: Date | undefined;
};

function sign(authority: Signing, request: SigningRequest, content: Content): Signed {
  const { managedKey, log = authority.logs ? 'v1' : 'none', at = authority.at } = request;
  const leaf = managedKey === undefined ? (request.leaf ?? authority.issue(request)) : undefined;
  const keyPair = managedKey ?? leaf?.keyPair;
  if (keyPair === undefined) throw new Error('nobody signs');
  const hash = request.hash ?? HASHES[keyPair.kind];
  const bytes = 'message' in content ? content.message : preAuthEncoding(content.payloadType, content.payload);
  const signature = signWith(keyPair, bytes, hash);
  const signer = leaf === undefined ? { key: keyPair } : { certificate: leaf.certificate };
  const aMinuteLater = new Date(at.getTime() + 60_000);
  const entry =
    log === 'none'
      ? undefined
      : authority.rekor[log].append(
          bodyOf(request, content, { bytes, signature, hash, signer }),
          request.loggedAt ?? aMinuteLater,
        );
  const timestamped = request.timestamped ?? (log !== 'v1' && managedKey === undefined);
  return { signature, hash, signer, entry, stampedAt: timestamped ? (request.stampedAt ?? aMinuteLater) : undefined };
}

type Made = { readonly bytes: Buffer; readonly signature: Buffer; readonly hash: Hash; readonly signer: LoggedSigner };

function bodyOf(request: SigningRequest, content: Content, { bytes, signature, hash, signer }: Made) {
  const { entryKind, entrySigner, entryAbout, log = 'v1' } = request;
  const envelope =
    'payload' in content
      ? {
          payload: entryAbout ?? content.payload,
          envelope: envelopeBytes(content.payloadType, content.payload, signature),
        }
      : {};
  const usual = log === 'v2' ? 'hashedrekord/0.0.2' : 'payload' in content ? 'dsse/0.0.1' : 'hashedrekord/0.0.1';
  const signed = entryAbout ?? bytes;
  return entryBody(entryKind ?? usual, { signed, signature, hash, signer: entrySigner ?? signer, ...envelope });
}

function materialOf(
  { chainInBundle, intermediates }: Signing,
  signer: LoggedSigner,
  version: keyof typeof MEDIA_TYPES,
) {
  if ('key' in signer) return { publicKey: { hint: base64(digest('sha256', spki(signer.key))) } };
  const certificates = [
    signer.certificate,
    ...(chainInBundle ? intermediates.map(({ certificate }) => certificate) : []),
  ].map((der) => ({ rawBytes: base64(der) }));
  return version.startsWith('0.3') && !chainInBundle
    ? { certificate: { rawBytes: base64(signer.certificate) } }
    : { x509CertificateChain: { certificates } };
}

/** As cosign keeps them: the entry of Rekor v1 without its proof, the chain up to the root. */
function annotationsOf(
  authority: Signing,
  { signer, entry, stampedAt }: Signed,
  { signature, stamped }: { signature: string; stamped: Buffer },
): Record<string, string> {
  const { root, intermediates } = authority;
  const chain = [...intermediates, root].map(({ certificate }) => pem(certificate)).join('');
  const certificates =
    'certificate' in signer
      ? { 'dev.sigstore.cosign/certificate': pem(signer.certificate), 'dev.sigstore.cosign/chain': chain }
      : {};
  return {
    'dev.cosignproject.cosign/signature': signature,
    ...certificates,
    ...(entry === undefined ? {} : { 'dev.sigstore.cosign/bundle': cosignEntry(entry) }),
    ...(stampedAt === undefined
      ? {}
      : {
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
            SignedRFC3161Timestamp: stampOf(authority, stamped, stampedAt),
          }),
        }),
  };
}

function cosignEntry({ canonicalizedBody, integratedTime, logIndex, logId, inclusionPromise }: LogEntryJson): string {
  const Payload = {
    body: canonicalizedBody,
    integratedTime: Number(integratedTime),
    logIndex: Number(logIndex),
    logID: Buffer.from(logId.keyId, 'base64').toString('hex'),
  };
  return JSON.stringify({ SignedEntryTimestamp: inclusionPromise?.signedEntryTimestamp, Payload });
}

function envelopeJson(payloadType: string, payload: Buffer, signature: Buffer) {
  return { payloadType, payload: base64(payload), signatures: [{ sig: base64(signature), keyid: '' }] };
}

function envelopeBytes(payloadType: string, payload: Buffer, signature: Buffer): Buffer {
  return Buffer.from(JSON.stringify(envelopeJson(payloadType, payload, signature)));
}

/** DSSE, protocol.md. */
export function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `),
    payload,
  ]);
}

function stampOf({ timestamps }: Signing, bytes: Buffer, at: Date): string {
  return base64(timestamps.stamp(bytes, at));
}

function digest(hash: Hash, bytes: Buffer): Buffer {
  return createHash(hash).update(bytes).digest();
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
