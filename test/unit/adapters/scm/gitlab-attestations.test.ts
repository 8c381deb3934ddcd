import type { IncomingMessage, ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../../src/core/model/digest.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import type { Forge } from '../../../../src/core/model/forge.ts';
import type { AttestationAnswer } from '../../../../src/ports/attestation-source.ts';
import type { KeptBundle } from '../../../support/forge-server.ts';
import { startGitlab } from '../../../support/forge-server.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { sendEndless, sendJson, startServer } from '../../../support/http-server.ts';
import { everythingIn } from '../../../support/http-world.ts';
import { NOW_SECONDS, bundle, errorIn, openSource, opened, shown, stored, subject } from './forge-world.ts';
import type { SourceWorld } from './forge-world.ts';

const IMAGE = subject('image');
const CONFIG = subject('config');
const STRANGER = subject('stranger');
const TOKEN = 'glpat-the-secret-of-ada';
const PROJECT = 'group/subgroup/project';

const kept = (note: string, more: Partial<KeptBundle> = {}): KeptBundle => ({
  repository: PROJECT,
  subjects: [IMAGE],
  bundle: bundle(note),
  ...more,
});

type Options = Partial<Parameters<typeof startGitlab>[0]> & { readonly withToken?: string };
type World = SourceWorld & {
  readonly server: TestServer;
  readonly ask: (path: string, ...digests: readonly Digest[]) => Promise<readonly AttestationAnswer[]>;
};

async function openGitlab({ withToken, ...options }: Options = {}): Promise<World> {
  const server = opened(await startGitlab({ bundles: [kept('provenance')], token: TOKEN, ...options }));
  const world = openSource(withToken === undefined ? undefined : { host: server.host, token: withToken });
  const forge: Forge = { kind: 'gitlab', host: server.host };
  return {
    ...world,
    server,
    ask: (path, ...digests) =>
      world.source.fetchAttestations({ forge, path, digests: digests.length === 0 ? [IMAGE] : digests }),
  };
}

const answering = (body: unknown, status = 200) => ({
  lie: (_: IncomingMessage, response: ServerResponse) => (sendJson(response, status, body), true),
});

describe('the attestations of', () => {
  test('a project are its bundles, with the project’s number and the moment', async () => {
    const { ask, server } = await openGitlab();
    const { text, document } = stored('provenance');
    expect(await ask(PROJECT)).toEqual([
      {
        subject: IMAGE,
        outcome: {
          kind: 'found',
          asOf: '2026-11-21T12:00:00Z',
          value: [{ repositoryId: '7000', bytes: Buffer.from(text), document }],
        },
      },
    ]);
    const base = '/api/v4/projects/group%2Fsubgroup%2Fproject/attestations';
    expect(server.requests.map(({ path }) => path)).toEqual([
      `${base}/${IMAGE.slice('sha256:'.length)}?per_page=100`,
      `${base}/1/download`,
    ]);
  });

  test('each digest are its own', async () => {
    const { ask } = await openGitlab({
      bundles: [
        kept('image'),
        kept('config', { subjects: [CONFIG] }),
        kept('both', { subjects: [IMAGE, CONFIG] }),
        kept('other', { repository: 'group/other' }),
      ],
    });
    expect(shown(await ask(PROJECT, IMAGE, CONFIG, STRANGER))).toEqual([
      ['image', 'both'],
      ['config', 'both'],
      'noAttestations',
    ]);
  });

  test('nobody are absent', async () => {
    const { ask } = await openGitlab();
    expect(await ask('nobody/nothing')).toEqual([
      { subject: IMAGE, outcome: { kind: 'absent', reason: 'noAttestations', asOf: '2026-11-21T12:00:00Z' } },
    ]);
  });

  test('a digest that GitLab has no form for are absent, unasked', async () => {
    const { ask, server } = await openGitlab();
    expect(shown(await ask(PROJECT, parseDigest(`sha512:${'0'.repeat(128)}`)!))).toEqual(['noAttestations']);
    expect(server.requests).toEqual([]);
  });

  test('several pages are all of them', async () => {
    const { ask } = await openGitlab({
      bundles: Array.from({ length: 5 }, (_, index) => kept(`${index}`)),
      pageSize: 2,
    });
    expect(shown(await ask(PROJECT))).toEqual([['0', '1', '2', '3', '4']]);
  });

  test('a digest are read up to a limit, and not listed further', async () => {
    const world = await openGitlab({
      bundles: Array.from({ length: 110 }, (_, index) => kept(`${index}`)),
      pageSize: 51,
    });
    const [answer] = shown(await world.ask(PROJECT));
    expect([answer?.length, answer?.at(-1)]).toEqual([101, 'TOO_LARGE']);
    expect(world.server.requests.filter(({ path }) => path.includes('per_page'))).toHaveLength(2);
  });

  test('a build that GitLab could not attest are not there', async () => {
    const { ask } = await openGitlab({ bundles: [kept('failed', { status: 'error' }), kept('good')] });
    expect(shown(await ask(PROJECT))).toEqual([['good']]);
  });
});

describe('the token', () => {
  test('goes to the API', async () => {
    const { ask, server } = await openGitlab({ bundles: [kept('private', { isPrivate: true })], withToken: TOKEN });
    expect(shown(await ask(PROJECT))).toEqual([['private']]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
  });

  test('goes neither to the download_url of the answer nor along a redirect', async () => {
    const storage = opened(
      await startServer({ answer: (_, response) => sendJson(response, 200, bundle('stored elsewhere')) }),
    );
    const lie = (request: IncomingMessage, response: ServerResponse): boolean => {
      if (request.url?.endsWith('/download') === true)
        response.writeHead(302, { location: `http://${storage.host}/redirected` }).end();
      else
        sendJson(response, 200, [{ iid: 4, status: 'success', download_url: `http://${storage.host}/download_url` }]);
      return true;
    };
    const { ask } = await openGitlab({ lie, withToken: TOKEN });
    expect(shown(await ask(PROJECT))).toEqual([['stored elsewhere']]);
    expect(storage.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/redirected', undefined],
    ]);
  });

  test('that is not accepted is told and not shown', async () => {
    const { ask, server } = await openGitlab({ withToken: 'glpat-wrong' });
    const error = errorIn(await ask(PROJECT));
    expect(error).toMatchObject({
      code: 'UNAUTHORISED',
      message: `could not read the attestations of ${PROJECT} on ${server.host}: ${server.host} does not accept the token from GH_TOKEN`,
      hint: `renew it: glab auth login --hostname ${server.host}`,
    });
    expect(everythingIn(error)).not.toContain('glpat-wrong');
  });

  test('that is missing is asked for', async () => {
    const { ask, server } = await openGitlab(answering({ message: '401 Unauthorized' }, 401));
    expect(errorIn(await ask(PROJECT))).toMatchObject({
      code: 'UNAUTHORISED',
      hint: `set GITLAB_TOKEN, or log in: glab auth login --hostname ${server.host}`,
    });
  });
});

describe('what is unheard and never absent', () => {
  test.each<[string, unknown, number, string]>([
    ['a failure', {}, 500, 'SERVER_ERROR'],
    ['no permission', {}, 403, 'FORBIDDEN'],
    ['an object', {}, 200, 'MALFORMED'],
    ['text', 'none', 200, 'MALFORMED'],
  ])('%s in place of the list', async (_, body, status, code) => {
    expect(shown(await (await openGitlab(answering(body, status))).ask(PROJECT))).toEqual([code]);
  });

  test.each<[string, unknown]>([
    ['no number', {}],
    ['a number that is none', { iid: '../../../user' }],
    ['a fraction', { iid: 1.5 }],
    ['no form', 'attestation'],
  ])('an entry with %s, which costs no other', async (_, entry) => {
    const lie = (request: IncomingMessage, response: ServerResponse): boolean => {
      const isList = request.url?.includes('per_page') === true;
      if (isList) sendJson(response, 200, [entry, { iid: 1 }]);
      return isList;
    };
    expect(shown(await (await openGitlab({ lie })).ask(PROJECT))).toEqual([['MALFORMED', 'provenance']]);
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['is gone', (response) => sendJson(response, 404, {}), 'NOT_READABLE'],
    ['is broken', (response) => sendJson(response, 503, {}), 'SERVER_ERROR'],
    ['does not end', (response) => void sendEndless(response, 1 << 30), 'TOO_LARGE'],
  ])('a bundle that %s', async (_, answer, code) => {
    const lie = (request: IncomingMessage, response: ServerResponse): boolean => {
      const isBundle = request.url?.endsWith('/download') === true;
      if (isBundle) answer(response);
      return isBundle;
    };
    expect(shown(await (await openGitlab({ lie })).ask(PROJECT))).toEqual([[code]]);
  });

  test('the rest after the limit of requests', async () => {
    const world = await openGitlab({ limit: { limit: 400, remaining: 2, resetSeconds: NOW_SECONDS + 60 } });
    expect(shown(await world.ask(PROJECT))).toEqual([['provenance']]);
    const error = errorIn(await world.ask(PROJECT, CONFIG));
    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringContaining('wants no more requests until 2026-11-21T12:01:00Z'),
      got: '0 of 400 requests left',
      hint: `a token raises the limit: set GITLAB_TOKEN, or log in: glab auth login --hostname ${world.server.host}`,
    });
    const asked = world.server.requests.length;
    await world.ask(PROJECT, STRANGER);
    expect(world.server.requests).toHaveLength(asked);
  });

  test('whatever the list holds', async () => {
    let list: unknown;
    const lie = (request: IncomingMessage, response: ServerResponse): boolean => {
      const isList = request.url?.includes('per_page') === true;
      if (isList) sendJson(response, 200, list);
      return isList;
    };
    const { ask } = await openGitlab({ lie });
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record({
        iid: fc.oneof(fc.integer({ max: 3 }), fc.jsonValue()),
        project_id: fc.jsonValue(),
        status: fc.jsonValue(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.array(entry, { maxLength: 5 })), async (value) => {
        list = value;
        expect(shown(await ask(PROJECT))).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});
