import * as v from 'valibot';
import { base64Bytes, count } from './schema.ts';

// As sigstore-go limits them: each costs a signature check, and real bundles have one or two.
const LOG_ENTRIES_MAX = 32;
const TIMESTAMPS_MAX = 32;
const CERTIFICATES_MAX = 10;
const PROOF_HASHES_MAX = 64;

/** The four media types there are, and what each version demands (protobuf-specs, sigstore_bundle.proto). */
export const VERSIONS = {
  'application/vnd.dev.sigstore.bundle+json;version=0.1': { promise: true, proof: false, bareCertificate: false },
  'application/vnd.dev.sigstore.bundle+json;version=0.2': { promise: false, proof: true, bareCertificate: false },
  'application/vnd.dev.sigstore.bundle+json;version=0.3': { promise: false, proof: true, bareCertificate: true },
  'application/vnd.dev.sigstore.bundle.v0.3+json': { promise: false, proof: true, bareCertificate: true },
} as const;
export type MediaType = keyof typeof VERSIONS;
const MEDIA_TYPES: readonly MediaType[] = Object.keys(VERSIONS).filter(isMediaType);

export const HASHES = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' } as const;

const filledBytes = v.pipe(base64Bytes, v.minLength(1, 'empty'));
const certificate = v.object({ rawBytes: filledBytes });

const logEntry = v.object({
  logIndex: v.optional(count, '0'),
  logId: v.object({ keyId: filledBytes }),
  kindVersion: v.object({ kind: v.string(), version: v.string() }),
  integratedTime: v.optional(count, '0'),
  inclusionPromise: orUndefined(v.object({ signedEntryTimestamp: filledBytes })),
  inclusionProof: orUndefined(
    v.object({
      logIndex: v.optional(count, '0'),
      rootHash: base64Bytes,
      treeSize: count,
      hashes: v.optional(v.pipe(v.array(base64Bytes), v.maxLength(PROOF_HASHES_MAX, 'too many')), []),
      checkpoint: orUndefined(v.object({ envelope: v.string() })),
    }),
  ),
  canonicalizedBody: filledBytes,
});

const envelope = v.object({
  payloadType: v.string(),
  payload: filledBytes,
  // DSSE allows several; a bundle has the proof of one.
  signatures: v.strictTuple([v.object({ sig: filledBytes })]),
});
const messageSignature = v.object({
  messageDigest: v.object({ algorithm: v.picklist(['SHA2_256', 'SHA2_384', 'SHA2_512']), digest: filledBytes }),
  signature: filledBytes,
});

export const bundleSchema = v.object({
  mediaType: v.picklist(MEDIA_TYPES, 'not one of the four media types of bundles'),
  verificationMaterial: v.object({
    certificate: v.nullish(certificate),
    x509CertificateChain: v.nullish(
      v.object({
        certificates: v.pipe(v.array(certificate), v.minLength(1, 'empty'), v.maxLength(CERTIFICATES_MAX, 'too many')),
      }),
    ),
    publicKey: v.nullish(v.object({ hint: v.optional(v.string(), '') })),
    tlogEntries: v.pipe(v.nullish(v.array(logEntry), []), v.maxLength(LOG_ENTRIES_MAX, 'too many')),
    timestampVerificationData: v.nullish(
      v.object({
        rfc3161Timestamps: v.pipe(
          v.nullish(v.array(v.object({ signedTimestamp: filledBytes })), []),
          v.maxLength(TIMESTAMPS_MAX, 'too many'),
        ),
      }),
    ),
  }),
  dsseEnvelope: v.nullish(envelope),
  messageSignature: v.nullish(messageSignature),
});
export type BundleJson = v.InferOutput<typeof bundleSchema>;
export type LogEntryJson = v.InferOutput<typeof logEntry>;

function orUndefined<Schema extends v.GenericSchema>(schema: Schema) {
  return v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );
}

function isMediaType(text: string): text is MediaType {
  return text in VERSIONS;
}
