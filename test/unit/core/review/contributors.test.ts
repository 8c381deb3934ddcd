import { describe, expect, test } from 'vitest';
import type { CommitAuthor } from '../../../../src/core/review/contributors.ts';
import { contributorsOf } from '../../../../src/core/review/contributors.ts';

function author(name: string, email: string, month = 1, commits = 1): CommitAuthor {
  return {
    name,
    email,
    commits,
    lastCommit: { id: `${month}`.repeat(40).slice(0, 40), at: `2026-${String(month).padStart(2, '0')}-01T00:00:00Z` },
  };
}

describe('people', () => {
  test.each([
    ['12345+ada@users.noreply.github.com', 'github', 'github.com', 'ada'],
    ['ada@users.noreply.github.com', 'github', 'github.com', 'ada'],
    ['Ada@Users.NoReply.GitHub.com', 'github', 'github.com', 'ada'],
    ['12345+ada@users.noreply.git.acme.example', 'github', 'git.acme.example', 'ada'],
    ['12345-ada@users.noreply.gitlab.com', 'gitlab', 'gitlab.com', 'ada'],
    ['ada@noreply.codeberg.org', 'forgejo', 'codeberg.org', 'ada'],
    ['ada@noreply.gitea.example', 'gitea', 'gitea.example', 'ada'],
  ] as const)('%s at a %s is the account of %s', (email, kind, host, login) => {
    const [person] = contributorsOf([author('Ada', email)], { forge: { kind, host } }).people;
    expect(person).toMatchObject({ login, emails: [] });
  });

  test.each([
    ['ada@noreply.codeberg.org', 'forgejo', 'gitea.example'],
    ['12345+ada@users.noreply.github.com', 'gitlab', 'gitlab.com'],
    ['12345+ada@users.noreply.github.com', 'github', 'git.acme.example'],
    ['12345+ada@users.noreply.github.com', 'bitbucketCloud', 'bitbucket.org'],
  ] as const)('%s names no account of the %s %s', (email, kind, host) => {
    const [person] = contributorsOf([author('Ada', email)], { forge: { kind, host } }).people;
    expect(person?.login).toBeUndefined();
    expect(person?.emails).toEqual([email]);
  });

  test('addresses of one account are one person, by the latest name and commit', () => {
    const { people } = contributorsOf([
      author('ada', 'ada@users.noreply.github.com', 3, 2),
      author('Ada L.', '12345+Ada@users.noreply.github.com', 5, 4),
      author('Bob', 'bob@acme.example', 4),
    ]);
    expect(people).toEqual([
      {
        name: 'Ada L.',
        emails: [],
        login: 'ada',
        commits: 6,
        lastCommit: { id: '5'.repeat(40), at: '2026-05-01T00:00:00Z' },
      },
      {
        name: 'Bob',
        emails: ['bob@acme.example'],
        commits: 1,
        lastCommit: { id: '4'.repeat(40), at: '2026-04-01T00:00:00Z' },
      },
    ]);
  });

  test('accounts that the forge knows join addresses', () => {
    const { people } = contributorsOf(
      [author('Ada', 'ada@users.noreply.github.com', 1), author('Ada', 'ADA@acme.example', 2)],
      { logins: new Map([['ada@acme.example', 'Ada']]) },
    );
    expect(people).toMatchObject([{ login: 'Ada', emails: ['ada@acme.example'], commits: 2 }]);
  });

  test('one address in two cases is one person', () => {
    const { people } = contributorsOf([author('A', 'A@x.example', 1), author('B', 'a@X.example', 2)]);
    expect(people).toMatchObject([{ name: 'B', emails: ['a@x.example'], commits: 2 }]);
  });

  test('two names without an address are two people', () => {
    expect(contributorsOf([author('A', ''), author('B', ' ')]).people.map(({ name }) => name)).toEqual(['A', 'B']);
  });
});

test.each([
  ['renovate[bot]', '29139614+renovate[bot]@users.noreply.github.com'],
  ['dependabot[bot]', 'support@github.com'],
  ['Deploy', '41898282+github-actions[bot]@users.noreply.github.com'],
  ['GitHub', 'noreply@github.com'],
  ['Nobody', 'no-reply@acme.example'],
  ['Actions', 'actions@github.com'],
  ['Token', 'project_123_bot_0f@noreply.gitlab.com'],
  ['Token', 'group_9_bot@noreply.gitlab.com'],
])('%s <%s> is a bot', (name, email) => {
  const bot = author(name, email);
  expect(contributorsOf([author('Ada', 'ada@acme.example'), bot])).toMatchObject({
    people: [{ name: 'Ada' }],
    bots: [bot],
  });
});

test.each([
  ['Abbot', 'abbot@acme.example'],
  ['Ada [bot] Lovelace', 'ada@acme.example'],
  ['Ada', 'ada.noreply@acme.example'],
])('%s <%s> is a person', (name, email) => {
  expect(contributorsOf([author(name, email)]).people).toHaveLength(1);
});
