import { findSigner } from '../../core/commit-signature/find-signer.ts';
import { readArmour } from '../../core/commit-signature/armour.ts';
import { areSameBytes } from '../../core/commit-signature/same-bytes.ts';
import { parseSshSignature } from '../../core/commit-signature/ssh-signature.ts';
import type { CheckedCommitSignature } from '../../core/model/commit-signature.ts';
import type { CommitSignature, SourceCommit } from '../../core/model/source.ts';
import type { KnownSigners } from './allowed-signers-file.ts';
import { sshFingerprint, sshSignatureHolds } from './ssh-verify.ts';

/** git's own, so that what was signed as a file or an e-mail cannot become a commit (git's `gpg-interface.c`). */
const NAMESPACE = 'git';

type SshCheck = CheckedCommitSignature & { readonly kind: 'ssh' };

/** `readSigners` is asked for signatures that hold alone. @throws ToolError for a signature that cannot be read */
export async function checkSsh(
  commit: SourceCommit,
  { armour, payload }: CommitSignature,
  readSigners: () => Promise<KnownSigners>,
): Promise<SshCheck> {
  const signature = parseSshSignature(readArmour(armour));
  const checked = { kind: 'ssh', key: sshFingerprint(signature.keyBlob), checkedBy: 'provtrace' } as const;
  if (signature.namespace !== NAMESPACE) {
    return { ...checked, result: 'bad', why: `it was made for ${signature.namespace}, and not for git` };
  }
  if (!sshSignatureHolds(signature, payload))
    return { ...checked, result: 'bad', why: 'the signature is not over this commit' };
  const known = await readSigners();
  if (known.revoked.some((key) => areSameBytes(key, signature.keyBlob))) {
    return { ...checked, result: 'bad', why: 'its key was revoked' };
  }
  return { ...checked, result: 'good', ...vouchFor(commit, signature.keyBlob, known) };
}

function vouchFor(
  { author, committer }: SourceCommit,
  key: Uint8Array,
  known: KnownSigners,
): Pick<SshCheck, 'identity' | 'trustedBy' | 'why'> {
  if (known.kind === 'none') return { why: `nobody vouches for its key: ${known.why}` };
  const answer = findSigner(known.list, {
    key,
    // The committer signs; the author is another one where somebody has applied his change.
    emails: [committer.email, author.email],
    namespace: NAMESPACE,
    ...(committer.at === undefined ? {} : { atMs: Date.parse(committer.at) }),
  });
  return answer.kind === 'allowed'
    ? { identity: answer.email, trustedBy: 'allowedSigners' }
    : { why: `nobody vouches for its key: in ${known.path} ${answer.why}` };
}
