import type { ForgeAccount, ForgeTeam } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found } from '../../core/model/outcome.ts';
import { distinct } from './account.ts';
import type { ForgeApi, OpenForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { giteaAccount } from './gitea-account.ts';
import { readGiteaCommit } from './gitea-commit.ts';
import { heard } from './heard.ts';
import { giteaLists } from './gitea-lists.ts';
import { giteaTeam, giteaUser } from './gitea-schema.ts';
import { LIVES_MS } from './lives.ts';

const TEAM_SCOPE = 'the scope read:organization, of a member of the organisation';

/** Gitea and Forgejo, by `/api/v1`: the two answer alike. */
export const giteaForge: OpenForgeApi = (client): ForgeApi => ({
  fetchCommit: (question) => readGiteaCommit(client, question),
  fetchTeam: (handle) => readTeam(client, handle),
  fetchAccount: (login) => readAccount(client, login),
});

/** Teams are listed to members of their organisation alone. */
async function readTeam(client: ForgeClient, handle: string): Promise<Outcome<ForgeTeam, 'noSuchTeam'>> {
  const [organisation = '', name = '', ...more] = handle.split('/');
  if (name === '' || more.length > 0) return absent('noSuchTeam');
  const readList = giteaLists(client);
  const list = { scope: TEAM_SCOPE, lifeMs: LIVES_MS.people };
  const teams = await readList({
    ...list,
    path: `orgs/${encodeURIComponent(organisation)}/teams`,
    what: `the teams of ${organisation}`,
    item: giteaTeam,
  });
  if (teams.kind === 'failed') return teams;
  const team = teams.kind === 'found' ? teams.value.find((each) => isSameName(each.name, name)) : undefined;
  if (team === undefined) return absent('noSuchTeam', teams.asOf);
  const what = `the members of ${handle}`;
  const members = await readList({ ...list, path: `teams/${team.id}/members`, what, item: giteaUser });
  return heard(members, what, (users) => ({
    path: `${organisation}/${team.name}`,
    name: team.name,
    members: distinct(users.map(giteaAccount)),
    membersTotal: users.length,
  }));
}

function isSameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

async function readAccount(client: ForgeClient, login: string): Promise<Outcome<ForgeAccount, 'noSuchAccount'>> {
  const answer = await client.read({
    path: `users/${encodeURIComponent(login)}`,
    what: `the account ${login}`,
    schema: giteaUser,
    lifeMs: LIVES_MS.people,
  });
  if (answer.kind === 'failed') return answer;
  const account = answer.kind === 'found' ? giteaAccount(answer.value) : undefined;
  return account === undefined ? absent('noSuchAccount', answer.asOf) : found(account, answer.asOf);
}
