import { ToolError } from '../../core/errors.ts';
import type { ForgeAccount } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { bitbucketAccount } from './bitbucket-account.ts';
import { readBitbucketCommit } from './bitbucket-commit.ts';
import { bitbucketUser } from './bitbucket-schema.ts';
import type { ForgeApi, OpenForgeApi } from './forge-api.ts';
import type { ForgeClient } from './forge-client.ts';
import { LIVES_MS } from './lives.ts';

/** Bitbucket Cloud, by `/2.0`. Data Center, which has another API, is refused by name. */
export const bitbucketForge: OpenForgeApi = (client): ForgeApi =>
  client.forge.kind === 'bitbucketDataCenter' ? dataCenter(client) : cloud(client);

function cloud(client: ForgeClient): ForgeApi {
  return {
    fetchCommit: (question) => readBitbucketCommit(client, question),
    fetchTeam: async () =>
      failed(new ToolError('UNSUPPORTED', `${client.forge.host} does not tell the members of groups`)),
    fetchAccount: (login) => readAccount(client, login),
  };
}

function dataCenter({ forge }: ForgeClient): ForgeApi {
  const refuse = async (): Promise<Outcome<never, never>> =>
    failed(
      new ToolError('UNSUPPORTED', `${forge.host} runs Bitbucket Data Center, which cannot be asked yet`, {
        expected: 'GitHub, GitLab, Gitea, Forgejo or Bitbucket Cloud',
      }),
    );
  return { fetchCommit: refuse, fetchTeam: refuse, fetchAccount: refuse };
}

/** `557058:` and a UUID, or 24 hexadecimal digits; or the UUID of Bitbucket itself, in braces. */
const ACCOUNT_ID = /^(?:\d{1,10}:[0-9a-f-]{36}|[0-9a-f]{24}|\{[0-9a-f-]{36}\})$/;

/** Accounts are found by their id, and by no name. */
async function readAccount(client: ForgeClient, login: string): Promise<Outcome<ForgeAccount, 'noSuchAccount'>> {
  if (!ACCOUNT_ID.test(login))
    return failed(
      new ToolError('UNSUPPORTED', `${client.forge.host} does not tell whose account ${login} is`, {
        expected: 'the id of an account',
      }),
    );
  const answer = await client.read({
    path: `users/${encodeURIComponent(login)}`,
    what: `the account ${login}`,
    schema: bitbucketUser,
    lifeMs: LIVES_MS.people,
  });
  if (answer.kind === 'failed') return answer;
  const account = answer.kind === 'found' ? bitbucketAccount(answer.value) : undefined;
  return account === undefined ? absent('noSuchAccount', answer.asOf) : found(account, answer.asOf);
}
