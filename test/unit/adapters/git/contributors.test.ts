import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SourceCode } from '../../../../src/ports/source-code.ts';
import { FIRST_COMMIT_AT, git, hasGit } from '../../../support/git-repository.ts';
import type { TestRepository } from '../../../support/git-world.ts';
import { foundIn, newRepository, openSources, serve, temporaryFolder } from '../../../support/git-world.ts';

const MONTH_S = 30 * 86_400;
const SINCE = new Date((FIRST_COMMIT_AT + MONTH_S) * 1000).toISOString();

/** One commit a month, by turns. */
function monthly(): TestRepository & { readonly head: string } {
  const repository = newRepository();
  const authors = [
    'Ada <ada@acme.example>',
    'Bob <bob@old.example>',
    'Ada L. <ADA@acme.example>',
    'ci[bot] <ci@acme.example>',
  ];
  let head = '';
  for (let month = 0; month < 8; month++) {
    const path = month % 2 === 0 ? 'services/checkout/main.ts' : 'docs/readme.md';
    head = repository.commit({
      author: authors[month % 4] ?? '',
      at: FIRST_COMMIT_AT + month * MONTH_S,
      files: { [path]: `${month}\n` },
    });
  }
  return { ...repository, head };
}

const ask = async (
  code: SourceCode,
  repository: string,
  { commit, path, since = SINCE }: { commit: string; path: string; since?: string },
) => foundIn(await code.readContributors({ repository, namedBy: 'the test', commit, path, since }));

describe.skipIf(!hasGit)(`contributors${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  test('are who changed the path since then, the latest first, and not who did so before or elsewhere', async () => {
    const repository = monthly();
    const server = await serve(repository.root);
    const { code } = openSources();
    // Months 2, 4 and 6 changed it; month 0 was before.
    const checkout = await ask(code, `${server.url}/shop`, { commit: repository.head, path: 'services/checkout' });
    expect(checkout.map(({ name, email, commits }) => [name, email, commits])).toEqual([
      ['Ada L.', 'ADA@acme.example', 3],
    ]);
    const all = await ask(code, `${server.url}/shop`, { commit: repository.head, path: '' });
    expect(all.map(({ email, commits }) => [email, commits])).toEqual([
      ['ci@acme.example', 2],
      ['ADA@acme.example', 3],
      ['bob@old.example', 2],
    ]);
    expect(all[0]?.lastCommit).toEqual({
      id: repository.head,
      at: new Date((FIRST_COMMIT_AT + 7 * MONTH_S) * 1000).toISOString().replace('.000', ''),
    });
  });

  test('the oldest commit of the time is no contribution to every path', async () => {
    const repository = monthly();
    const server = await serve(repository.root);
    // Month 1 is the oldest that is fetched, and changed the other path.
    const since = new Date((FIRST_COMMIT_AT + MONTH_S) * 1000).toISOString();
    const contributors = await ask(openSources().code, `${server.url}/shop`, {
      commit: repository.head,
      path: 'services',
      since,
    });
    expect(contributors.map(({ email }) => email)).toEqual(['ADA@acme.example']);
  });

  test('go by the names of the commit’s own mailmap', async () => {
    const repository = monthly();
    const head = repository.commit({
      at: FIRST_COMMIT_AT + 8 * MONTH_S,
      files: { '.mailmap': 'Robert <bob@acme.example> <bob@old.example>\n' },
    });
    const server = await serve(repository.root);
    const question = { path: 'docs' };
    const now = await ask(openSources().code, `${server.url}/shop`, { ...question, commit: head });
    const before = await ask(openSources().code, `${server.url}/shop`, { ...question, commit: repository.head });
    expect(now.find(({ name }) => name === 'Robert')?.email).toBe('bob@acme.example');
    expect(before.find(({ name }) => name === 'Bob')?.email).toBe('bob@old.example');
  });

  test('are nobody where nothing happened since', async () => {
    const repository = monthly();
    const server = await serve(repository.root);
    const since = '2026-01-01T00:00:00Z';
    expect(await ask(openSources().code, `${server.url}/shop`, { commit: repository.head, path: '', since })).toEqual(
      [],
    );
    expect(
      await ask(openSources().code, `${server.url}/shop`, { commit: repository.head, path: 'no/such/path' }),
    ).toEqual([]);
  });

  test('are read from a clone where one has the history, and else from the repository', async () => {
    const repository = monthly();
    const server = await serve(repository.root);
    for (const [options, requests] of [
      [[], 2],
      [['--depth=1'], 6],
    ] as const) {
      const clone = join(temporaryFolder(), 'clone');
      git(['clone', '-q', ...options, `file://${repository.folder}`, clone]);
      server.reset();
      const contributors = await ask(openSources({ clones: [clone] }).code, `${server.url}/shop`, {
        commit: repository.head,
        path: 'services',
      });
      expect(contributors).toMatchObject([{ email: 'ADA@acme.example', commits: 3 }]);
      expect(server.requests).toHaveLength(requests);
    }
  });

  test('of a history that is cut off are not known, and that is no absence of the commit', async () => {
    const repository = monthly();
    const clone = join(temporaryFolder(), 'clone');
    git(['clone', '-q', '--depth=1', `file://${repository.folder}`, clone]);
    const question = { namedBy: 'the test', commit: repository.head, path: '', since: SINCE };
    const { code } = openSources({ clones: [clone] });
    expect(await code.readContributors({ ...question, repository: `file://${clone}` })).toMatchObject({
      kind: 'failed',
      error: { code: 'NOT_READABLE', message: expect.stringContaining('cut off') },
    });
    git(['-C', clone, 'remote', 'set-url', 'origin', 'https://127.0.0.1/acme/shop']);
    const beside = openSources({ clones: [clone] }).code;
    expect(await beside.readContributors({ ...question, repository: 'https://127.0.0.1/acme/shop' })).toMatchObject({
      kind: 'failed',
      error: { code: 'UNREACHABLE' },
    });
  });

  test('a path is a path, whatever is in it', async () => {
    const repository = monthly();
    const server = await serve(repository.root);
    const { code } = openSources();
    const paths = [':(glob)**', '*', '--all', ':/', 'serv*'];
    const answers = paths.map((path) => ask(code, `${server.url}/shop`, { commit: repository.head, path }));
    expect(await Promise.all(answers)).toEqual(paths.map(() => []));
  });

  test('of a commit that is not there are not known', async () => {
    const repository = monthly();
    const server = await serve(repository.root);
    const question = {
      repository: `${server.url}/shop`,
      namedBy: 'the test',
      commit: 'a'.repeat(40),
      path: '',
      since: SINCE,
    };
    expect(await openSources().code.readContributors(question)).toMatchObject({
      kind: 'absent',
      reason: 'noSuchCommit',
    });
    expect(await openSources().code.readContributors({ ...question, repository: `${server.url}/gone` })).toMatchObject({
      kind: 'absent',
      reason: 'noSuchRepository',
    });
  });
});
