import type { Forge, ForgeAccount, ForgeCommit, ForgeTeam } from '../core/model/forge.ts';
import type { Outcome } from '../core/model/outcome.ts';

export type CommitQuestion = {
  readonly forge: Forge;
  /** `acme/shop`, `group/subgroup/project`. */
  readonly path: string;
  /** A full id. */
  readonly commit: string;
};

/** Forges answer a private repository that may not be seen as one that is not there. */
export type CommitAbsence = 'noSuchRepository' | 'noSuchCommit';

/** What forges answer about commits and people. Never throws; every list and every answer is bounded. */
export interface CodeForge {
  fetchCommit(question: CommitQuestion): Promise<Outcome<ForgeCommit, CommitAbsence>>;
  /** `handle` without `@`: `acme/payments`. */
  fetchTeam(forge: Forge, handle: string): Promise<Outcome<ForgeTeam, 'noSuchTeam'>>;
  /** `login` without `@`. */
  fetchAccount(forge: Forge, login: string): Promise<Outcome<ForgeAccount, 'noSuchAccount'>>;
  /** Which product a host runs, where neither its name nor the configuration says so: by what its API answers without a token. */
  probe(host: string): Promise<Outcome<Forge, 'noForge'>>;
}
