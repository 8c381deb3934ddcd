import type { Digest } from '../../core/model/digest.ts';
import type { FilePin } from './pins-file.ts';
import { damaged, readNamed } from './private-files.ts';

/** What this folder needs to know of a public key; whoever verifies with it knows more. */
export type Key = {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  /** `sha256:` of `spki`. */
  readonly fingerprint: Digest;
};

/** The public keys in a PEM text. @throws ToolError `INVALID_CONFIGURATION` */
export type KeyReader<Each extends Key> = (pem: string, name: string) => readonly Each[];

const KEY_FILE_BYTES_MAX = 1024 * 1024;

/** The keys by which signers are pinned, each once. @throws ToolError `INVALID_CONFIGURATION` */
export function pinnedKeys<Each extends Key>(pins: readonly FilePin[], readKeys: KeyReader<Each>): readonly Each[] {
  const keys = pins.flatMap(({ images, signer, publicKey }) => {
    if (signer.kind !== 'key' || publicKey === undefined) return [];
    const name = `pinned for ${images}`;
    const read = readKeys(publicKey, name);
    if (read.every(({ fingerprint }) => fingerprint === signer.fingerprint)) return read;
    throw damaged(`the key ${name}`, {
      expected: signer.fingerprint,
      got: read.map(({ fingerprint }) => fingerprint).join(', '),
      hint: 'pin it again',
    });
  });
  return [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
}

/** What the files hold, a key by itself in PEM under its fingerprint. @throws ToolError `USAGE`, `INVALID_CONFIGURATION` */
export async function pemByFingerprint<Each extends Key>(
  files: readonly string[],
  readKeys: KeyReader<Each>,
): Promise<ReadonlyMap<string, string>> {
  const pems = await Promise.all(
    files.map(async (path) => readKeys(new TextDecoder().decode(await readNamed(path, KEY_FILE_BYTES_MAX)), path)),
  );
  return new Map(pems.flat().map(({ fingerprint, spki }) => [fingerprint, pemOf(spki)]));
}

/** RFC 7468. */
function pemOf(spki: Buffer): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replaceAll(/.{64}(?!$)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
}
