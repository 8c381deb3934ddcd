import { ToolError } from '../errors.ts';
import { decodeBase64 } from '../provenance/base64.ts';

/** What stands in the first line of a commit's signature, as git tells the kinds apart (`gpg-interface.c`). */
const KINDS = {
  '-----BEGIN PGP SIGNATURE-----': 'openpgp',
  '-----BEGIN PGP MESSAGE-----': 'openpgp',
  '-----BEGIN SSH SIGNATURE-----': 'ssh',
  // Cryptographic Message Syntax (RFC 5652), by gpgsm, smimesign and gitsign.
  '-----BEGIN SIGNED MESSAGE-----': 'cms',
} as const;
export type ArmourKind = (typeof KINDS)[keyof typeof KINDS];

const BLOCK = /^-----BEGIN ([A-Z0-9 ]{1,40})-----\n([A-Za-z0-9+/=\n]*)-----END \1-----$/;

/** Undefined for a kind of signature that git does not know either. */
export function armourKind(armour: string): ArmourKind | undefined {
  const [first = ''] = armour.split('\n', 1);
  const line = first.trimEnd();
  return isKnown(line) ? KINDS[line] : undefined;
}

/**
 * The bytes of one armoured block without headers (RFC 7468).
 * @throws ToolError `MALFORMED`, for more than one block too
 */
export function readArmour(armour: string): Uint8Array {
  const [, , body] = BLOCK.exec(armour.replaceAll('\r\n', '\n').trim()) ?? [];
  const bytes = body === undefined ? undefined : decodeBase64(body.replaceAll('\n', ''));
  if (bytes === undefined) throw new ToolError('MALFORMED', 'the signature is not one block of base64');
  return bytes;
}

function isKnown(line: string): line is keyof typeof KINDS {
  return Object.hasOwn(KINDS, line);
}
