import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { ManagedKey } from '../../../../src/adapters/sigstore/managed-key.ts';
import { parseManagedKeys } from '../../../../src/adapters/sigstore/managed-key.ts';
import type { TrustRoot } from '../../../../src/adapters/sigstore/trust-root.ts';
import { embeddedTrustRoots, parseTrustedRoots } from '../../../../src/adapters/sigstore/trusted-root-file.ts';
import { whileLocked } from '../../../../src/adapters/store/file-lock.ts';
import type { TrustFilesOptions, UserTrust } from '../../../../src/adapters/trust/trust-files.ts';
import { createTrustFiles } from '../../../../src/adapters/trust/trust-files.ts';
import type { KeptPin } from '../../../../src/core/model/trust-report.ts';
import { spki } from '../../../support/authority-keys.ts';
import type { KeyPair } from '../../../support/authority-keys.ts';
import { TEST_NOW_MS } from '../../../support/http-world.ts';

export type TrustWorld = {
  readonly trust: UserTrust<TrustRoot, ManagedKey>;
  /** `trust` itself is made when it is written to. */ readonly folder: string;
  readonly home: string;
};

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** The trust files in a home of their own, with the real readers. */
export function openTrustWorld(options: Partial<TrustFilesOptions<TrustRoot, ManagedKey>> = {}): TrustWorld {
  const home = mkdtempSync(join(tmpdir(), 'provtrace-trust-'));
  homes.push(home);
  const folder = join(home, 'trust');
  return { home, folder, trust: createTrustFiles({ ...realTrust(home), folder, ...options }) };
}

export function realTrust(workingFolder: string): Omit<TrustFilesOptions<TrustRoot, ManagedKey>, 'folder'> {
  return {
    workingFolder,
    roots: { embedded: embeddedTrustRoots, parse: parseTrustedRoots },
    readKeys: parseManagedKeys,
    repositories: [],
    whileLocked,
    clock: { nowMs: () => TEST_NOW_MS },
  };
}

export function pemOf(key: KeyPair): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki(key).toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

export function certificatePin(
  images: string,
  identity = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main',
): KeptPin {
  return {
    images,
    signer: { kind: 'certificate', issuer: 'https://token.actions.githubusercontent.com', identity, match: 'exact' },
  };
}

/** All files beneath, by their path in it. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
}
