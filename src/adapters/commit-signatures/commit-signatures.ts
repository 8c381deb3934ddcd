import type { ArmourKind } from '../../core/commit-signature/armour.ts';
import { armourKind } from '../../core/commit-signature/armour.ts';
import { ToolError } from '../../core/errors.ts';
import type { CheckedCommitSignature } from '../../core/model/commit-signature.ts';
import type { CommitSignatures } from '../../ports/commit-signatures.ts';
import type { CommitSignature, SourceCommit } from '../../core/model/source.ts';
import type { KnownSigners } from './allowed-signers-file.ts';
import { readAllowedSigners } from './allowed-signers-file.ts';
import { checkCms } from './cms.ts';
import { createOpenPgpChecker } from './openpgp.ts';
import type { CommitSignaturesOptions } from './options.ts';
import { checkSsh } from './ssh.ts';

export type { CommitSignaturesOptions } from './options.ts';

/** Those of gitsign have some 3 kB. */
const ARMOUR_LENGTH_MAX = 64 * 1024;

/** The signer that a kind of armour stands for where the signature itself cannot be read. */
const KINDS = { openpgp: 'openpgp', ssh: 'ssh', cms: 'x509' } as const satisfies Record<
  ArmourKind,
  CheckedCommitSignature['kind']
>;

/** Nothing is run, and nothing read, before a signature needs it; nothing goes over the network. */
export function createCommitSignatures(options: CommitSignaturesOptions): CommitSignatures {
  const checkOpenPgp = createOpenPgpChecker(options);
  let signers: Promise<KnownSigners> | undefined;
  const readSigners = (): Promise<KnownSigners> => (signers ??= readAllowedSigners(options));

  const checks: Readonly<
    Record<ArmourKind, (commit: SourceCommit, signature: CommitSignature) => Promise<CheckedCommitSignature>>
  > = {
    ssh: (commit, signature) => checkSsh(commit, signature, readSigners),
    openpgp: checkOpenPgp,
    cms: (_commit, signature) => checkCms(signature, options.verifyArtifact),
  };

  return {
    check: async (commit) => {
      const { signature } = commit;
      if (signature === undefined) return undefined;
      const kind = armourKind(signature.armour);
      if (kind === undefined) return unreadable('unknown', 'no check exists for this kind of signature');
      if (signature.armour.length > ARMOUR_LENGTH_MAX) {
        return unreadable(KINDS[kind], `it has more than ${ARMOUR_LENGTH_MAX} characters`);
      }
      try {
        return await checks[kind](commit, signature);
      } catch (error) {
        return fromError(KINDS[kind], error);
      }
    },
  };
}

/** What is no signature does not hold; what cannot be run, read or understood here may. */
function fromError(kind: CheckedCommitSignature['kind'], error: unknown): CheckedCommitSignature {
  if (!(error instanceof ToolError)) return unreadable(kind, 'it cannot be read');
  const result = error.code === 'MALFORMED' ? 'bad' : 'unchecked';
  return { kind, result, checkedBy: 'provtrace', why: error.message };
}

function unreadable(kind: CheckedCommitSignature['kind'], why: string): CheckedCommitSignature {
  return { kind, result: 'unchecked', checkedBy: 'provtrace', why };
}
