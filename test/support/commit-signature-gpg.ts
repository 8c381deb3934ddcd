import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasGpg = canRun();

/** A keyring of the tests' own. */
export type Keyring = {
  readonly folder: string;
  run(parameters: readonly string[], input?: Buffer | string): string;
  /** The fingerprint of a new key that is valid from `at`, for ever or for `lives` (`1d`). */
  makeKey(userId: string, options?: { readonly at?: Date; readonly lives?: string }): string;
  revoke(fingerprint: string): void;
  /** The armour of a detached signature. */
  sign(payload: Buffer, by: string, options?: { readonly at?: Date; readonly lives?: string }): string;
  exportKey(fingerprint: string): string;
  /** Lines of `gpg.conf`. */
  configure(...lines: readonly string[]): void;
  /** Ends the agent that gpg has started for it. */
  close(): void;
};

/** `folder` is made. Its name must be short: gpg's agent listens on a socket in it. */
export function createKeyring(folder: string): Keyring {
  mkdirSync(folder, { mode: 0o700 });
  const run: Keyring['run'] = (parameters, input = '') =>
    execFileSync(
      'gpg',
      ['--homedir', folder, '--batch', '--passphrase', '', '--pinentry-mode', 'loopback', ...parameters],
      {
        input,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
  return {
    folder,
    run,
    makeKey: (userId, { at, lives = 'never' } = {}) => {
      run([...timeOf(at), '--quick-generate-key', userId, 'ed25519', 'sign', lives]);
      const listed = run(['--with-colons', '--list-keys', `=${userId}`]);
      return /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '';
    },
    revoke: (fingerprint) => {
      const written = readFileSync(join(folder, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8');
      // gpg puts a colon in front of the block, so that nobody imports it by mistake.
      run(['--import'], written.replace(/^:/m, ''));
    },
    sign: (payload, by, { at, lives = '0' } = {}) =>
      run([...timeOf(at), '--default-sig-expire', lives, '--local-user', by, '--armor', '--detach-sign'], payload),
    exportKey: (fingerprint) => run(['--armor', '--export', fingerprint]),
    configure: (...lines) => appendFileSync(join(folder, 'gpg.conf'), `${lines.join('\n')}\n`),
    close: () => void execFileSync('gpgconf', ['--homedir', folder, '--kill', 'all'], { stdio: 'ignore' }),
  };
}

function timeOf(at: Date | undefined): readonly string[] {
  if (at === undefined) return [];
  return ['--faked-system-time', `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}!`];
}

function canRun(): boolean {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
