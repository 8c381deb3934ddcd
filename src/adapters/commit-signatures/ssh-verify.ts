import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createHash, createPublicKey, hash, verify } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import type { SshCurve, SshPublicKey } from '../../core/commit-signature/ssh-key.ts';
import { CURVE_BYTES } from '../../core/commit-signature/ssh-key.ts';
import type { SshSignature } from '../../core/commit-signature/ssh-signature.ts';
import { readEcdsaNumbers, signedBytes } from '../../core/commit-signature/ssh-signature.ts';

/** Shorter RSA keys are broken in practice. */
const RSA_BITS_MIN = 2048;
/** RFC 5656, 6.2.1. */
const CURVE_HASHES: Readonly<Record<SshCurve, string>> = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' };
const RSA_HASHES: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/** `SHA256:` and the hash in base64 without padding, as ssh-keygen shows keys. */
export function sshFingerprint(keyBlob: Uint8Array): string {
  return `SHA256:${hash('sha256', keyBlob, 'base64').replace(/=+$/, '')}`;
}

/**
 * True if the key has made this signature over `payload` (OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f).
 * @throws ToolError `MALFORMED`, and `UNSUPPORTED` for a key that proves nothing
 */
export function sshSignatureHolds(signature: SshSignature, payload: Uint8Array): boolean {
  const { key, value } = signature;
  const publicKey = toKeyObject(key);
  const digest = createHash(signature.hash).update(payload).digest();
  const signed = throughSecurityKey(signature, signedBytes(signature, digest));
  switch (key.kind) {
    case 'ed25519':
      return verify(null, signed, publicKey, value);
    case 'rsa':
      return verify(RSA_HASHES[signature.algorithm], signed, publicKey, padded(value, bitsOf(publicKey) / 8));
    case 'ecdsa': {
      const { r, s } = readEcdsaNumbers(value);
      const numbers = Buffer.concat([padded(r, CURVE_BYTES[key.curve]), padded(s, CURVE_BYTES[key.curve])]);
      return verify(CURVE_HASHES[key.curve], signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, numbers);
    }
  }
}

/** A security key signs the hash of the application, what it says of itself, and the hash of what it was asked to sign. */
function throughSecurityKey({ key, securityKey }: SshSignature, asked: Uint8Array): Uint8Array {
  if (key.kind === 'rsa' || key.application === undefined || securityKey === undefined) return asked;
  return Buffer.concat([sha256(key.application), securityKey, sha256(asked)]);
}

function toKeyObject(key: SshPublicKey): KeyObject {
  const publicKey = importKey(key);
  if (key.kind === 'rsa' && bitsOf(publicKey) < RSA_BITS_MIN) {
    throw new ToolError('UNSUPPORTED', `its RSA key has only ${bitsOf(publicKey)} bits, which proves nothing`);
  }
  return publicKey;
}

function importKey(key: SshPublicKey): KeyObject {
  try {
    return createPublicKey({ format: 'jwk', key: toJwk(key) });
  } catch (cause) {
    // A point that is not on its curve.
    throw new ToolError('MALFORMED', `what should be a key of type ${key.type} is not`, { cause });
  }
}

function toJwk(key: SshPublicKey): JsonWebKey {
  switch (key.kind) {
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: base64url(key.bytes) };
    case 'ecdsa':
      return { kty: 'EC', crv: key.curve, x: base64url(key.x), y: base64url(key.y) };
    case 'rsa':
      return { kty: 'RSA', n: base64url(key.modulus), e: base64url(key.exponent) };
  }
}

function bitsOf(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8) * 8;
}

/** OpenSSH leaves out zeros in front. @throws ToolError `MALFORMED` for what is longer */
function padded(number: Uint8Array, size: number): Buffer {
  if (number.length > size) throw new ToolError('MALFORMED', 'the signature is longer than its key can make it');
  return Buffer.concat([Buffer.alloc(size - number.length), number]);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
