import { readSshKeyLine } from './ssh-key-line.ts';

/** The first bytes of a key revocation list (OpenSSH's PROTOCOL.krl). */
const KRL_MAGIC = 'SSHKRL\n\0';

/** Keys as SSH writes them, of a list with one on each line (ssh-keygen(1), `-r`); undefined for a binary list. */
export function parseRevokedKeys(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const text = new TextDecoder().decode(bytes);
  if (text.startsWith(KRL_MAGIC)) return undefined;
  return text
    .split('\n')
    .map((line) => readSshKeyLine(line.trim()))
    .filter((key) => key !== undefined);
}
