import type { ForgeAccount, ForgeAuthorship } from '../../core/model/forge.ts';
import type { BitbucketCommit, BitbucketUser } from './bitbucket-schema.ts';

const NAME_LENGTH_MAX = 255;
const KINDS: Readonly<Record<string, ForgeAccount['kind']>> = { user: 'person', app_user: 'bot', AppUser: 'bot' };
const RAW_AUTHOR = /^(?<name>[^<>]*)<(?<email>[^<>]*)>/;

/**
 * Undefined for an account that is gone. Bitbucket has no logins any more: the nickname stands for one, and the id where there is none. Two people can
 * have one nickname, and are then taken for one: that can hide a second person, and never makes one up.
 */
export function bitbucketAccount(user: BitbucketUser | null | undefined): ForgeAccount | undefined {
  const login = [user?.nickname, user?.account_id, user?.uuid].find(isName);
  if (!user || !login) return undefined;
  const { type, display_name: name } = user;
  return { login, kind: KINDS[type] ?? 'unknown', ...(name ? { name } : {}) };
}

function isName(text: string | null | undefined): text is string {
  return Boolean(text) && (text ?? '').length <= NAME_LENGTH_MAX && !/\p{C}/u.test(text ?? '');
}

/** Undefined where the commit names nobody. */
export function bitbucketAuthorship(author: BitbucketCommit['author']): ForgeAuthorship | undefined {
  if (!author) return undefined;
  const raw = author.raw ?? '';
  const { name = raw, email = '' } = RAW_AUTHOR.exec(raw)?.groups ?? {};
  const account = bitbucketAccount(author.user);
  return { name: name.trim(), email: email.trim(), ...(account === undefined ? {} : { account }) };
}
