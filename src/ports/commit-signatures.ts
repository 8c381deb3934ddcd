import type { CheckedCommitSignature } from '../core/model/commit-signature.ts';
import type { SourceCommit } from '../core/model/source.ts';

/** Checks who signed a commit. Never throws: what stands in the way is in the answer. */
export interface CommitSignatures {
  /** Undefined where the commit is not signed. */
  check(commit: SourceCommit): Promise<CheckedCommitSignature | undefined>;
}
