import { ToolError } from '../../core/errors.ts';
import type { ForgeAccount, ForgeTeam } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { accountOf, distinct, githubKind, pageAt } from './account.ts';
import type { ForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { tokenAdvice } from './forge-kinds.ts';
import { askGithubCommit } from './github-commit.ts';
import { askGraphql } from './github-graphql.ts';
import { TEAM_QUERY } from './github-query.ts';
import { accountSchema } from './github-rest-schema.ts';
import { readGithubCommit } from './github-rest.ts';
import { teamAnswerSchema } from './github-schema.ts';
import { LIVES_MS } from './lives.ts';

/** GitHub: one GraphQL query where there is a token (GraphQL refuses without), else and on servers that are too old for it, REST. */
export function githubForge(client: ForgeClient): ForgeApi {
  return {
    fetchCommit: async (question) => {
      if (question.path.split('/').length !== 2) return absent('noSuchRepository');
      if (!client.hasToken) return readGithubCommit(client, question);
      const outcome = await askGithubCommit(client, question);
      const isTooOld = outcome.kind === 'failed' && outcome.error.code === 'UNSUPPORTED';
      return isTooOld ? readGithubCommit(client, question) : outcome;
    },
    fetchTeam: (handle) => fetchTeam(client, handle),
    fetchAccount: (login) => fetchAccount(client, login),
  };
}

async function fetchTeam(client: ForgeClient, handle: string): Promise<Outcome<ForgeTeam, 'noSuchTeam'>> {
  const [organization = '', slug, ...more] = handle.split('/');
  if (slug === undefined || more.length > 0) return absent('noSuchTeam');
  const { forge } = client;
  if (!client.hasToken) {
    const message = `${forge.host} tells who is in a team only to who has a token`;
    return failed(new ToolError('UNAUTHORISED', message, { hint: tokenAdvice(forge) }));
  }
  const outcome = await askGraphql(client, {
    query: TEAM_QUERY,
    variables: { organization, slug },
    what: `the team ${handle}`,
    schema: teamAnswerSchema,
    lifeMs: ({ organization: answer }) => (answer?.team ? LIVES_MS.people : LIVES_MS.absence),
    scope: 'the scope read:org',
  });
  if (outcome.kind !== 'found') return outcome;
  const { value, asOf } = outcome;
  const refusal = value.refusalOf(['organization', 'team', 'members']);
  const team = value.data.organization?.team;
  if (refusal !== undefined && !team?.members) return failed(refusal);
  if (!team) return absent('noSuchTeam', asOf);
  const url = pageAt(team.url);
  return found(
    {
      path: team.combinedSlug,
      name: team.name,
      ...(url === undefined ? {} : { url }),
      ...(team.parentTeam ? { parent: team.parentTeam.combinedSlug } : {}),
      members: distinct((team.members?.nodes ?? []).map((member) => accountOf({ ...member, kind: 'person' }))),
      ...(team.members ? { membersTotal: team.members.totalCount } : {}),
    },
    asOf,
  );
}

async function fetchAccount(client: ForgeClient, login: string): Promise<Outcome<ForgeAccount, 'noSuchAccount'>> {
  const outcome = await client.read({
    path: `users/${encodeURIComponent(login)}`,
    what: `the account ${login}`,
    schema: accountSchema,
    lifeMs: LIVES_MS.people,
  });
  if (outcome.kind === 'absent') return { ...outcome, reason: 'noSuchAccount' };
  if (outcome.kind === 'failed') return outcome;
  const { type, ...answer } = outcome.value;
  const account = accountOf({ ...answer, kind: githubKind(type) });
  return account === undefined ? absent('noSuchAccount', outcome.asOf) : found(account, outcome.asOf);
}
