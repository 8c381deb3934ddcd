import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGpgStatus } from '../../core/commit-signature/gpg-status.ts';
import type { CheckedCommitSignature } from '../../core/model/commit-signature.ts';
import type { SourceCommit } from '../../core/model/source.ts';
import type { CommitSignaturesOptions, Environment } from './options.ts';

const OUTPUT_BYTES_MAX = 64 * 1024;
const OWNER_MAY_RUN = 0o700;

/**
 * gpg with what a user's own `gpg.conf` must not turn on here: asking for keys over the network, or anybody at all. git takes a
 * program for `gpg.program`, and no arguments.
 */
const GPG = `#!/bin/sh
exec gpg --batch --no-tty --no-auto-key-retrieve --disable-dirmngr --no-auto-check-trustdb "$@"
`;

type OpenPgpCheck = CheckedCommitSignature & { readonly kind: 'openpgp' };

export type OpenPgpChecker = (commit: SourceCommit) => Promise<OpenPgpCheck>;

/** By the keyring of the user, in repositories of our own: a clone's configuration could name any program as its gpg. */
export function createOpenPgpChecker(options: CommitSignaturesOptions): OpenPgpChecker {
  const { git, repositories } = options;
  let opened: Promise<{ readonly gpg: string; readonly folders: Map<ObjectFormat, Promise<string>> }> | undefined;

  async function open() {
    const gpg = join(await repositories.newFolder('gpg'), 'gpg');
    await writeFile(gpg, GPG, { mode: OWNER_MAY_RUN });
    return { gpg, folders: new Map<ObjectFormat, Promise<string>>() };
  }

  async function openRepository(objectFormat: ObjectFormat): Promise<string> {
    const folder = await repositories.newFolder('signatures');
    await repositories.initialise(folder, { objectFormat });
    return folder;
  }

  return async (commit) => {
    const { gpg, folders } = await (opened ??= open());
    const objectFormat = commit.id.length === SHA1_DIGITS ? 'sha1' : 'sha256';
    const opening = folders.get(objectFormat) ?? openRepository(objectFormat);
    folders.set(objectFormat, opening);
    const gitFolder = await opening;
    await repositories.writeObject(gitFolder, commit.id, withHeader(commit.bytes));
    const { messages } = await git.run({
      gitFolder,
      parameters: ['verify-commit', '--raw', commit.id],
      what: `the signature of commit ${commit.id}`,
      outputBytesMax: OUTPUT_BYTES_MAX,
      configuration: ['gpg.format=openpgp', `gpg.program=${gpg}`, `gpg.openpgp.program=${gpg}`],
      env: keyringOf(options.env, options.homeDirectory),
    });
    return toChecked(messages);
  };
}

type ObjectFormat = 'sha1' | 'sha256';
const SHA1_DIGITS = 40;

function toChecked(messages: string): OpenPgpCheck {
  const status = parseGpgStatus(messages);
  const by = { kind: 'openpgp', checkedBy: 'git' } as const;
  if (status === undefined) return { ...by, result: 'unchecked', why: 'gpg cannot be run: install gnupg' };
  const { isTrusted, ...said } = status;
  return { ...by, ...said, ...(isTrusted ? { trustedBy: 'keyring' } : {}) };
}

/** gpg's own default is under HOME, which git is given another one of. */
function keyringOf(env: Environment, home: string | undefined): Readonly<Record<string, string>> {
  const folder = env['GNUPGHOME'] || (home === undefined ? undefined : join(home, '.gnupg'));
  return folder === undefined ? {} : { GNUPGHOME: folder };
}

/** The bytes of a commit as git hashes them. */
function withHeader(content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`commit ${content.length}\0`), content]);
}
