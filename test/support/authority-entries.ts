import { createHash } from 'node:crypto';
import { pem } from './authority-certificates.ts';
import type { Hash, KeyPair } from './authority-keys.ts';
import { publicPem, spki } from './authority-keys.ts';
import type { EntryBody } from './authority-log.ts';

/** Every kind of entry that a document about an image has been in. */
export type EntryKind =
  | 'hashedrekord/0.0.1'
  | 'dsse/0.0.1'
  | 'intoto/0.0.1'
  | 'intoto/0.0.2'
  | 'rekord/0.0.1'
  | 'hashedrekord/0.0.2'
  | 'dsse/0.0.2';

/** What an entry is about. */
export type Logged = {
  /** What the signature is over: the message, or the envelope's pre-authentication encoding. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly hash: Hash;
  readonly signer: LoggedSigner;
  /** Of an envelope. */
  readonly payload?: Buffer;
  readonly envelope?: Buffer;
};
export type LoggedSigner = { readonly certificate: Buffer } | { readonly key: KeyPair };

/** The body that Rekor keeps, its members sorted as Rekor sorts them. */
export function entryBody(entryKind: EntryKind, logged: Logged): EntryBody {
  const [kind = '', apiVersion = ''] = entryKind.split('/');
  return { apiVersion, kind, spec: SPECS[entryKind](logged) };
}

const SPECS: Readonly<Record<EntryKind, (logged: Logged) => unknown>> = {
  'hashedrekord/0.0.1': ({ signed, signature, hash, signer }) => ({
    data: { hash: { algorithm: hash, value: hex(hash, signed) } },
    signature: { content: base64(signature), publicKey: { content: pemOf(signer) } },
  }),
  'rekord/0.0.1': ({ signed, signature, hash, signer }) => ({
    data: { hash: { algorithm: hash, value: hex(hash, signed) } },
    signature: { content: base64(signature), format: 'x509', publicKey: { content: pemOf(signer) } },
  }),
  'dsse/0.0.1': ({ signature, signer, payload, envelope }) => ({
    envelopeHash: { algorithm: 'sha256', value: hex('sha256', envelope) },
    payloadHash: { algorithm: 'sha256', value: hex('sha256', payload) },
    signatures: [{ signature: base64(signature), verifier: pemOf(signer) }],
  }),
  'intoto/0.0.1': ({ signer, envelope }) => ({
    content: { hash: { algorithm: 'sha256', value: hex('sha256', envelope) } },
    publicKey: pemOf(signer),
  }),
  'intoto/0.0.2': ({ signature, signer, payload, envelope }) => ({
    content: {
      envelope: {
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ publicKey: pemOf(signer), sig: base64(Buffer.from(base64(signature))) }],
      },
      hash: { algorithm: 'sha256', value: hex('sha256', envelope) },
      payloadHash: { algorithm: 'sha256', value: hex('sha256', payload) },
    },
  }),
  'hashedrekord/0.0.2': ({ signed, signature, hash, signer }) => ({
    hashedRekordV002: {
      data: { algorithm: protobufHash(hash), digest: base64(digest(hash, signed)) },
      signature: { content: base64(signature), verifier: verifierOf(signer) },
    },
  }),
  'dsse/0.0.2': ({ signature, signer, payload }) => ({
    dsseV002: {
      payloadHash: { algorithm: 'SHA2_256', digest: base64(digest('sha256', payload)) },
      signatures: [{ content: base64(signature), verifier: verifierOf(signer) }],
    },
  }),
};

export function protobufHash(hash: Hash): string {
  return `SHA2_${hash.slice(3)}`;
}

function pemOf(signer: LoggedSigner): string {
  return base64(Buffer.from('certificate' in signer ? pem(signer.certificate) : publicPem(signer.key)));
}

function verifierOf(signer: LoggedSigner): unknown {
  return 'certificate' in signer
    ? { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate: { rawBytes: base64(signer.certificate) } }
    : { keyDetails: 'PKIX_ECDSA_P256_SHA_256', publicKey: { rawBytes: base64(spki(signer.key)) } };
}

function digest(hash: Hash, bytes: Buffer = Buffer.alloc(0)): Buffer {
  return createHash(hash).update(bytes).digest();
}

function hex(hash: Hash, bytes?: Buffer): string {
  return digest(hash, bytes).toString('hex');
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
