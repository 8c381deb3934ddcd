import type { TransparencyLogEntry } from '@sigstore/bundle';
import { preAuthEncoding } from './envelope.ts';

/**
 * Whatever carried it: the bytes that were signed, the signature, and what came along to prove it. A Sigstore bundle and a
 * layer that cosign wrote open into the same thing. Its shape is right; nothing of it has been verified.
 */
export type OpenedBundle = {
  readonly content: SignedContent;
  readonly signature: Buffer;
  readonly signer: CarriedSigner;
  readonly logEntries: readonly TransparencyLogEntry[];
  readonly timestamps: readonly CarriedTimestamp[];
};

export type SignedContent =
  | {
      readonly kind: 'envelope';
      readonly payloadType: string;
      readonly payload: Buffer;
      /** The envelope's JSON as cosign uploaded it: what entries of kind intoto/0.0.1 are about. */
      readonly blob?: Buffer;
    }
  | { readonly kind: 'message'; readonly message: Buffer };

/** Who says to have signed. */
export type CarriedSigner =
  | {
      readonly kind: 'certificate';
      /** DER. */
      readonly leaf: Buffer;
      /** What was given beside the leaf, each the issuer of the one before: to be verified before it may vouch for anything. */
      readonly chain: readonly Buffer[];
    }
  | { readonly kind: 'key'; readonly hint: string };

export type CarriedTimestamp = {
  /** RFC 3161 TimeStampResp, DER. */
  readonly response: Buffer;
  /** What it may cover: the signature, or, for attestations by cosign 2, the whole envelope. */
  readonly covers: readonly Buffer[];
};

/** What the signature is over: the message, or the envelope's pre-authentication encoding. */
export function signedBytes(content: SignedContent): Buffer {
  return content.kind === 'message' ? content.message : preAuthEncoding(content.payloadType, content.payload);
}
