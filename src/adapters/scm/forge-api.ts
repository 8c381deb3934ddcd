import type { ForgeAccount, ForgeCommit, ForgeTeam } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { CommitAbsence, CommitQuestion } from '../../ports/code-forge.ts';
import type { ForgeClient } from './forge-client.ts';

/**
 * What one product answers, over a client for one host. A ToolError that it throws is the failure of the whole answer; a part that
 * is refused on its own is a failed part.
 */
export type ForgeApi = {
  /** `path` has no empty segment and none of dots; `commit` is hexadecimal. */
  fetchCommit(question: Pick<CommitQuestion, 'path' | 'commit'>): Promise<Outcome<ForgeCommit, CommitAbsence>>;
  /** `handle` without `@`, of segments as `path`. */
  fetchTeam(handle: string): Promise<Outcome<ForgeTeam, 'noSuchTeam'>>;
  /** `login` without `@`, one segment. */
  fetchAccount(login: string): Promise<Outcome<ForgeAccount, 'noSuchAccount'>>;
};

export type OpenForgeApi = (client: ForgeClient) => ForgeApi;
