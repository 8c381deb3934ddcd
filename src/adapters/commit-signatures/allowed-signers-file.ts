import { open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { WallClock } from '../../core/commit-signature/allowed-signer-time.ts';
import type { AllowedSigners } from '../../core/commit-signature/allowed-signers.ts';
import { parseAllowedSigners } from '../../core/commit-signature/allowed-signers.ts';
import { parseRevokedKeys } from '../../core/commit-signature/revoked-keys.ts';
import { ToolError } from '../../core/errors.ts';
import type { CommitSignaturesOptions } from './options.ts';
import { readSshSettings } from './ssh-settings.ts';

const FILE_BYTES_MAX = 1024 * 1024;

/** `revoked`: keys as SSH writes them, that are nobody's any more whatever the list says. */
export type KnownSigners = { readonly revoked: readonly Uint8Array[] } & (
  | { readonly kind: 'list'; readonly path: string; readonly list: AllowedSigners }
  /** `why`: as a phrase. */
  | { readonly kind: 'none'; readonly why: string }
);

/** Whom the user trusts. What keeps it from being known is told, and thrown nowhere. */
export async function readAllowedSigners(options: CommitSignaturesOptions): Promise<KnownSigners> {
  let revoked: readonly Uint8Array[] = [];
  try {
    const settings = await readSshSettings(options);
    revoked = settings.revocationFile === undefined ? [] : await readRevokedKeys(settings.revocationFile);
    const path = options.allowedSignersFile ?? settings.allowedSignersFile;
    if (path === undefined) {
      return { kind: 'none', revoked, why: 'gpg.ssh.allowedSignersFile is not set in your git configuration' };
    }
    const text = (await readBounded('allowedSignersFile', path)).toString('utf8');
    return { kind: 'list', revoked, path, list: parseAllowedSigners(text, localTime) };
  } catch (error) {
    const why = error instanceof ToolError ? error.message : 'the allowed signers cannot be read';
    return { kind: 'none', revoked, why };
  }
}

/** Where it cannot be known which keys are revoked, none can be trusted. @throws ToolError */
async function readRevokedKeys(path: string): Promise<readonly Uint8Array[]> {
  const revoked = parseRevokedKeys(await readBounded('revocationFile', path));
  if (revoked !== undefined) return revoked;
  throw new ToolError('UNSUPPORTED', `${path} is a binary list of revoked keys, which is not read`);
}

/** @throws ToolError */
async function readBounded(setting: string, path: string): Promise<Buffer> {
  // git takes it from the top of the repository at hand, which so would say itself who may sign it.
  if (!isAbsolute(path)) {
    throw new ToolError('NOT_READABLE', `gpg.ssh.${setting} is ${path}, which is in whatever repository is looked at`);
  }
  const file = await open(path).catch((cause: unknown) => {
    throw new ToolError('NOT_READABLE', `${path} cannot be read`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_BYTES_MAX + 1), 0, FILE_BYTES_MAX + 1, 0);
    if (bytesRead > FILE_BYTES_MAX) throw new ToolError('TOO_LARGE', `${path} has more than ${FILE_BYTES_MAX} bytes`);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function localTime({ year, month, day, hour, minute, second }: WallClock): number {
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}
