import { ToolError } from '../errors.ts';
import type { SshPublicKey } from './ssh-key.ts';
import { parseSshPublicKey } from './ssh-key.ts';
import { SshWireReader, sshString } from './ssh-wire.ts';

/** An SSH signature over a file (OpenSSH's PROTOCOL.sshsig), its shape checked and nothing else. */
export type SshSignature = {
  readonly key: SshPublicKey;
  /** The key as SSH writes it: what its fingerprint is of, and what lists of allowed signers have in base64. */
  readonly keyBlob: Uint8Array;
  /** What the signature is for: `git` for commits, `file` by default. */
  readonly namespace: string;
  readonly reserved: Uint8Array;
  /** Of what was signed. */
  readonly hash: 'sha256' | 'sha512';
  /** `ssh-ed25519`, `rsa-sha2-512`. */
  readonly algorithm: string;
  readonly value: Uint8Array;
  /** What a security key says beside its signature, and signs: whether somebody touched it, and how often it was used. */
  readonly securityKey?: Uint8Array;
};

const MAGIC = new TextEncoder().encode('SSHSIG');
const VERSION = 1;
const SECURITY_KEY_BYTES = 1 + 4;
/** "RSA signatures MUST use" these (PROTOCOL.sshsig): `ssh-rsa` would be with SHA-1. */
const RSA_ALGORITHMS: ReadonlySet<string> = new Set(['rsa-sha2-256', 'rsa-sha2-512']);

/** @throws ToolError `MALFORMED`, and `UNSUPPORTED` for a version, a key or a hash that is not known */
export function parseSshSignature(bytes: Uint8Array): SshSignature {
  const reader = new SshWireReader(bytes);
  const magic = reader.take(MAGIC.length);
  if (!MAGIC.every((byte, index) => byte === magic[index])) throw malformed('what should be an SSH signature is not');
  const version = reader.uint32();
  if (version !== VERSION) throw unsupported(`no check exists for version ${version} of SSH signatures`);
  const keyBlob = reader.string();
  const key = parseSshPublicKey(keyBlob);
  const namespace = reader.text();
  const reserved = reader.string();
  const hash = readHash(reader);
  const signature = readSignature(reader.string(), key);
  reader.end();
  return { key, keyBlob, namespace, reserved, hash, ...signature };
}

/** What the key has signed, given the hash of what it was asked to sign. */
export function signedBytes(signature: SshSignature, digest: Uint8Array): Uint8Array {
  const { namespace, reserved, hash } = signature;
  const text = new TextEncoder();
  return new Uint8Array([
    ...MAGIC,
    ...sshString(text.encode(namespace)),
    ...sshString(reserved),
    ...sshString(text.encode(hash)),
    ...sshString(digest),
  ]);
}

/** The two numbers of an ECDSA signature (RFC 5656, 3.1.2). @throws ToolError `MALFORMED` */
export function readEcdsaNumbers(value: Uint8Array): { readonly r: Uint8Array; readonly s: Uint8Array } {
  const reader = new SshWireReader(value);
  const numbers = { r: reader.unsigned(), s: reader.unsigned() };
  reader.end();
  return numbers;
}

function readHash(reader: SshWireReader): SshSignature['hash'] {
  const name = reader.text();
  if (name === 'sha256' || name === 'sha512') return name;
  throw unsupported(`no check exists for SSH signatures over the hash ${name}`);
}

function readSignature(
  bytes: Uint8Array,
  key: SshPublicKey,
): Pick<SshSignature, 'algorithm' | 'value' | 'securityKey'> {
  const reader = new SshWireReader(bytes);
  const algorithm = reader.text();
  const isOfKey = key.kind === 'rsa' ? RSA_ALGORITHMS.has(algorithm) : algorithm === key.type;
  if (!isOfKey) throw malformed(`a key of type ${key.type} does not sign with ${algorithm}`);
  const value = reader.string();
  const isSecurityKey = key.kind !== 'rsa' && key.application !== undefined;
  const securityKey = isSecurityKey ? { securityKey: reader.take(SECURITY_KEY_BYTES) } : {};
  reader.end();
  return { algorithm, value, ...securityKey };
}

function malformed(message: string): ToolError {
  return new ToolError('MALFORMED', message);
}

function unsupported(message: string): ToolError {
  return new ToolError('UNSUPPORTED', message);
}
