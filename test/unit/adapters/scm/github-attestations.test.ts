import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { AttestationAnswer } from '../../../../src/ports/attestation-source.ts';
import type { GithubOptions, GithubServer, KeptBundle } from '../../../support/forge-server.ts';
import { startGithub } from '../../../support/forge-server.ts';
import { sendEndless, sendJson } from '../../../support/http-server.ts';
import { everythingIn } from '../../../support/http-world.ts';
import {
  NOW_SECONDS,
  TOKEN,
  bundle,
  errorIn,
  githubAt,
  openSource,
  opened,
  shown,
  stored,
  subject,
} from './forge-world.ts';
import type { SourceWorld } from './forge-world.ts';

const { compress }: { readonly compress: (bytes: Uint8Array) => Uint8Array } = createRequire(import.meta.url)(
  'snappyjs',
);

const INDEX = subject('index');
const PLATFORM = subject('platform');
const STRANGER = subject('stranger');

const kept = (note: string, more: Partial<KeptBundle> = {}): KeptBundle => ({
  repository: 'acme/shop',
  subjects: [INDEX],
  bundle: bundle(note),
  ...more,
});

type World = SourceWorld & {
  readonly server: GithubServer;
  readonly ask: (path: string, ...digests: readonly (typeof INDEX)[]) => Promise<readonly AttestationAnswer[]>;
};

async function openGithub(
  options: Partial<GithubOptions> & { readonly withToken?: boolean | string } = {},
): Promise<World> {
  const { withToken, ...serverOptions } = options;
  const server = opened(await startGithub({ bundles: [kept('provenance')], token: TOKEN, ...serverOptions }));
  const token =
    withToken === undefined || withToken === false
      ? undefined
      : { host: 'github.com', token: withToken === true ? TOKEN : withToken };
  const world = openSource(token);
  return {
    ...world,
    server,
    ask: (path, ...digests) =>
      world.source.fetchAttestations({
        forge: githubAt(server),
        path,
        digests: digests.length === 0 ? [INDEX] : digests,
      }),
  };
}

const pathsOf = ({ server }: World): readonly string[] =>
  server.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);

const answering = (status: number, body: string | Uint8Array) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status);
  response.end(body);
  return true;
};

const saying = (status: number, headers: Record<string, string> = {}, body: unknown = { message: 'no' }) => ({
  lie: (_: IncomingMessage, response: ServerResponse) => (sendJson(response, status, body, headers), true),
});

/** Its storage is its own host. */
const storingAtTheApi = (request: IncomingMessage, response: ServerResponse): boolean => {
  if (request.url?.startsWith('/bundle') === true) response.end(compress(Buffer.from('{"note":"same host"}')));
  else sendJson(response, 200, { attestations: [{ bundle_url: `http://${request.headers.host}/bundle` }] });
  return true;
};

const losingItsSecondPage = (request: IncomingMessage, response: ServerResponse): boolean => {
  const isFirst = request.url?.includes('after') !== true;
  sendJson(response, isFirst ? 200 : 404, { attestations: [] }, isFirst ? { link: '<?after=1>; rel="next"' } : {});
  return true;
};

describe('the attestations of', () => {
  test('a repository are the stored bytes, with the repository’s number and the moment', async () => {
    const { ask } = await openGithub();
    const { text, document } = stored('provenance');
    expect(await ask('acme/shop')).toEqual([
      {
        subject: INDEX,
        outcome: {
          kind: 'found',
          asOf: '2026-11-21T12:00:00Z',
          value: [{ repositoryId: '7000', bytes: Uint8Array.from(Buffer.from(text)), document }],
        },
      },
    ]);
  });

  test('a repository do not hold those of its neighbours; those of an account do', async () => {
    const bundles = [
      kept('one'),
      kept('two', { repository: 'acme/deploy' }),
      kept('three', { repository: 'other/shop' }),
    ];
    const { ask } = await openGithub({ bundles });
    expect(shown(await ask('acme/shop'))).toEqual([['one']]);
    expect(shown(await ask('acme'))).toEqual([['one', 'two']]);
    expect(shown(await ask('nobody'))).toEqual(['noAttestations']);
  });

  test('an organisation are asked for in one form, those of a user in the other', async () => {
    const world = await openGithub({
      users: ['ada'],
      bundles: [kept('provenance'), kept('of a user', { repository: 'ada/shop' })],
    });
    expect(shown(await world.ask('ada'))).toEqual([['of a user']]);
    expect(shown(await world.ask('acme'))).toEqual([['provenance']]);
    expect(pathsOf(world)).toEqual([
      `GET /orgs/ada/attestations/${INDEX}`,
      `GET /users/ada/attestations/${INDEX}`,
      `GET /orgs/acme/attestations/${INDEX}`,
    ]);
  });

  test('a server of one’s own are asked for below its own address', async () => {
    const { server, source } = await openGithub();
    const forge = { kind: 'github', host: server.host } as const;
    expect(shown(await source.fetchAttestations({ forge, path: 'acme/shop', digests: [INDEX] }))).toEqual([
      ['provenance'],
    ]);
    expect(server.requests[0]?.path).toMatch(/^\/api\/v3\/repos\/acme\/shop\/attestations\/sha256:/);
  });

  test('each digest are its own', async () => {
    const bundles = [kept('both', { subjects: [INDEX, PLATFORM] }), kept('platform', { subjects: [PLATFORM] })];
    const { ask } = await openGithub({ bundles });
    expect(shown(await ask('acme/shop', INDEX, PLATFORM, STRANGER))).toEqual([
      ['both'],
      ['both', 'platform'],
      'noAttestations',
    ]);
  });

  test.each([404, 422, 'an empty list'] as const)('a digest that has none are absent: %s', async (none) => {
    const { ask } = await openGithub({ none });
    expect(await ask('acme/shop', STRANGER)).toEqual([
      { subject: STRANGER, outcome: { kind: 'absent', reason: 'noAttestations', asOf: '2026-11-21T12:00:00Z' } },
    ]);
  });

  test('several pages are all of them', async () => {
    const bundles = Array.from({ length: 7 }, (_, index) => kept(`${index}`));
    const world = await openGithub({ bundles, pageSize: 3 });
    expect(shown(await world.ask('acme'))).toEqual([['0', '1', '2', '3', '4', '5', '6']]);
    expect(world.server.requests).toHaveLength(3);
  });

  test('a digest are read up to a limit, and not listed further', async () => {
    const bundles = Array.from({ length: 900 }, (_, index) => kept(`${index}`, { carriedBy: 'inline' }));
    const world = await openGithub({ bundles });
    const [answer] = shown(await world.ask('acme/shop'));
    expect(world.server.requests).toHaveLength(4);
    expect(answer).toHaveLength(101);
    expect(answer?.[100]).toBe('TOO_LARGE');
  });
});

describe('several digests of an account', () => {
  const bundles = [
    kept('both', { subjects: [INDEX, PLATFORM] }),
    kept('platform', { subjects: [PLATFORM] }),
    kept('user', { repository: 'ada/x', subjects: [PLATFORM] }),
  ];

  test('are asked for together where there is a token', async () => {
    const world = await openGithub({ bundles, users: ['ada'], withToken: true });
    expect(shown(await world.ask('acme', INDEX, PLATFORM, STRANGER))).toEqual([
      ['both'],
      ['both', 'platform'],
      'noAttestations',
    ]);
    expect(shown(await world.ask('ada', INDEX, PLATFORM))).toEqual(['noAttestations', ['user']]);
    expect(pathsOf(world)).toEqual([
      'POST /orgs/acme/attestations/bulk-list',
      'POST /orgs/ada/attestations/bulk-list',
      'POST /users/ada/attestations/bulk-list',
    ]);
  });

  test('are asked for one by one where there is none', async () => {
    const world = await openGithub({ bundles });
    expect(shown(await world.ask('acme', INDEX, PLATFORM))).toEqual([['both'], ['both', 'platform']]);
    expect(pathsOf(world).toSorted()).toEqual(
      [INDEX, PLATFORM].map((digest) => `GET /orgs/acme/attestations/${digest}`).toSorted(),
    );
  });

  test('that is nobody’s have none', async () => {
    const { ask } = await openGithub({
      withToken: true,
      lie: (_, response) => (sendJson(response, 404, { message: 'Not Found' }), true),
    });
    expect(shown(await ask('nobody', INDEX, PLATFORM))).toEqual(['noAttestations', 'noAttestations']);
  });

  test('come on several pages, each asked for with the same question', async () => {
    const many = Array.from({ length: 5 }, (_, index) => kept(`${index}`, { subjects: [INDEX, PLATFORM] }));
    const world = await openGithub({ bundles: many, pageSize: 3, withToken: true });
    const all = ['0', '1', '2', '3', '4'];
    expect(shown(await world.ask('acme', INDEX, PLATFORM))).toEqual([all, all]);
    expect(world.server.requests).toHaveLength(4);
  });

  test('are each read up to a limit', async () => {
    const many = Array.from({ length: 110 }, (_, index) =>
      kept(`${index}`, { subjects: [INDEX, PLATFORM], carriedBy: 'inline' }),
    );
    const { ask } = await openGithub({ bundles: many, withToken: true });
    expect(shown(await ask('acme', INDEX, PLATFORM)).map((notes) => [notes.length, notes.at(-1)])).toEqual([
      [101, 'TOO_LARGE'],
      [101, 'TOO_LARGE'],
    ]);
  });

  test('may be answered as the documentation’s example has it', async () => {
    const answer = {
      attestations_subject_digests: [{ [INDEX]: [{ bundle: bundle('listed') }] }, { [PLATFORM]: null }],
    };
    const { ask } = await openGithub({
      withToken: true,
      lie: (_, response) => (sendJson(response, 200, answer), true),
    });
    expect(shown(await ask('acme', INDEX, PLATFORM))).toEqual([['listed'], 'noAttestations']);
  });

  test('whose list goes on without saying where are not taken for all of it', async () => {
    const answer = { attestations_subject_digests: {}, page_info: { has_next: true, next: 'abc' } };
    const { ask } = await openGithub({
      withToken: true,
      lie: (_, response) => (sendJson(response, 200, answer), true),
    });
    expect(shown(await ask('acme', INDEX, PLATFORM))).toEqual(['MALFORMED', 'MALFORMED']);
  });

  test('are asked for again where the server failed for a moment', async () => {
    let failures = 1;
    const lie = (_: IncomingMessage, response: ServerResponse): boolean => {
      if (failures-- <= 0) return false;
      sendJson(response, 503, {});
      return true;
    };
    const { ask } = await openGithub({ lie, withToken: true });
    expect(shown(await ask('acme', INDEX, PLATFORM))).toEqual([['provenance'], 'noAttestations']);
  });

  test('are all unheard where that question fails', async () => {
    const { ask } = await openGithub({ withToken: 'expired' });
    expect(shown(await ask('acme', INDEX, PLATFORM))).toEqual(['UNAUTHORISED', 'UNAUTHORISED']);
  });
});

describe('the bundle', () => {
  test('is read where bundle_url says, also where there is no other', async () => {
    const { ask, server } = await openGithub({ bundles: [kept('by its address', { carriedBy: 'url' })] });
    expect(shown(await ask('acme/shop'))).toEqual([['by its address']]);
    expect(server.storage.requests.map(({ path }) => path)).toEqual(['/bundles/0.sn?sig=signed-for-storage']);
  });

  test('is the inline one where there is no address, without asking the storage', async () => {
    const { ask, server } = await openGithub({ bundles: [kept('inline', { carriedBy: 'inline' })] });
    expect(shown(await ask('acme/shop'))).toEqual([['inline']]);
    expect(server.storage.requests).toEqual([]);
  });

  test.each<[string, ReturnType<typeof answering>]>([
    ['is not there', answering(404, '<Error/>')],
    ['wants a login', answering(403, '<Error/>')],
    ['has no block of Snappy', answering(200, '{"mediaType":"x"}')],
    [
      'has a block that never ends for others',
      answering(200, Uint8Array.from([5, 0xfc, 0xfa, 0xff, 0xff, 0xff, 0, 0, 0, 0])),
    ],
    ['has a block that says it is huge', answering(200, Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61]))],
    ['redirects to a file', (_, response) => (response.writeHead(302, { location: 'file:///etc/passwd' }).end(), true)],
  ])('is the inline one where the storage %s', async (_, storageLie) => {
    const { ask } = await openGithub({ storageLie });
    expect(shown(await ask('acme/shop'))).toEqual([['provenance']]);
  });

  test.each<[string, ReturnType<typeof answering>, string]>([
    ['is not there', answering(404, '<Error/>'), 'MALFORMED'],
    ['is damaged', answering(200, compress(Buffer.from('{"mediaType":"x"}')).subarray(0, 9)), 'MALFORMED'],
    ['is huge', answering(200, Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61])), 'TOO_LARGE'],
    ['does not end', (__, response) => (void sendEndless(response, 1 << 30), true), 'TOO_LARGE'],
    ['is broken', answering(500, 'oops'), 'SERVER_ERROR'],
  ])('that %s is unheard, and costs no other one', async (_, storageLie, code) => {
    const bundles = [kept('first', { carriedBy: 'url' }), kept('second', { carriedBy: 'inline' })];
    const { ask } = await openGithub({ bundles, storageLie });
    const answers = await ask('acme/shop');
    expect(shown(answers)).toEqual([[code, 'second']]);
    expect(errorIn(answers).message).toContain('one of the attestations of acme/shop on github.com');
  });

  test('that GitHub lists without one is unheard', async () => {
    const { ask } = await openGithub({ bundles: [kept('lost', { carriedBy: 'nothing' }), kept('there')] });
    expect(shown(await ask('acme/shop'))).toEqual([['MALFORMED', 'there']]);
  });

  test.each(['nonsense', '', 'http://'])('whose address is %j is unheard', async (url) => {
    const { ask } = await openGithub({
      lie: (_, response) => (sendJson(response, 200, { attestations: [{ bundle_url: url }] }), true),
    });
    expect(shown(await ask('acme/shop'))).toEqual([['MALFORMED']]);
  });
});

describe('the token', () => {
  test('goes to the API, and not to the storage', async () => {
    const { ask, server } = await openGithub({
      bundles: [kept('private', { isPrivate: true, carriedBy: 'url' })],
      withToken: true,
    });
    expect(shown(await ask('acme/shop'))).toEqual([['private']]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`]);
    expect(server.storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(JSON.stringify(server.storage.requests)).not.toContain(TOKEN);
  });

  test('goes not to the storage where that is at the API’s own address either', async () => {
    const { ask, server } = await openGithub({ lie: storingAtTheApi, withToken: true });
    expect(shown(await ask('acme/shop'))).toEqual([['same host']]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`, undefined]);
  });

  test('of one host is not sent to another', async () => {
    const { server } = await openGithub();
    const { source } = openSource({ host: 'github.acme.example' });
    await source.fetchAttestations({ forge: githubAt(server), path: 'acme/shop', digests: [INDEX] });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('and the next page stay at the API', async () => {
    const other = opened(await startGithub({ bundles: [] }));
    const lie = (_: IncomingMessage, response: ServerResponse): boolean => {
      sendJson(
        response,
        200,
        { attestations: [] },
        { link: `<http://${other.host}/repos/acme/shop/attestations/${INDEX}>; rel="next"` },
      );
      return true;
    };
    const { ask } = await openGithub({ lie, withToken: true });
    const answers = await ask('acme/shop');
    expect(errorIn(answers)).toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining(
        'the next page of the attestations of acme/shop on github.com is not at 127.0.0.1',
      ),
    });
    expect(other.requests).toEqual([]);
  });

  test('that cannot be looked up is told, and nothing is asked without it', async () => {
    const { server } = await openGithub();
    const failure = new ToolError('NOT_READABLE', '/home/ada/.netrc cannot be read');
    const { source } = openSource({ host: 'github.com', failure });
    expect(
      await source.fetchAttestations({ forge: githubAt(server), path: 'acme', digests: [INDEX, PLATFORM] }),
    ).toEqual([INDEX, PLATFORM].map((digest) => ({ subject: digest, outcome: { kind: 'failed', error: failure } })));
    expect(server.requests).toEqual([]);
  });

  test.each<[string, Partial<GithubOptions>]>([
    ['is not accepted', {}],
    [
      'is shown back by an error page',
      { lie: (request, response) => (sendJson(response, 500, { headers: request.headers }), true) },
    ],
    ['is over its limit', { limit: { limit: 5000, remaining: 0, resetSeconds: NOW_SECONDS + 60 } }],
    ['is refused', { lie: (request, response) => (sendJson(response, 403, request.headers), true) }],
  ])('that %s is in no message', async (_, options) => {
    const { ask } = await openGithub({ withToken: 'ghp_another-secret', ...options });
    expect(everythingIn(errorIn(await ask('acme/shop')))).not.toContain('ghp_another-secret');
  });
});

describe('addresses of storage that the API names', () => {
  test.each([
    'http://127.0.0.1:1/x',
    'http://localhost:1/x',
    'https://169.254.169.254/latest/meta-data',
    'http://storage.example/x',
  ])('are held against the policy for strangers: %s', async (url) => {
    const server = opened(
      await startGithub({
        bundles: [],
        lie: (_, response) => (sendJson(response, 200, { attestations: [{ bundle_url: url }] }), true),
      }),
    );
    const { source } = openSource(undefined, { namedByUser: (host) => host === server.host });
    const answers = await source.fetchAttestations({ forge: githubAt(server), path: 'acme/shop', digests: [INDEX] });
    expect(errorIn(answers)).toMatchObject({
      code: 'REFUSED_ADDRESS',
      message: expect.stringContaining(`the attestations API at ${server.host} named it`),
    });
  });
});

describe('a refusal', () => {
  test('of the token says where the token was, and how to renew it', async () => {
    const { ask } = await openGithub({ withToken: 'expired' });
    expect(errorIn(await ask('acme/shop'))).toMatchObject({
      code: 'UNAUTHORISED',
      message:
        'could not read the attestations of acme/shop on github.com: github.com does not accept the token from GH_TOKEN',
      hint: 'renew it: gh auth login --hostname github.com',
    });
  });

  test.each([401, 403])('with status %i and no token asks for one', async (status) => {
    const { ask } = await openGithub(saying(status, { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '58' }));
    expect(errorIn(await ask('acme/shop'))).toMatchObject({
      code: status === 401 ? 'UNAUTHORISED' : 'FORBIDDEN',
      message: 'could not read the attestations of acme/shop on github.com: github.com wants a token',
      got: expect.stringMatching(/; 58 of 60 requests left$/),
      hint: 'set GH_TOKEN, or log in: gh auth login --hostname github.com',
    });
  });

  test.each<[Record<string, string>, string]>([
    [{}, 'it needs the permission attestations: read'],
    [
      { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso' },
      "authorise it for the organisation's single sign-on, in your settings at GitHub",
    ],
  ])('of what the token may read says what it lacks: %o', async (headers, hint) => {
    const { ask } = await openGithub({ ...saying(403, headers), withToken: true });
    expect(errorIn(await ask('acme/shop'))).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('does not let in the token from GH_TOKEN'),
      hint,
    });
  });

  test.each<[string, number, unknown, string]>([
    ['HTML', 200, '<html>', 'MALFORMED'],
    ['a list', 200, [], 'MALFORMED'],
    ['an object without attestations', 200, {}, 'MALFORMED'],
    ['attestations that are none', 200, { attestations: { 0: 'a' } }, 'MALFORMED'],
    ['a failure of the server', 500, 'oops', 'SERVER_ERROR'],
    ['that it is gone', 410, {}, 'MALFORMED'],
  ])('in another form is unheard and never absent: %s', async (_, status, body, code) => {
    const lie = (__: IncomingMessage, response: ServerResponse): boolean => {
      response.writeHead(status, { 'content-type': 'text/plain' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
      return true;
    };
    const { ask } = await openGithub({ lie });
    expect(shown(await ask('acme/shop'))).toEqual([code]);
  });

  test('of a later page is not taken for the end of the list', async () => {
    expect(shown(await (await openGithub({ lie: losingItsSecondPage })).ask('acme/shop'))).toEqual(['MALFORMED']);
  });

  test.each([
    ['go in a circle', () => '<?after=1>; rel="next"', 'MALFORMED'],
    ['do not end', (path: string) => `<${path}x>; rel="next"`, 'TOO_LARGE'],
  ])('is made of pages that %s', async (_, linkFrom, code) => {
    const lie = (request: IncomingMessage, response: ServerResponse): boolean => {
      sendJson(response, 200, { attestations: [] }, { link: linkFrom(request.url ?? '') });
      return true;
    };
    expect(shown(await (await openGithub({ lie })).ask('acme/shop'))).toEqual([code]);
  });

  test('is the only error, whatever the answer holds', async () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record({
        bundle: fc.jsonValue(),
        bundle_url: fc.constantFrom('', 'x', null, 7),
        repository_id: fc.jsonValue(),
      }),
    );
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({
        attestations: fc.oneof(fc.jsonValue(), fc.array(entry)),
        attestations_subject_digests: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(fc.constantFrom(INDEX, PLATFORM, 'x'), fc.array(entry)),
        ),
      }),
    );
    let answer: unknown;
    const { ask } = await openGithub({
      lie: (_, response) => (sendJson(response, 200, answer), true),
      withToken: true,
    });
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (value, isBulk) => {
        answer = value;
        for (const outcome of shown(isBulk ? await ask('acme', INDEX, PLATFORM) : await ask('acme/shop')))
          expect(outcome).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });
});

describe('the limit of requests', () => {
  const used = { limit: 60, remaining: 1, resetSeconds: NOW_SECONDS + 1800 };

  test('that is used up is told, with when it ends and what a token changes', async () => {
    const { ask } = await openGithub({ limit: { ...used, remaining: 0 } });
    expect(errorIn(await ask('acme/shop'))).toMatchObject({
      code: 'RATE_LIMITED',
      message:
        'could not read the attestations of acme/shop on github.com: github.com wants no more requests until 2026-11-21T12:30:00Z',
      got: '0 of 60 requests left',
      hint: 'a token raises the limit to 5,000 requests an hour: set GH_TOKEN, or log in: gh auth login --hostname github.com',
    });
  });

  test('of a token says when to come back', async () => {
    const { ask } = await openGithub({ limit: { ...used, remaining: 0 }, withToken: true });
    expect(errorIn(await ask('acme/shop'))).toMatchObject({
      code: 'RATE_LIMITED',
      hint: 'try again after 2026-11-21T12:30:00Z',
    });
  });

  test('that is used up ends all questions until it is over', async () => {
    const world = await openGithub({ limit: used });
    expect(shown(await world.ask('acme/shop'))).toEqual([['provenance']]);
    expect(shown(await world.ask('acme/shop'))).toEqual(['RATE_LIMITED']);
    for (const path of ['acme/shop', 'acme', 'other/shop']) {
      const error = errorIn(await world.ask(path));
      expect(error).toMatchObject({
        code: 'RATE_LIMITED',
        message: expect.stringContaining(`the attestations of ${path} on github.com`),
      });
    }
    expect(world.server.requests).toHaveLength(2);
    expect(world.pauses).toEqual([]);
    world.advance(1800_000);
    await world.ask('acme/shop');
    expect(world.server.requests).toHaveLength(3);
  });

  test.each<[string, number, Record<string, string>, string, number]>([
    ['a wait in seconds', 403, { 'retry-after': '120' }, 'no', 120],
    ['a wait in seconds', 429, { 'retry-after': '120' }, 'no', 120],
    ['nothing but a sentence', 403, {}, 'You have exceeded a secondary rate limit.', 60],
    ['nothing at all', 429, {}, '', 60],
    [
      'that requests are left',
      429,
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': `${NOW_SECONDS + 900}` },
      '',
      60,
    ],
    ['an end in the past', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' }, '', 60],
    ['an end that is no number', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '-1e9' }, '', 60],
  ])('is respected where the answer has %s (%i)', async (_, status, headers, message, seconds) => {
    const world = await openGithub({ lie: (__, response) => (sendJson(response, status, { message }, headers), true) });
    const error = errorIn(await world.ask('acme/shop'));
    expect(error.code).toBe('RATE_LIMITED');
    const asked = world.server.requests.length;
    world.advance(seconds * 1000 - 1);
    await world.ask('acme/shop');
    expect(world.server.requests).toHaveLength(asked);
    world.advance(1);
    await world.ask('acme/shop');
    expect(world.server.requests.length).toBeGreaterThan(asked);
  });

  test('of one forge is not another’s', async () => {
    const world = await openGithub({ limit: { ...used, remaining: 0 } });
    const other = opened(await startGithub({ bundles: [kept('other')] }));
    await world.ask('acme/shop');
    const forge = { kind: 'github', host: other.host } as const;
    expect(shown(await world.source.fetchAttestations({ forge, path: 'acme/shop', digests: [INDEX] }))).toEqual([
      ['other'],
    ]);
  });
});

describe('a forge that does not answer', () => {
  const forge = { kind: 'github', host: 'github.com', apiUrl: 'http://127.0.0.1:1' } as const;

  test('is told, and not asked again for a minute', async () => {
    const sent: string[] = [];
    const { source, advance } = openSource(undefined, { onRequest: ({ url }) => sent.push(url.host) });
    const ask = (path: string) => source.fetchAttestations({ forge, path, digests: [INDEX] });
    expect(errorIn(await ask('acme/shop'))).toMatchObject({
      code: 'UNREACHABLE',
      message: 'could not read the attestations of acme/shop on github.com from 127.0.0.1:1: it refuses connections',
    });
    const asked = sent.length;
    advance(59_999);
    const hint = 'check the network and the proxy settings; --offline shows what is known already';
    expect(errorIn(await ask('acme/api'))).toMatchObject({
      code: 'UNREACHABLE',
      got: expect.stringContaining('acme/shop on github.com from 127.0.0.1:1'),
      hint,
      message:
        'could not read the attestations of acme/api on github.com: github.com did not answer when it was asked before',
    });
    expect(sent).toHaveLength(asked);
    advance(1);
    await ask('acme/shop');
    expect(sent.length).toBeGreaterThan(asked);
  });
});
