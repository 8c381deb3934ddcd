import { execFileSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasSshKeygen = canRun();

export type SshKey = {
  /** With the private key. */
  readonly file: string;
  /** As in a `.pub` file, without the comment. */
  readonly publicKey: string;
  /** `SHA256:…`, as ssh-keygen says it. */
  readonly fingerprint: string;
  sign(payload: Buffer, options?: { readonly namespace?: string; readonly hash?: 'sha256' | 'sha512' }): string;
};

/** A key of ssh-keygen's own making. */
export function makeSshKey(folder: string, type: string, bits?: number): SshKey {
  const file = join(folder, `key-${type}-${bits ?? 0}-${Math.random().toString(36).slice(2)}`);
  run(['-q', '-t', type, ...(bits === undefined ? [] : ['-b', `${bits}`]), '-N', '', '-C', 'test', '-f', file]);
  const [name = '', encoded = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  return {
    file,
    publicKey: `${name} ${encoded}`,
    fingerprint: run(['-l', '-f', file]).split(' ')[1] ?? '',
    sign: (payload, { namespace = 'git', hash = 'sha512' } = {}) =>
      run(['-Y', 'sign', '-q', '-n', namespace, '-O', `hashalg=${hash}`, '-f', file], payload),
  };
}

function run(parameters: readonly string[], input: Buffer | string = ''): string {
  return execFileSync('ssh-keygen', parameters, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

function canRun(): boolean {
  try {
    // It has no version to ask for; without parameters it would make a key.
    execFileSync('ssh-keygen', ['-Y', 'find-principals'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

// What ssh-keygen cannot make without a device, or not any more, by OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f.

export function wire(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

export type SignatureParts = {
  readonly keyBlob: Uint8Array;
  /** Given what was signed, the inner signature with its algorithm. */
  readonly sign: (signed: Buffer) => Buffer;
  readonly namespace?: string;
  readonly reserved?: string;
  readonly hash?: string;
  readonly version?: number;
  readonly magic?: string;
  readonly trailing?: string;
};

/** An SSH signature in its armour. */
export function composeSshSignature(payload: Buffer, parts: SignatureParts): string {
  const { namespace = 'git', reserved = '', hash = 'sha512', version = 1, magic = 'SSHSIG', trailing = '' } = parts;
  const digest = createHash(hash === 'sha256' ? 'sha256' : 'sha512')
    .update(payload)
    .digest();
  const signed = Buffer.concat([Buffer.from('SSHSIG'), wire(namespace, reserved, hash, digest)]);
  const bytes = Buffer.concat([
    Buffer.from(magic),
    Buffer.from([0, 0, 0, version]),
    wire(parts.keyBlob, namespace, reserved, hash, parts.sign(signed)),
    Buffer.from(trailing),
  ]);
  return armoured(bytes, 'SSH SIGNATURE');
}

export function armoured(bytes: Buffer, label: string): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** A key in a security key: what it signs begins with the hash of its application, whether it was touched, and a counter. */
export function makeSecurityKey(kind: 'ed25519' | 'ecdsa', application = 'ssh:') {
  const { privateKey, publicKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const type = kind === 'ed25519' ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com';
  const point = pointOf(publicKey);
  const keyBlob = kind === 'ed25519' ? wire(type, point, application) : wire(type, 'nistp256', point, application);
  const state = Buffer.from([1, 0, 0, 0, 7]);
  return {
    keyBlob,
    /** `said`: the state that the signature shows, where that is not the one that was signed. */
    sign: (signed: Buffer, said: Uint8Array = state): Buffer => {
      const all = Buffer.concat([sha256(application), state, sha256(signed)]);
      const value = kind === 'ed25519' ? sign(null, all, privateKey) : ecdsaNumbers(all, privateKey);
      return Buffer.concat([wire(type, value), said]);
    },
  };
}

/** `mpint`s, as SSH writes positive numbers. */
function ecdsaNumbers(signed: Buffer, key: KeyObject): Buffer {
  const both = sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' });
  return wire(...[both.subarray(0, 32), both.subarray(32)].map(mpint));
}

export function mpint(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const bare = Buffer.from(first < 0 ? [] : bytes.subarray(first));
  return (bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bare]) : bare;
}

/** The last bytes of SubjectPublicKeyInfo: 32 of Ed25519, 65 of a point on P-256. */
function pointOf(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return spki.subarray(publicKey.asymmetricKeyType === 'ed25519' ? -32 : -65);
}

function sha256(bytes: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
