import * as v from 'valibot';
import { CheckFailure } from './check-failure.ts';
import { anyBase64Bytes, firstIssue } from './schema.ts';

/** Each costs hashing the payload once for every known key. Google Cloud Build writes two. */
const SIGNATURES_MAX = 8;

const envelopeSchema = v.object({
  payloadType: v.string(),
  payload: anyBase64Bytes,
  signatures: v.pipe(
    v.array(v.object({ keyid: v.nullish(v.string(), ''), sig: anyBase64Bytes, cert: v.optional(v.unknown()) })),
    v.maxLength(SIGNATURES_MAX, 'too many'),
  ),
});

/** A DSSE envelope (secure-systems-lab/dsse, envelope.md) with its bytes decoded. */
export type Envelope = {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly EnvelopeSignature[];
};
/** `cert` is an early custom of slsa-github-generator, and not DSSE's. */
export type EnvelopeSignature = { readonly keyid: string; readonly sig: Buffer; readonly cert?: unknown };

/** True for what has the members of an envelope, readable or not. */
export function isEnvelope(value: Readonly<Record<string, unknown>>): boolean {
  return 'payloadType' in value && 'payload' in value && 'signatures' in value;
}

/** @throws CheckFailure `MALFORMED_BUNDLE` */
export function readEnvelope(value: unknown): Envelope {
  const parsed = v.safeParse(envelopeSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new CheckFailure('MALFORMED_BUNDLE', { expected: 'a DSSE envelope', got: firstIssue(parsed.issues) });
}

/** What a DSSE signature is over (protocol.md, PAE): type and payload, each with its length before it. */
export function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}
