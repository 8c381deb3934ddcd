import type { KeyObject } from 'node:crypto';
import { constants, verify } from 'node:crypto';

/** How one key may have signed: with which hash (null: the algorithm has its own), and how the signature is written. */
type Scheme = {
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  readonly padding?: number;
  readonly dsaEncoding?: 'der' | 'ieee-p1363';
};

/** By curve, strongest habit first: sigstore's algorithm registry pairs each curve with its own hash, cosign takes SHA-256 for all. */
const CURVE_HASHES: Readonly<Record<string, readonly Scheme['hash'][]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha384', 'sha256'],
  secp521r1: ['sha512', 'sha256'],
};
/** Length of a signature as the two bare numbers (IEEE P1363), in bytes, by curve. */
const CURVE_SIGNATURE_BYTES: Readonly<Record<string, number>> = { prime256v1: 64, secp384r1: 96, secp521r1: 132 };

const RSA_SCHEMES: readonly Scheme[] = [constants.RSA_PKCS1_PADDING, constants.RSA_PKCS1_PSS_PADDING].flatMap(
  (padding) => (['sha256', 'sha384', 'sha512'] as const).map((hash) => ({ hash, padding })),
);

/** Shorter RSA keys are broken in practice; sigstore's algorithm registry begins here too. */
const RSA_BITS_MIN = 2048;

/**
 * True if `key` made `signature` over `signed`, in one of the ways in which keys of its kind sign. False for every key and
 * signature that Node cannot use: nothing is thrown.
 */
export function signatureHolds(key: KeyObject, signed: Uint8Array, signature: Uint8Array): boolean {
  return schemesOf(key, signature.length).some(({ hash, ...how }) => {
    try {
      return verify(hash, signed, { key, ...how }, signature);
    } catch {
      return false;
    }
  });
}

/** True for the kinds of keys that can be checked at all. */
export function isSupportedKey(key: KeyObject): boolean {
  return schemesOf(key, 0).length > 0;
}

/** As a person names it: `EC prime256v1`, `RSA 2048`, `ED25519`. */
export function keyKind(key: KeyObject): string {
  const detail = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyDetails?.modulusLength;
  return [key.asymmetricKeyType?.toUpperCase() ?? 'secret', detail].filter((part) => part !== undefined).join(' ');
}

/** By the key's type as Node names it; a type that is missing cannot be checked. */
const SCHEMES: Readonly<Record<string, (key: KeyObject, signatureBytes: number) => readonly Scheme[]>> = {
  ec: (key, signatureBytes) => curveSchemes(key.asymmetricKeyDetails?.namedCurve ?? '', signatureBytes),
  rsa: (key) => (hasEnoughBits(key) ? RSA_SCHEMES : []),
  'rsa-pss': (key) =>
    hasEnoughBits(key) ? RSA_SCHEMES.filter(({ padding }) => padding === constants.RSA_PKCS1_PSS_PADDING) : [],
  ed25519: () => [{ hash: null }],
};

function schemesOf(key: KeyObject, signatureBytes: number): readonly Scheme[] {
  return SCHEMES[key.asymmetricKeyType ?? '']?.(key, signatureBytes) ?? [];
}

function curveSchemes(curve: string, signatureBytes: number): readonly Scheme[] {
  const hashes = CURVE_HASHES[curve] ?? [];
  const inDer = hashes.map((hash) => ({ hash, dsaEncoding: 'der' as const }));
  // Google's verification summaries write the two numbers without DER around them.
  const bare = signatureBytes === CURVE_SIGNATURE_BYTES[curve];
  return bare ? [...inDer, ...hashes.map((hash) => ({ hash, dsaEncoding: 'ieee-p1363' as const }))] : inDer;
}

function hasEnoughBits(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN;
}
