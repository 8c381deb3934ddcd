import type { ForgeAccount, ForgeTeam } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found } from '../../core/model/outcome.ts';
import { accountOf, distinct, pageAt } from './account.ts';
import type { ForgeClient } from './forge-client.ts';
import type { UserAnswer } from './gitlab-schema.ts';
import { PAGE_ENTRIES, accountSchema, accountsSchema, groupSchema, membersSchema } from './gitlab-schema.ts';
import { LIVES_MS } from './lives.ts';

/** Of a group's members. */
const PAGES_MAX = 5;
/** The users that GitLab makes for access tokens of projects and groups. */
const TOKEN_USER = /^(?:project|group)_\d+_bot/;

/** As lists have it: nothing there tells a person from a machine but the names that GitLab itself gives. */
export function listedAccount(user: UserAnswer | null | undefined): ForgeAccount | undefined {
  const kind = TOKEN_USER.test(user?.username ?? '') ? 'bot' : 'unknown';
  return accountOf({ login: user?.username, name: user?.name, kind });
}

/** Asked for on its own, which tells a person from a machine; as in the list where that is refused. */
export async function readAccount(client: ForgeClient, user: UserAnswer): Promise<ForgeAccount | undefined> {
  const outcome = await client.read({
    path: `users/${user.id}`,
    what: `the account ${user.username}`,
    schema: accountSchema,
    lifeMs: LIVES_MS.people,
  });
  const isSame = outcome.kind === 'found' && outcome.value.username === user.username;
  if (!isSame || outcome.value.bot === undefined) return listedAccount(user);
  const { username, name, public_email: email, bot } = outcome.value;
  return accountOf({ login: username, name, email, kind: bot ? 'bot' : 'person' });
}

export async function fetchAccount(
  client: ForgeClient,
  login: string,
): Promise<Outcome<ForgeAccount, 'noSuchAccount'>> {
  const outcome = await client.read({
    path: `users?username=${encodeURIComponent(login)}`,
    what: `the account ${login}`,
    schema: accountsSchema,
    lifeMs: (users) => (users.length === 0 ? LIVES_MS.absence : LIVES_MS.people),
  });
  if (outcome.kind === 'failed') return outcome;
  const users = outcome.kind === 'found' ? outcome.value : [];
  const user = users.find(({ username }) => username.toLowerCase() === login.toLowerCase());
  const account = user === undefined ? undefined : await readAccount(client, user);
  return account === undefined ? absent('noSuchAccount', outcome.asOf) : found(account, outcome.asOf);
}

/** A group with its direct members, who are those that CODEOWNERS means by it. */
export async function fetchGroup(client: ForgeClient, handle: string): Promise<Outcome<ForgeTeam, 'noSuchTeam'>> {
  const at = `groups/${encodeURIComponent(handle)}`;
  const group = await client.read({
    path: `${at}?with_projects=false`,
    what: `the group ${handle}`,
    schema: groupSchema,
    lifeMs: LIVES_MS.people,
  });
  if (group.kind === 'absent') return { ...group, reason: 'noSuchTeam' };
  if (group.kind === 'failed') return group;
  const members = await readMembers(client, at, handle);
  if (members.kind !== 'found') return members;
  const { full_path: path, name } = group.value;
  const url = pageAt(group.value.web_url);
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
  return found(
    {
      path,
      name,
      ...(url === undefined ? {} : { url }),
      ...(parent === undefined ? {} : { parent }),
      ...members.value,
    },
    group.asOf,
  );
}

type Members = Pick<ForgeTeam, 'members' | 'membersTotal'>;

async function readMembers(client: ForgeClient, at: string, handle: string): Promise<Outcome<Members, 'noSuchTeam'>> {
  const members: (ForgeAccount | undefined)[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const outcome = await client.read({
      path: `${at}/members?per_page=${PAGE_ENTRIES}&page=${page}`,
      what: `the members of ${handle}`,
      schema: membersSchema,
      lifeMs: LIVES_MS.people,
    });
    if (outcome.kind === 'absent') return { ...outcome, reason: 'noSuchTeam' };
    if (outcome.kind === 'failed') return outcome;
    members.push(...outcome.value.map((member) => listedAccount({ ...member, id: 0 })));
    if (outcome.value.length < PAGE_ENTRIES) return found({ members: distinct(members), membersTotal: members.length });
  }
  // How many more there are is not known.
  return found({ members: distinct(members) });
}
