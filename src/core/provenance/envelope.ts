import * as v from 'valibot';
import { withoutUndefined } from '../defined.ts';
import { ToolError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { decodeBase64 } from './base64.ts';
import { checkShape, checkSize } from './check-shape.ts';

/** Base64 of the largest statement, and certificates. */
const ENVELOPE_BYTES_MAX = 96 * 1024 * 1024;
const SIGNATURES_MAX = 100;
const BUNDLE_MEDIA_TYPE = 'vnd.dev.sigstore.bundle';

/** A DSSE envelope (secure-systems-lab/dsse, envelope.md). Nothing is checked yet. */
export type Envelope = {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** As written, in base64. May be empty: some builders write unsigned envelopes. */
  readonly signatures: readonly { readonly sig: string; readonly keyid?: string }[];
};
/** The content of a Sigstore bundle: without an envelope it is a signature over the artifact, and states nothing. */
export type BundleContent = { readonly mediaType: string; readonly envelope?: Envelope };

const signatureSchema = v.object({
  sig: v.pipe(v.string(), v.nonEmpty()),
  keyid: v.fallback(v.optional(v.string()), undefined),
});
const envelopeSchema = v.object({
  payloadType: v.string(),
  payload: v.string(),
  signatures: v.nullish(v.pipe(v.array(v.unknown()), v.maxLength(SIGNATURES_MAX)), []),
});
const bundleSchema = v.object({
  mediaType: v.pipe(v.string(), v.includes(BUNDLE_MEDIA_TYPE)),
  dsseEnvelope: v.optional(v.unknown()),
  messageSignature: v.optional(v.unknown()),
});

/** True for the payload types of in-toto: the general one, and that of one predicate (attestation spec v1, envelope.md). */
export function isStatementPayload(payloadType: string): boolean {
  return /^application\/vnd\.in-toto(?:\.[\w.-]+)?\+json$/.test(payloadType);
}

/** @throws ToolError `MALFORMED`, `TOO_LARGE` */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  checkSize(bytes, ENVELOPE_BYTES_MAX, 'the DSSE envelope');
  return readEnvelope(parseJson(bytes, 'the DSSE envelope'));
}

/**
 * The part of a Sigstore bundle that states something; its verification material is the verifier's business.
 * @throws ToolError `MALFORMED`, `TOO_LARGE`
 */
export function parseBundle(bytes: Uint8Array): BundleContent {
  checkSize(bytes, ENVELOPE_BYTES_MAX, 'the Sigstore bundle');
  const raw = parseJson(bytes, 'the Sigstore bundle');
  const { mediaType, dsseEnvelope, messageSignature } = checkShape(bundleSchema, raw, 'a Sigstore bundle');
  if (dsseEnvelope !== undefined && dsseEnvelope !== null) return { mediaType, envelope: readEnvelope(dsseEnvelope) };
  if (messageSignature !== undefined && messageSignature !== null) return { mediaType };
  throw new ToolError('MALFORMED', 'the Sigstore bundle has no content', {
    expected: 'dsseEnvelope or messageSignature',
  });
}

function readEnvelope(raw: unknown): Envelope {
  const { payloadType, payload, signatures } = checkShape(envelopeSchema, raw, 'a DSSE envelope');
  const decoded = decodeBase64(payload);
  if (decoded === undefined) {
    throw new ToolError('MALFORMED', 'the payload of the DSSE envelope is not base64', { got: payload.slice(0, 60) });
  }
  return {
    payloadType,
    payload: decoded,
    signatures: signatures.flatMap((item) => {
      const signature = v.safeParse(signatureSchema, item);
      return signature.success ? [withoutUndefined(signature.output)] : [];
    }),
  };
}
