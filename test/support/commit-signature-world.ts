import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCommitSignatures } from '../../src/adapters/commit-signatures/commit-signatures.ts';
import type { CommitSignaturesOptions } from '../../src/adapters/commit-signatures/commit-signatures.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { parseCommit } from '../../src/adapters/git/objects.ts';
import { initialise, writeObject } from '../../src/adapters/git/repository-folder.ts';
import { createWorkplace } from '../../src/adapters/git/workplace.ts';
import type { CheckedCommitSignature } from '../../src/core/model/commit-signature.ts';
import type { SourceCommit } from '../../src/core/model/source.ts';

/** 2023-11-14T22:13:20Z. */
export const COMMITTED_AT = 1_700_000_000;

export type CommitRequest = {
  /** The armour over the payload. */
  readonly sign?: (payload: Buffer) => string;
  readonly committer?: string;
  readonly author?: string;
  /** Seconds since 1970; null for a commit without a time that can be read. */
  readonly at?: number | null;
  readonly message?: string;
  /** In place of `message`, after it was signed. */
  readonly alteredMessage?: string;
  readonly objectFormat?: 'sha1' | 'sha256';
};

/** A commit as the git adapter reads it, signed as git does: the signature's lines follow the committer's, each after a blank. */
export function makeCommit(request: CommitRequest): SourceCommit {
  const { message = 'a change\n', objectFormat = 'sha1', committer = 'jane@acme.example', at = COMMITTED_AT } = request;
  const time = at === null ? 'never' : `${at} +0000`;
  const header = [
    `tree ${'0'.repeat(objectFormat === 'sha1' ? 40 : 64)}`,
    `author Ada <${request.author ?? committer}> ${time}`,
    `committer Jane <${committer}> ${time}`,
  ].join('\n');
  const armour = request.sign?.(Buffer.from(`${header}\n\n${message}`)).trimEnd();
  const field = objectFormat === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
  const signature = armour === undefined ? '' : `\n${field} ${armour.replaceAll('\n', '\n ')}`;
  const content = Buffer.from(`${header}${signature}\n\n${request.alteredMessage ?? message}`);
  const hashed = Buffer.concat([Buffer.from(`commit ${content.length}\0`), content]);
  return parseCommit(createHash(objectFormat).update(hashed).digest('hex'), content);
}

export type SignatureWorld = {
  readonly folder: string;
  check(commit: SourceCommit): Promise<CheckedCommitSignature | undefined>;
  close(): Promise<void>;
};

/** The live adapter over the live git, in a folder that is removed at the end. No Sigstore is known unless one is given. */
export function openSignatureWorld(
  given: Partial<Omit<CommitSignaturesOptions, 'git' | 'repositories'>> & {
    readonly program?: string;
    readonly timeoutMs?: number;
  } = {},
): SignatureWorld {
  // Short: gpg's sockets are in folders below, and their names may have 107 bytes.
  const folder = mkdtempSync('/tmp/cs-');
  const env = { PATH: process.env['PATH'], ...given.env };
  const workplace = createWorkplace({ parent: folder, clock: { nowMs: () => COMMITTED_AT * 1000 } });
  const git = createGit({
    program: given.program ?? 'git',
    env,
    workplace,
    signal: undefined,
    timeoutMs: given.timeoutMs ?? 20_000,
  });
  const signatures = createCommitSignatures({
    git,
    repositories: { newFolder: (name) => workplace.newFolder(name), initialise, writeObject },
    homeDirectory: join(folder, 'home'),
    verifyArtifact: async () => ({
      assurance: 'attested',
      code: 'NO_TRUST_ROOT',
      expected: 'a root of trust',
      got: 'none',
    }),
    ...given,
    env,
  });
  return {
    folder,
    check: (commit) => signatures.check(commit),
    close: async () => {
      await workplace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
