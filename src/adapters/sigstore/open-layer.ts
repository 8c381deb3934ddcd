import type { TransparencyLogEntry } from '@sigstore/bundle';
import * as v from 'valibot';
import { isRecord, parseJson } from '../../core/json.ts';
import { CheckFailure, checking } from './check-failure.ts';
import type { Envelope } from './envelope.ts';
import type { CarriedSigner, CarriedTimestamp, OpenedBundle, SignedContent } from './opened-bundle.ts';
import { pemBlocks } from './pem.ts';
import { base64Bytes, firstIssue } from './schema.ts';

/** Where cosign 1 and 2 keep what proves a layer (cosign, specs/SIGNATURE_SPEC.md and pkg/oci/static). */
const ANNOTATIONS = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  logEntry: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

const CERTIFICATES_MAX = 10;

type Annotations = Readonly<Record<string, string>>;

const filledBytes = v.pipe(base64Bytes, v.minLength(1, 'empty'));
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const logEntrySchema = v.object({
  SignedEntryTimestamp: filledBytes,
  Payload: v.object({
    body: filledBytes,
    integratedTime: wholeNumber,
    logIndex: wholeNumber,
    logID: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a hexadecimal log id')),
  }),
});
const timestampSchema = v.object({ SignedRFC3161Timestamp: filledBytes });

/** True if cosign left anything beside the layer that would prove it. */
export function isSignedLayer(annotations: Annotations): boolean {
  return [ANNOTATIONS.signature, ANNOTATIONS.certificate, ANNOTATIONS.logEntry].some(
    (key) => (annotations[key] ?? '') !== '',
  );
}

/**
 * A layer of a cosign `.sig` manifest: the signature is over the layer as it is.
 * @throws CheckFailure `UNSIGNED`, `MALFORMED_BUNDLE`
 */
export function openSignatureLayer(message: Buffer, annotations: Annotations): OpenedBundle {
  const text = annotations[ANNOTATIONS.signature] ?? '';
  if (text === '')
    throw new CheckFailure('UNSIGNED', { expected: `an annotation ${ANNOTATIONS.signature}`, got: 'none' });
  const signature = readAnnotation(ANNOTATIONS.signature, filledBytes, text);
  return openLayer({ content: { kind: 'message', message }, signature, covers: [signature], annotations });
}

/**
 * A layer of a cosign `.att` manifest: an envelope, `blob` as the layer holds it.
 * @throws CheckFailure `MALFORMED_BUNDLE`
 */
export function openAttestationLayer(envelope: Envelope, blob: Buffer, annotations: Annotations): OpenedBundle {
  const [only, ...more] = envelope.signatures;
  if (only === undefined || more.length > 0) {
    throw new CheckFailure('MALFORMED_BUNDLE', { expected: 'one signature', got: `${envelope.signatures.length}` });
  }
  const { payloadType, payload } = envelope;
  // cosign 2 had the whole envelope time-stamped, cosign 3 has its signature.
  return openLayer({
    content: { kind: 'envelope', payloadType, payload, blob },
    signature: only.sig,
    covers: [only.sig, blob],
    annotations,
  });
}

type Layer = {
  readonly content: SignedContent;
  readonly signature: Buffer;
  readonly covers: readonly Buffer[];
  readonly annotations: Annotations;
};

function openLayer({ content, signature, covers, annotations }: Layer): OpenedBundle {
  const entry = annotations[ANNOTATIONS.logEntry] ?? '';
  return {
    content,
    signature,
    signer: readSigner(annotations),
    logEntries: entry === '' ? [] : [readLogEntry(entry)],
    timestamps: readTimestamps(annotations, covers),
  };
}

function readSigner(annotations: Annotations): CarriedSigner {
  const text = annotations[ANNOTATIONS.certificate] ?? '';
  if (text === '') return { kind: 'key', hint: '' };
  const [leaf] = certificatesIn(ANNOTATIONS.certificate, text);
  if (leaf === undefined) throw malformed(ANNOTATIONS.certificate, 'a certificate in PEM', 'none');
  return { kind: 'certificate', leaf, chain: certificatesIn(ANNOTATIONS.chain, annotations[ANNOTATIONS.chain] ?? '') };
}

function certificatesIn(annotation: string, text: string): readonly Buffer[] {
  const blocks = pemBlocks(text).filter(({ label }) => label === 'CERTIFICATE');
  if (blocks.length > CERTIFICATES_MAX)
    throw malformed(annotation, `at most ${CERTIFICATES_MAX} certificates`, `${blocks.length}`);
  return blocks.map(({ der }) => der);
}

/** cosign keeps the answer of Rekor v1: entry and signed entry timestamp, without a proof. */
function readLogEntry(text: string): TransparencyLogEntry {
  const { SignedEntryTimestamp: signedEntryTimestamp, Payload } = readJsonAnnotation(
    ANNOTATIONS.logEntry,
    logEntrySchema,
    text,
  );
  const body = checking({ code: 'MALFORMED_BUNDLE', expected: 'a log entry' }, () =>
    parseJson(Payload.body, 'the log entry'),
  );
  const { kind, apiVersion } = isRecord(body) ? body : {};
  return {
    logIndex: String(Payload.logIndex),
    logId: { keyId: Buffer.from(Payload.logID, 'hex') },
    kindVersion: { kind: String(kind), version: String(apiVersion) },
    integratedTime: String(Payload.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: undefined,
    canonicalizedBody: Payload.body,
  };
}

function readTimestamps(annotations: Annotations, covers: readonly Buffer[]): readonly CarriedTimestamp[] {
  const text = annotations[ANNOTATIONS.timestamp] ?? '';
  if (text === '') return [];
  const { SignedRFC3161Timestamp: response } = readJsonAnnotation(ANNOTATIONS.timestamp, timestampSchema, text);
  return [{ response, covers }];
}

function readJsonAnnotation<Schema extends v.GenericSchema>(
  annotation: string,
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  const what = { code: 'MALFORMED_BUNDLE' as const, expected: `JSON in ${annotation}` };
  return readAnnotation(
    annotation,
    schema,
    checking(what, () => parseJson(Buffer.from(text), annotation)),
  );
}

function readAnnotation<Schema extends v.GenericSchema>(
  annotation: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (!parsed.success) throw malformed(annotation, 'what cosign writes', firstIssue(parsed.issues));
  return parsed.output;
}

function malformed(annotation: string, expected: string, got: string): CheckFailure {
  return new CheckFailure('MALFORMED_BUNDLE', { expected: `${expected} in ${annotation}`, got });
}
