import { beforeEach, describe, expect, test } from 'vitest';
import { errorOf, forgeAt, NOW, openForges, startClock } from './code-forge-world.ts';
import { ada, bob, refuse, startGithub, TOKEN } from './github-world.ts';

beforeEach(startClock);

describe('people', () => {
  const team = {
    combinedSlug: 'acme/payments',
    name: 'Payments',
    url: 'https://github.com/orgs/acme/teams/payments',
    parentTeam: { combinedSlug: 'acme/fin' },
    members: { totalCount: 2, nodes: [ada, bob] },
  };
  const organization = ({ login }: { login: string }) =>
    login === 'acme' ? { team: ({ slug }: { slug: string }) => (slug === 'payments' ? team : null) } : null;

  test('of a team', async () => {
    const server = await startGithub({ organization });
    const { forges } = openForges({ token: TOKEN });
    expect(await forges.fetchTeam(forgeAt(server, 'github'), 'acme/payments')).toEqual({
      kind: 'found',
      asOf: NOW,
      value: {
        path: 'acme/payments',
        name: 'Payments',
        url: 'https://github.com/orgs/acme/teams/payments',
        parent: 'acme/fin',
        members: [
          { login: 'ada', kind: 'person', name: 'Ada L', email: 'ada@acme.example' },
          { login: 'bob', kind: 'person', name: 'Bob', email: 'bob@acme.example' },
        ],
        membersTotal: 2,
      },
    });
  });

  test.each(['acme/none', 'other/payments', 'acme', 'acme/payments/deep', 'acme/..', ''])(
    'of a team that is not there: %j',
    async (handle) => {
      const server = await startGithub({ organization });
      const { forges } = openForges({ token: TOKEN });
      expect(await forges.fetchTeam(forgeAt(server, 'github'), handle)).toMatchObject({
        kind: 'absent',
        reason: 'noSuchTeam',
      });
    },
  );

  test('of a team are refused to a token without the scope', async () => {
    const server = await startGithub({
      organization: { team: refuse('INSUFFICIENT_SCOPES', 'Your token has not been granted the required scopes') },
    });
    const { forges } = openForges({ token: TOKEN });
    expect(errorOf(await forges.fetchTeam(forgeAt(server, 'github'), 'acme/payments'))).toMatchObject({
      code: 'FORBIDDEN',
      hint: 'the token needs the scope read:org',
    });
  });

  test('of a team are not asked for without a token', async () => {
    const server = await startGithub({ organization });
    const { forges } = openForges();
    expect(errorOf(await forges.fetchTeam(forgeAt(server, 'github'), 'acme/payments'))).toMatchObject({
      code: 'UNAUTHORISED',
      hint: 'set GH_TOKEN, or log in: gh auth login --hostname github.com',
    });
    expect(server.requests).toEqual([]);
  });

  test.each([
    [
      { login: 'ada', type: 'User', name: 'Ada L', email: null },
      { login: 'ada', kind: 'person', name: 'Ada L' },
    ],
    [
      { login: 'renovate[bot]', type: 'Bot' },
      { login: 'renovate[bot]', kind: 'bot' },
    ],
    [
      { login: 'acme', type: 'Organization', name: 'Acme' },
      { login: 'acme', kind: 'unknown', name: 'Acme' },
    ],
  ])('one by one: %o', async (answer, value) => {
    const server = await startGithub({}, { [`/users/${encodeURIComponent(answer.login)}`]: { body: answer } });
    const { forges } = openForges();
    expect(await forges.fetchAccount(forgeAt(server, 'github'), answer.login)).toEqual({
      kind: 'found',
      value,
      asOf: NOW,
    });
  });

  test.each(['nobody', 'a/b', '..', 'a b'])('of whom there is none: %j', async (login) => {
    const server = await startGithub({});
    const { forges } = openForges();
    expect(await forges.fetchAccount(forgeAt(server, 'github'), login)).toMatchObject({ reason: 'noSuchAccount' });
  });
});
