import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswerMemory } from '../../../../src/adapters/scm/answer-memory.ts';
import type { AnswerMode } from '../../../../src/adapters/scm/answer-memory.ts';
import { probeForge } from '../../../../src/adapters/scm/probe-forge.ts';
import { openStore } from '../../../../src/adapters/store/open-store.ts';
import type { HttpClientOptions } from '../../../../src/adapters/http/http.ts';
import { closedAfterTest, errorOf, gist, valueOf } from '../../../support/asked-forge.ts';
import type { CannedAnswer, CannedAnswers } from '../../../support/canned-server.ts';
import { CUT_SHORT, HTML, startCanned } from '../../../support/canned-server.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { TEST_NOW_MS, openHttp } from '../../../support/http-world.ts';

const PATHS = {
  gitlab: '/api/v4/version',
  forgejo: '/api/forgejo/v1/version',
  gitea: '/api/v1/version',
  github: '/api/v3/meta',
  bitbucketDataCenter: '/rest/api/1.0/application-properties',
} as const;

const clock = { nowMs: () => TEST_NOW_MS };

function http(options: Partial<HttpClientOptions> = {}) {
  return closedAfterTest(openHttp(options).http);
}

async function serve(answers: CannedAnswers): Promise<TestServer> {
  return closedAfterTest(await startCanned(answers));
}

/** The kind that was found, the reason why there is none, or the code of the error. */
async function probed(answers: CannedAnswers): Promise<string> {
  const { host } = await serve(answers);
  const outcome = await probeForge(host, { http: http(), clock });
  return outcome.kind === 'found' ? outcome.value.kind : gist(outcome);
}

function everywhere(answer: CannedAnswer): CannedAnswers {
  return Object.fromEntries(Object.values(PATHS).map((path) => [path, answer]));
}

const GITLAB_REFUSES: CannedAnswer = { status: 401, body: { message: '401 Unauthorized' } };

describe('which product runs there', () => {
  test.each<[string, CannedAnswers, string]>([
    ['GitLab, which wants a token', { [PATHS.gitlab]: GITLAB_REFUSES }, 'gitlab'],
    [
      'GitLab, which tells its version',
      { [PATHS.gitlab]: { body: { version: '18.5.0', revision: '1f2e3d4' } } },
      'gitlab',
    ],
    ['Gitea', { [PATHS.gitea]: { body: { version: '1.25.1' } } }, 'gitea'],
    [
      'Forgejo, which answers as Gitea too',
      { [PATHS.gitea]: { body: { version: '13.0.2+gitea-1.22.0' } }, [PATHS.forgejo]: { body: { version: '13.0.2' } } },
      'forgejo',
    ],
    [
      'GitHub Enterprise Server',
      { [PATHS.github]: { body: { installed_version: '3.17.0', verifiable_password_authentication: true } } },
      'github',
    ],
    [
      'GitHub Enterprise Server in private mode',
      {
        [PATHS.github]: {
          status: 401,
          body: { message: 'Must authenticate to access this API.', documentation_url: 'https://docs.github.com' },
          headers: { 'x-github-request-id': 'a:b' },
        },
      },
      'github',
    ],
    [
      'Bitbucket Data Center',
      { [PATHS.bitbucketDataCenter]: { body: { version: '9.4.0', buildNumber: '9004000', displayName: 'Bitbucket' } } },
      'bitbucketDataCenter',
    ],
  ])('%s', async (_name, answers, kind) => {
    expect(await probed(answers)).toBe(kind);
  });

  test('the host is in lower case, and no credential goes along', async () => {
    const { port, requests } = await serve({ [PATHS.gitlab]: GITLAB_REFUSES });
    const outcome = await probeForge(`LOCALHOST:${port}`, { http: http(), clock });
    expect(outcome).toEqual({
      kind: 'found',
      value: { kind: 'gitlab', host: `localhost:${port}` },
      asOf: '2026-11-21T12:00:00Z',
    });
    expect(requests.map(({ path, headers }) => [path, headers.authorization, headers['private-token']])).toEqual([
      [PATHS.gitlab, undefined, undefined],
    ]);
  });

  test('a product is known though another address there was not heard', async () => {
    expect(await probed({ [PATHS.gitlab]: HTML, [PATHS.gitea]: { body: { version: '1.25.1' } } })).toBe('gitea');
  });
});

describe('none', () => {
  test('nothing is at any of the addresses: each is asked once', async () => {
    const { host, requests } = await serve({});
    expect(gist(await probeForge(host, { http: http(), clock }))).toBe('noForge');
    expect(requests.map(({ path }) => path)).toEqual(Object.values(PATHS));
  });

  test.each<[string, CannedAnswer]>([
    ['a page that says that there is nothing', { ...HTML, status: 404 }],
    ['a method that is not allowed', { status: 405, body: {} }],
    ['JSON of something else', { body: { hello: 'world' } }],
    ['JSON that is no object', { body: ['1.25.1'] }],
    ['a version that is no text', { body: { version: 1 } }],
  ])('%s', async (_name, answer) => {
    expect(await probed(everywhere(answer))).toBe('noForge');
  });

  test('a product of Atlassian that is not Bitbucket', async () => {
    const body = { version: '10.1.0', buildNumber: '1', displayName: 'Bamboo' };
    expect(await probed({ [PATHS.bitbucketDataCenter]: { body } })).toBe('noForge');
  });
});

describe('not heard is not none', () => {
  test.each<[string, CannedAnswer, string]>([
    ['a page for people', HTML, 'MALFORMED'],
    ['a way to a login', { status: 302, headers: { location: 'https://login.example/' }, text: '' }, 'MALFORMED'],
    ['JSON cut short', CUT_SHORT, 'MALFORMED'],
    ['text', { text: 'ok', headers: { 'content-type': 'text/plain' } }, 'MALFORMED'],
    ['401 of something else', { status: 401, body: { message: 'log in' } }, 'UNAUTHORISED'],
    ['401 that only talks as GitHub does', { status: 401, body: { documentation_url: 'x' } }, 'UNAUTHORISED'],
    ['403', { status: 403, body: {} }, 'FORBIDDEN'],
    ['429', { status: 429, body: {} }, 'RATE_LIMITED'],
    ['500', { status: 500, body: {} }, 'SERVER_ERROR'],
    ['503', { ...HTML, status: 503 }, 'SERVER_ERROR'],
  ])('%s', async (_name, answer, code) => {
    expect(await probed(everywhere(answer))).toBe(code);
    expect(await probed({ [PATHS.github]: answer })).toBe(code);
  });

  test('what to do is said', async () => {
    const { host } = await serve(everywhere(HTML));
    const error = errorOf(await probeForge(host, { http: http(), clock }));
    expect(error.message).toBe(`could not learn which forge runs at ${host}`);
    expect(error.hint).toContain('provtrace.yaml');
  });

  test('a redirect is not followed', async () => {
    const other = await serve({ [PATHS.gitlab]: GITLAB_REFUSES });
    const location = `http://${other.host}${PATHS.gitlab}`;
    expect(await probed({ [PATHS.gitlab]: { status: 302, headers: { location }, text: '' } })).toBe('MALFORMED');
    expect(other.requests).toEqual([]);
  });

  test('whoever wants no more requests gets no more', async () => {
    const { host, requests } = await serve({
      [PATHS.gitlab]: { status: 429, body: {}, headers: { 'retry-after': '3600' } },
    });
    expect(gist(await probeForge(host, { http: http(), clock }))).toBe('RATE_LIMITED');
    expect(new Set(requests.map(({ path }) => path))).toEqual(new Set([PATHS.gitlab]));
  });

  test('nobody is there: asked for one product alone', async () => {
    const server = await startCanned({});
    await server.close();
    const asked: string[] = [];
    const client = http({ onRequest: ({ url }) => asked.push(url.pathname) });
    expect(gist(await probeForge(server.host, { http: client, clock }))).toBe('UNREACHABLE');
    expect(new Set(asked)).toEqual(new Set([PATHS.gitlab]));
  });

  test('a host that only a stranger named is not asked on this machine', async () => {
    const { host, requests } = await serve({ [PATHS.gitlab]: GITLAB_REFUSES });
    const outcome = await probeForge(host, { http: http({ namedByUser: () => false }), clock });
    expect([gist(outcome), requests.length]).toEqual(['REFUSED_ADDRESS', 0]);
  });

  test('what is no host', async () => {
    expect(gist(await probeForge('a b/c', { http: http(), clock }))).toBe('INVALID_REFERENCE');
  });
});

describe('remembered', () => {
  async function twice(answers: CannedAnswers, second: { readonly mode: AnswerMode; readonly laterMs: number }) {
    const { host, requests } = await serve(answers);
    let nowMs = TEST_NOW_MS;
    const moving = { nowMs: () => nowMs };
    const store = openStore({ path: ':memory:', clock: moving, notice: () => {} });
    const ask = async (mode: AnswerMode) => {
      const memory = createAnswerMemory({ store, clock: moving, mode });
      return probeForge(host, { http: http(), clock: moving, memory });
    };
    const first = gist(await ask('normal'));
    const before = requests.length;
    nowMs += second.laterMs;
    const again = await ask(second.mode);
    store.close();
    return { outcomes: [first, gist(again)], requestsAgain: requests.length - before, again };
  }
  const gitlab = { [PATHS.gitlab]: GITLAB_REFUSES };
  const hours = (count: number): number => count * 3_600_000;

  test('a product for a day', async () => {
    const within = await twice(gitlab, { mode: 'normal', laterMs: hours(23) });
    expect([within.outcomes, within.requestsAgain]).toEqual([['found', 'found'], 0]);
    expect(valueOf(within.again).kind).toBe('gitlab');
    expect((await twice(gitlab, { mode: 'normal', laterMs: hours(25) })).requestsAgain).toBe(1);
    expect((await twice(gitlab, { mode: 'refresh', laterMs: 0 })).requestsAgain).toBe(1);
    expect((await twice(gitlab, { mode: 'offline', laterMs: hours(999) })).outcomes).toEqual(['found', 'found']);
  });

  test('that there is none, for minutes', async () => {
    const within = await twice({}, { mode: 'normal', laterMs: 60_000 });
    expect([within.outcomes, within.requestsAgain]).toEqual([['noForge', 'noForge'], 0]);
    expect((await twice({}, { mode: 'normal', laterMs: 600_000 })).requestsAgain).toBe(5);
  });

  test('a failure never', async () => {
    const failure = await twice(everywhere(HTML), { mode: 'normal', laterMs: 0 });
    expect([failure.outcomes, failure.requestsAgain]).toEqual([['MALFORMED', 'MALFORMED'], 5]);
    expect((await twice(everywhere(HTML), { mode: 'offline', laterMs: 0 })).outcomes).toEqual(['MALFORMED', 'OFFLINE']);
  });
});

test('whatever bytes come, there is an outcome, and bytes that are no JSON are no product', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.constantFrom(200, 401, 404), async (text, status) => {
      const isJson = ((): boolean => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      })();
      const kind = await probed(everywhere({ text, status }));
      expect(['noForge', 'MALFORMED', 'UNAUTHORISED']).toContain(kind);
      if (status === 404) expect(kind).toBe('noForge');
      else if (!isJson) expect(kind).toBe(status === 200 ? 'MALFORMED' : 'UNAUTHORISED');
    }),
    { numRuns: 40 },
  );
});
