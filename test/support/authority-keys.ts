import type { KeyObject } from 'node:crypto';
import { constants, generateKeyPairSync, sign } from 'node:crypto';

/** The kinds of keys that sign. `RSA-PSS` signs with PSS by a plain RSA key. */
export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA' | 'RSA-PSS' | 'Ed25519';
export type Hash = 'sha256' | 'sha384' | 'sha512';
export type KeyPair = { readonly kind: KeyKind; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** The hash that sigstore's algorithm registry pairs with each kind. */
export const HASHES: Readonly<Record<KeyKind, Hash>> = {
  'P-256': 'sha256',
  'P-384': 'sha384',
  'P-521': 'sha512',
  RSA: 'sha256',
  'RSA-PSS': 'sha256',
  Ed25519: 'sha512',
};

export function createKeyPair(kind: KeyKind = 'P-256'): KeyPair {
  if (kind === 'Ed25519') return { kind, ...generateKeyPairSync('ed25519') };
  if (kind === 'RSA' || kind === 'RSA-PSS') return { kind, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
  return { kind, ...generateKeyPairSync('ec', { namedCurve: kind }) };
}

export function signWith({ kind, privateKey }: KeyPair, bytes: Uint8Array, hash: Hash = HASHES[kind]): Buffer {
  if (kind === 'Ed25519') return sign(null, bytes, privateKey);
  if (kind === 'RSA-PSS') {
    return sign(hash, bytes, {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
  }
  return sign(hash, bytes, privateKey);
}

/** SubjectPublicKeyInfo, DER. */
export function spki({ publicKey }: Pick<KeyPair, 'publicKey'>): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

export function publicPem({ publicKey }: Pick<KeyPair, 'publicKey'>): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
