import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../../../src/adapters/store/open-store.ts';
import type { SourceReading } from '../../../../src/core/model/source.ts';
import type { SourceQuestion } from '../../../../src/ports/source-code.ts';
import type { Store, StoreFile } from '../../../../src/ports/store.ts';
import { git, hasGit } from '../../../support/git-repository.ts';
import type { GitServer } from '../../../support/git-server.ts';
import type { SourceWorldOptions, TestRepository } from '../../../support/git-world.ts';
import { commitThrice, foundIn, newRepository, openSources, serve, textAt } from '../../../support/git-world.ts';
import { TEST_NOW_MS } from '../../../support/http-world.ts';

const CODEOWNERS = '.github/CODEOWNERS';
const LOGIN = 'alice:secret';

type Mode = 'normal' | 'refresh' | 'offline';

let nowMs: number;
let store: Store & StoreFile;
let repository: TestRepository;
let commits: readonly [string, string, string];
let server: GitServer;

/** One run of the tool. */
async function ask(question: Partial<SourceQuestion> = {}, mode: Mode = 'normal', options: SourceWorldOptions = {}) {
  const { code, sources } = openSources({ memory: { store, mode, nowMs: () => nowMs }, ...options });
  server.reset();
  const outcome = await code.read({
    repository: `${server.url}/shop`,
    namedBy: 'the test',
    commit: commits[1],
    paths: [CODEOWNERS, 'src', 'nothing'],
    headPaths: [CODEOWNERS],
    ...question,
  });
  await sources.close();
  return outcome;
}

const tokens = (token: string): SourceWorldOptions => ({
  tokens: { tokenFor: async () => ({ token, source: 'SHOP_TOKEN', username: 'alice' }) },
});

describe.skipIf(!hasGit)(`what repositories have shown${hasGit ? '' : ' (skipped: git is not installed)'}`, () => {
  beforeEach(async () => {
    nowMs = TEST_NOW_MS;
    store = openStore({ path: ':memory:', clock: { nowMs: () => nowMs }, notice: () => {} });
    repository = newRepository();
    commits = commitThrice(repository);
    server = await serve(repository.root);
  });

  test('is not asked for again while it is fresh', async () => {
    const first = foundIn(await ask());
    expect(server.requests.length).toBeGreaterThan(0);
    nowMs += 299_000;
    expect(foundIn(await ask())).toEqual(first);
    expect(server.requests).toEqual([]);
    expect(first.reachability).toMatchObject({ asOf: '2026-11-21T12:00:00Z' });
    expect(first.head).toMatchObject({ asOf: '2026-11-21T12:00:00Z' });
  });

  test('has the files of a content in it, without a request, once they were looked for', async () => {
    const blobs = [repository.run('rev-parse', `${commits[1]}:src/file.txt`)];
    const first = foundIn(await ask({ paths: [], blobs }));
    expect(first.blobPaths).toEqual(new Map([[blobs[0], ['src/file.txt']]]));
    expect(foundIn(await ask({ paths: [], blobs }))).toEqual(first);
    expect(server.requests).toEqual([]);
  });

  test('has not all folders in it where none was looked for: they are fetched, and offline nothing is claimed', async () => {
    const blobs = [repository.run('rev-parse', `${commits[1]}:src/file.txt`)];
    await ask({ paths: [] });
    expect(foundIn(await ask({ paths: [], blobs }, 'offline')).blobPaths).toEqual(new Map());
    expect(foundIn(await ask({ paths: [], blobs })).blobPaths).toEqual(new Map([[blobs[0], ['src/file.txt']]]));
    expect(server.requests.length).toBeGreaterThan(0);
  });

  test('of branches is asked for anew after five minutes; commits and files are not', async () => {
    await ask();
    const fourth = repository.commit({ files: { 'new.txt': 'new\n' } });
    nowMs += 300_000;
    const reading = foundIn(await ask({ headPaths: [] }));
    expect(foundIn(reading.head).commit).toBe(fourth);
    expect(server.requests).toHaveLength(2);
    expect(reading.head).toMatchObject({ asOf: '2026-11-21T12:05:00Z' });
  });

  test('of the way from branches to a commit is kept for a day where there is one, and for a minute where there is none', async () => {
    const apart = repository.commitApart({ parents: [commits[1]], files: { 'apart.txt': 'apart\n' } });
    const later = async (ms: number, commit: string) => {
      nowMs = TEST_NOW_MS + ms;
      const reading = foundIn(await ask({ commit, paths: [], headPaths: [] }));
      return { refs: foundIn(reading.reachability).refs, asOf: reading.reachability, requests: server.requests.length };
    };
    foundIn(await ask({ commit: commits[1] }));
    foundIn(await ask({ commit: apart }));
    const learned = { asOf: { asOf: '2026-11-21T12:00:00Z' } };
    expect(await later(59_000, apart)).toMatchObject({ refs: [], requests: 0, ...learned });
    repository.run('branch', 'found', apart);
    expect(await later(60_000, apart)).toMatchObject({ refs: [], requests: 2 });
    const day = 86_400_000;
    expect(await later(day - 1000, commits[1])).toMatchObject({ refs: ['refs/heads/main'], requests: 2, ...learned });
    expect(await later(day, commits[1])).toMatchObject({ refs: ['refs/heads/main'], requests: 2 });
    expect(await later(day, apart)).toMatchObject({ refs: ['refs/heads/found'], requests: 0 });
  });

  test('of notes is kept with the branches that led to them', async () => {
    repository.run('notes', 'add', '-m', 'attested', commits[1]);
    const first = foundIn(await ask());
    expect(new TextDecoder().decode(foundIn(first.notes).bytes)).toBe('attested\n');
    expect(foundIn(await ask())).toEqual(first);
    expect(server.requests).toEqual([]);
    repository.run('notes', 'remove', commits[1]);
    nowMs += 300_000;
    expect(foundIn(await ask()).notes).toEqual({ kind: 'absent', reason: 'noNotes', asOf: '2026-11-21T12:05:00Z' });
  });

  test('is asked for anew by --refresh, as far as it can change, and once in a run', async () => {
    await ask();
    foundIn(await ask({ headPaths: [] }, 'refresh'));
    expect(server.requests).toHaveLength(4);
    const { code } = openSources({ memory: { store, mode: 'refresh', nowMs: () => nowMs } });
    const question = {
      repository: `${server.url}/shop`,
      namedBy: 'the test',
      commit: commits[1],
      paths: [CODEOWNERS],
      headPaths: [],
    };
    server.reset();
    await Promise.all([code.read(question), code.read(question)]);
    await code.read(question);
    expect(server.requests).toHaveLength(4);
  });

  test('serves other paths with what is missing alone', async () => {
    await ask();
    const reading = foundIn(await ask({ paths: ['src/file.txt', CODEOWNERS], headPaths: [] }));
    expect(textAt(reading.paths, 'src/file.txt')).toBe('2\n');
    // Its folder was looked at before, so that only the file was missing.
    expect(server.requests).toHaveLength(2);
  });

  test('offline is told whatever its age, without a request', async () => {
    const first = foundIn(await ask());
    nowMs += 1000 * 86_400_000;
    expect(foundIn(await ask({}, 'offline'))).toEqual(first);
    expect(server.requests).toEqual([]);
  });

  test('offline leaves unheard what was never shown', async () => {
    expect(await ask({}, 'offline')).toMatchObject({
      kind: 'failed',
      error: { code: 'OFFLINE', hint: expect.stringContaining('without --offline') },
    });
    await ask({ paths: [] });
    const reading = foundIn(await ask({ paths: ['src/file.txt', CODEOWNERS] }, 'offline'));
    expect(textAt(foundIn(reading.head).paths, CODEOWNERS)).toBe('* @acme/last\n');
    expect(reading.paths.get('src/file.txt')).toMatchObject({ kind: 'failed', error: { code: 'OFFLINE' } });
    expect(await ask({ commit: commits[0] }, 'offline')).toMatchObject({ kind: 'failed', error: { code: 'OFFLINE' } });
    expect(server.requests).toEqual([]);
  });

  test('offline is what a clone remembers, where nothing was ever shown', async () => {
    const clone = join(repository.root, 'clone');
    git(['clone', '-q', repository.folder, clone]);
    git(['-C', clone, 'remote', 'set-url', 'origin', `${server.url}/shop.git`]);
    const reading = foundIn(await ask({}, 'offline', { clones: [clone] }));
    expect(reading.clone).toMatchObject({ folder: clone, instead: { code: 'OFFLINE' } });
    expect(textAt(foundIn(reading.head).paths, CODEOWNERS)).toBe('* @acme/last\n');
    expect(foundIn(reading.reachability).refs).toEqual(['refs/heads/main']);
    expect(server.requests).toEqual([]);
    expect(store.describe()).toMatchObject({ contents: 0, facts: 0 });
  });

  test('of an address that cannot be asked is the same refusal', async () => {
    for (const repository of ['ext::sh -c true', 'file:///etc']) {
      expect(await ask({ repository })).toMatchObject({ kind: 'failed', error: { code: 'REFUSED_ADDRESS' } });
    }
  });

  test('of a head that is gone since is no reason not to read the commit', async () => {
    foundIn(await ask({ commit: commits[0], paths: [], headPaths: [] }));
    repository.run('update-ref', 'refs/heads/main', commits[1]);
    repository.run('repack', '-adq');
    repository.run('prune', '--expire=now');
    const reading = foundIn(await ask());
    expect(textAt(reading.paths, CODEOWNERS)).toBe('* @acme/first\n');
    expect(reading.head).toMatchObject({
      kind: 'failed',
      error: { code: 'NOT_READABLE', message: expect.stringContaining(commits[2]) },
    });
  });

  test('is absence for a minute', async () => {
    const absent = 'e'.repeat(40);
    for (const question of [{ commit: absent, headPaths: [] }, { repository: `${server.url}/gone` }]) {
      expect((await ask(question)).kind).toBe('absent');
      nowMs += 59_000;
      expect((await ask(question)).kind).toBe('absent');
      expect(server.requests).toEqual([]);
      nowMs += 1000;
      await ask(question);
      expect(server.requests.length).toBeGreaterThan(0);
    }
  });

  test('is never a failure', async () => {
    const question = { repository: server.url.replace(/\d+$/, '1') + '/shop' };
    expect(await ask(question)).toMatchObject({ kind: 'failed', error: { code: 'UNREACHABLE' } });
    expect(store.describe().facts).toBe(0);
  });

  describe('to one login', () => {
    beforeEach(async () => {
      server = await serve(repository.root, { login: LOGIN });
    });

    test('is not shown to another, nor to none', async () => {
      foundIn(await ask({}, 'normal', tokens('secret')));
      foundIn(await ask({}, 'normal', tokens('secret')));
      expect(server.requests).toEqual([]);
      for (const options of [{}, tokens('other')]) {
        expect(await ask({}, 'offline', options)).toMatchObject({ error: { code: 'OFFLINE' } });
        expect(await ask({}, 'normal', options)).toMatchObject({ error: { code: 'UNAUTHORISED' } });
      }
    });

    test('of git’s own helpers is found again, who are asked only where they were needed', async () => {
      const helper = `!f() { test "$1" = get && printf 'username=alice\\npassword=secret\\n'; }; f`;
      const env = {
        PATH: process.env['PATH'],
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'credential.helper',
        GIT_CONFIG_VALUE_0: helper,
      };
      const first = foundIn(await ask({}, 'normal', { env }));
      expect(first.credential).toBe('git credential');
      expect(foundIn(await ask({}, 'normal', { env }))).toEqual(first);
      expect(server.requests).toEqual([]);
      expect(await ask({}, 'offline')).toMatchObject({ error: { code: 'OFFLINE' } });
    });

    test('of two that somebody has is not shown to who has one of them', async () => {
      const withHelper = (password: string): SourceWorldOptions => ({
        env: {
          PATH: process.env['PATH'],
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'credential.helper',
          GIT_CONFIG_VALUE_0: `!f() { test "$1" = get && printf 'username=alice\\npassword=${password}\\n'; }; f`,
        },
      });
      foundIn(await ask({}, 'normal', { ...withHelper('other'), ...tokens('secret') }));
      foundIn(await ask({}, 'normal', { ...withHelper('other'), ...tokens('secret') }));
      expect(server.requests).toEqual([]);
      for (const options of [withHelper('other'), tokens('secret'), { ...withHelper('other'), ...tokens('wrong') }])
        expect(await ask({}, 'offline', options)).toMatchObject({ error: { code: 'OFFLINE' } });
      expect(await ask({}, 'normal', withHelper('other'))).toMatchObject({ error: { code: 'UNAUTHORISED' } });
    });

    test('leaves no password in the store', async () => {
      foundIn(await ask({}, 'normal', tokens('secret')));
      expect(store.audienceOf('alice:secret')).not.toContain('secret');
      const facts = ['branches', 'login'].flatMap((kind) =>
        ['registry', 'source'].map((prefix) => ({ kind, scope: `${prefix} ${new URL(server.url).host}/shop` })),
      );
      const values = facts.flatMap(({ kind, scope }) =>
        ['and tags', ''].flatMap((name) =>
          ['', store.audienceOf('alice:secret')].map(
            (audience) => store.readFact({ kind, scope, name, audience })?.value,
          ),
        ),
      );
      const kept = values.filter((value) => value !== undefined);
      expect(kept.length).toBeGreaterThan(0);
      expect(kept.join(' ')).not.toContain('secret');
    });
  });

  describe('in a file that came from elsewhere', () => {
    const scope = (): string => `source ${new URL(server.url).host}/shop`;
    const digestOf = (id: string): string | undefined =>
      store.readFact({ kind: 'object', scope: scope(), name: id, audience: '' })?.value;

    test('is believed by its id alone: another object in its place is not there', async () => {
      await ask();
      const id = repository.run('rev-parse', `${commits[1]}:${CODEOWNERS}`);
      const other = repository.run('rev-parse', `${commits[2]}:${CODEOWNERS}`);
      expect(digestOf(id)).not.toBe(digestOf(other));
      store.writeFact(
        { kind: 'object', scope: scope(), name: id, audience: '' },
        { value: digestOf(other), learnedAtMs: nowMs, freshUntilMs: Number.MAX_SAFE_INTEGER },
      );
      expect(textAt(foundIn(await ask()).paths, CODEOWNERS)).toBe('* @acme/first\n');
      expect(server.requests).toHaveLength(2);
    });

    test.each([
      '',
      'null',
      '{"refs":[]}',
      '[',
      '{"address":"https://x/y","objectFormat":"sha1","refs":[{"name":"refs/heads/main","commit":"x"}]}',
    ])('branches that are not whole are asked for anew: %s', async (value) => {
      await ask();
      const key = { kind: 'branches', scope: scope().replace('source', 'registry'), name: 'and tags', audience: '' };
      expect(store.readFact(key)).toBeDefined();
      store.writeFact(key, { value, learnedAtMs: nowMs, freshUntilMs: nowMs + 1000 });
      expect(foundIn(foundIn(await ask()).head).commit).toBe(commits[2]);
      expect(server.requests).toHaveLength(2);
    });
  });

  test('of who changed a path is kept for a day', async () => {
    const contributors = async (): Promise<number> => {
      const { code } = openSources({ memory: { store, nowMs: () => nowMs } });
      server.reset();
      const question = {
        repository: `${server.url}/shop`,
        namedBy: 'the test',
        commit: commits[2],
        path: 'src',
        since: '2023-01-01T00:00:00Z',
      };
      expect(foundIn(await code.readContributors(question))).toMatchObject([{ name: 'Ada', commits: 3 }]);
      return server.requests.length;
    };
    expect(await contributors()).toBeGreaterThan(0);
    expect(await contributors()).toBe(0);
    nowMs += 86_400_000;
    expect(await contributors()).toBeGreaterThan(0);
  });

  test('ids of SHA-256 are kept too', async () => {
    repository = newRepository({ objectFormat: 'sha256' });
    commits = commitThrice(repository);
    server = await serve(repository.root);
    const first: SourceReading = foundIn(await ask());
    expect(foundIn(await ask())).toEqual(first);
    expect(server.requests).toEqual([]);
  });
});
