import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import { parseDigest } from '../../core/model/digest.ts';
import type { Digest } from '../../core/model/digest.ts';
import { pemBlocks } from './pem.ts';
import { isSupportedKey, keyKind } from './signature.ts';

/** A public key that the user trusts by itself, without a certificate. */
export type ManagedKey = {
  /** As the user named it: the file, mostly. */
  readonly name: string;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  /** `sha256:` of `spki`. */
  readonly fingerprint: Digest;
};

const PUBLIC_KEY_LABELS: ReadonlySet<string> = new Set(['PUBLIC KEY', 'RSA PUBLIC KEY']);

/**
 * The public keys of a PEM file, in their order.
 * @throws ToolError `INVALID_CONFIGURATION` for a file without any, with a private one, or with one that cannot be used
 */
export function parseManagedKeys(pem: string, name: string): readonly ManagedKey[] {
  const blocks = pemBlocks(pem);
  const other = blocks.find(({ label }) => !PUBLIC_KEY_LABELS.has(label));
  if (blocks.length === 0 || other !== undefined) {
    throw unusable(name, 'a public key in PEM', other === undefined ? 'none' : other.label);
  }
  return blocks.map(({ label, der }, index) => {
    const type = label === 'PUBLIC KEY' ? 'spki' : 'pkcs1';
    return managedKey(readKey(der, type, name), blocks.length === 1 ? name : `${name}#${index + 1}`);
  });
}

/** @throws ToolError `INVALID_CONFIGURATION` for a kind of key that no check exists for */
export function managedKey(publicKey: KeyObject, name: string): ManagedKey {
  if (!isSupportedKey(publicKey)) {
    throw unusable(
      name,
      'an EC key on P-256, P-384 or P-521, an RSA key of 2048 bits or more, or an Ed25519 key',
      keyKind(publicKey),
    );
  }
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { name, publicKey, spki, fingerprint: fingerprintOf(spki) };
}

function readKey(der: Buffer, type: 'spki' | 'pkcs1', name: string): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type });
  } catch (cause) {
    throw new ToolError('INVALID_CONFIGURATION', `${name} holds no usable key`, {
      expected: 'a public key in PEM',
      got: 'bytes that are none',
      cause,
    });
  }
}

function fingerprintOf(spki: Buffer): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(spki).digest('hex')}`);
  if (digest === undefined) throw new Error('sha256 does not give a digest');
  return digest;
}

function unusable(name: string, expected: string, got: string): ToolError {
  return new ToolError('INVALID_CONFIGURATION', `${name} holds no usable key`, {
    expected,
    got,
    hint: '`cosign public-key` writes one',
  });
}
