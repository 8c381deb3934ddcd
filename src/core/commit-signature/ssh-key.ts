import { ToolError } from '../errors.ts';
import { SshWireReader } from './ssh-wire.ts';

export type SshCurve = 'P-256' | 'P-384' | 'P-521';

/** `application` is there for keys in a security key (FIDO): what they sign has the hash of it in front. */
export type SshPublicKey =
  | { readonly kind: 'ed25519'; readonly type: string; readonly bytes: Uint8Array; readonly application?: Uint8Array }
  | {
      readonly kind: 'ecdsa';
      readonly type: string;
      readonly curve: SshCurve;
      /** Both numbers, each as long as the curve's. */
      readonly x: Uint8Array;
      readonly y: Uint8Array;
      readonly application?: Uint8Array;
    }
  | { readonly kind: 'rsa'; readonly type: string; readonly exponent: Uint8Array; readonly modulus: Uint8Array };

/** Of one number of a point or a signature. */
export const CURVE_BYTES: Readonly<Record<SshCurve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };
const ED25519_BYTES = 32;
const UNCOMPRESSED = 4;
/** As OpenSSH has it (`SSHBUF_MAX_BIGNUM`). */
const RSA_BYTES_MAX = 2048;

type Reading = (type: string, reader: SshWireReader) => SshPublicKey;

/** By the name that the key begins with (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, OpenSSH's PROTOCOL.u2f). */
const KEY_TYPES: Readonly<Record<string, Reading>> = {
  'ssh-ed25519': readEd25519,
  'sk-ssh-ed25519@openssh.com': (type, reader) => withApplication(readEd25519(type, reader), reader),
  'ecdsa-sha2-nistp256': ecdsa('P-256', 'nistp256'),
  'ecdsa-sha2-nistp384': ecdsa('P-384', 'nistp384'),
  'ecdsa-sha2-nistp521': ecdsa('P-521', 'nistp521'),
  'sk-ecdsa-sha2-nistp256@openssh.com': (type, reader) =>
    withApplication(ecdsa('P-256', 'nistp256')(type, reader), reader),
  'ssh-rsa': readRsa,
};

/**
 * A public key as it stands in signatures and, in base64, in lists of allowed signers.
 * @throws ToolError `MALFORMED`, and `UNSUPPORTED` for a kind of key that is not known, certificates too
 */
export function parseSshPublicKey(blob: Uint8Array): SshPublicKey {
  const reader = new SshWireReader(blob);
  const type = reader.text();
  const read = Object.hasOwn(KEY_TYPES, type) ? KEY_TYPES[type] : undefined;
  if (read === undefined) throw new ToolError('UNSUPPORTED', `no check exists for SSH keys of type ${type}`);
  const key = read(type, reader);
  reader.end();
  return key;
}

function readEd25519(type: string, reader: SshWireReader): SshPublicKey {
  const bytes = reader.string();
  if (bytes.length !== ED25519_BYTES) throw notA(type);
  return { kind: 'ed25519', type, bytes };
}

function ecdsa(curve: SshCurve, name: string): Reading {
  const size = CURVE_BYTES[curve];
  return (type, reader) => {
    const named = reader.text();
    const point = reader.string();
    if (named !== name || point.length !== 1 + 2 * size || point[0] !== UNCOMPRESSED) throw notA(type);
    return { kind: 'ecdsa', type, curve, x: point.subarray(1, 1 + size), y: point.subarray(1 + size) };
  };
}

function readRsa(type: string, reader: SshWireReader): SshPublicKey {
  const exponent = reader.unsigned();
  const modulus = reader.unsigned();
  if (exponent.length === 0 || modulus.length === 0 || modulus.length > RSA_BYTES_MAX) throw notA(type);
  return { kind: 'rsa', type, exponent, modulus };
}

function withApplication(key: SshPublicKey, reader: SshWireReader): SshPublicKey {
  const application = reader.string();
  return key.kind === 'rsa' ? key : { ...key, application };
}

function notA(type: string): ToolError {
  return new ToolError('MALFORMED', `what should be a key of type ${type} is not`);
}
