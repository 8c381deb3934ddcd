import type { ForgeAccount, ForgeAuthorship } from '../../core/model/forge.ts';
import { accountOf } from './account.ts';
import type { GiteaCommit, GiteaUser } from './gitea-schema.ts';

const ACTIONS_ID = -2;

/**
 * Undefined for an account that is gone (`Ghost`, -1), or that there never was. Gitea and Forgejo have accounts for machines, and their API does not
 * tell them from people.
 */
export function giteaAccount(user: GiteaUser | null | undefined): ForgeAccount | undefined {
  if (!user || (user.id < 1 && user.id !== ACTIONS_ID)) return undefined;
  const { login, full_name: name, email } = user;
  return accountOf({ login, kind: user.id === ACTIONS_ID || login.endsWith('[bot]') ? 'bot' : 'unknown', name, email });
}

type Identity = GiteaCommit['commit']['author'];

/** Undefined where the commit names nobody. */
export function giteaAuthorship(identity: Identity, user: GiteaUser | null | undefined): ForgeAuthorship | undefined {
  if (!identity) return undefined;
  const account = giteaAccount(user);
  return { name: identity.name, email: identity.email, ...(account === undefined ? {} : { account }) };
}
