import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../../../../src/core/model/descriptor.ts';
import type { Misbehaviour } from '../../../support/registry-server.ts';
import { NAME, errorOf, openRegistry, valueOf } from '../../../support/registry-world.ts';
import { digestOf, emptyRepository, jsonBytes, putManifest } from '../../../support/test-repository.ts';

const SUBJECT = digestOf(jsonBytes('the image'));
const REFERRERS = `/v2/${NAME}/referrers/${SUBJECT}`;

/** A repository with so many referrers of the image, and their digests. */
function withReferrers(count: number) {
  const repository = emptyRepository();
  const digests = Array.from({ length: count }, (_, number) => {
    const manifest = {
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType: 'application/vnd.test',
      subject: { digest: SUBJECT },
      annotations: { number: String(number) },
    };
    return putManifest(repository, manifest).digest;
  });
  return { repository, digests };
}
const index = (count: number, from = 0): string => {
  const manifests = Array.from({ length: count }, (_, item) => ({
    mediaType: MEDIA_TYPES.ociManifest,
    digest: digestOf(jsonBytes(from + item)),
    size: 1,
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
};
/** Answers with an index whose next page is where `next` says, from the number of the request. */
const pages =
  (next: (page: number) => string | undefined, body = index(1)): Misbehaviour =>
  (request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page') ?? 0);
    const target = next(page);
    const link = target === undefined ? {} : { link: `<${target}>; rel="next"` };
    response.writeHead(200, { 'content-type': MEDIA_TYPES.ociIndex, ...link });
    response.end(body);
    return true;
  };

describe('referrers', () => {
  it('are read with type and annotations, with the moment, and not filtered', async () => {
    const { repository, digests } = withReferrers(2);
    const { registry, at, paths, server } = await openRegistry({ repository });
    const outcome = await registry.fetchReferrers(at, SUBJECT);
    expect(outcome).toMatchObject({ kind: 'found', asOf: '2026-11-21T12:00:00Z' });
    expect(valueOf(outcome)).toMatchObject([
      { digest: digests[0], artifactType: 'application/vnd.test', annotations: { number: '0' } },
      { digest: digests[1], artifactType: 'application/vnd.test', annotations: { number: '1' } },
    ]);
    expect(paths()).toEqual([REFERRERS]);
    expect(server.requests[0]?.headers.accept).toBe(MEDIA_TYPES.ociIndex);
  });

  it('are read from all pages', async () => {
    const { repository, digests } = withReferrers(5);
    const { registry, at, paths } = await openRegistry({ repository, server: { pageSize: 2 } });
    expect(valueOf(await registry.fetchReferrers(at, SUBJECT)).map(({ digest }) => digest)).toEqual(digests);
    expect(paths()).toEqual([REFERRERS, `${REFERRERS}?start=2`, `${REFERRERS}?start=4`]);
  });

  it('may be none', async () => {
    const { registry, at } = await openRegistry();
    expect(valueOf(await registry.fetchReferrers(at, SUBJECT))).toEqual([]);
  });

  it.each([400, 404, 405, 406, 415, 501])(
    'are not there where the registry knows no such thing: %d',
    async (status) => {
      const { registry, at, server } = await openRegistry({ server: { referrersApi: false, referrersStatus: status } });
      expect(await registry.fetchReferrers(at, SUBJECT)).toEqual({
        kind: 'absent',
        reason: 'noReferrersApi',
        asOf: '2026-11-21T12:00:00Z',
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each([
    ['a page for people', 'text/html', '<html>'],
    ['an index of no type', 'application/json', index(1)],
    ['a manifest', MEDIA_TYPES.ociIndex, '{"config": {}, "layers": []}'],
    ['damaged', MEDIA_TYPES.ociIndex, index(1).slice(0, -1)],
    ['nothing', MEDIA_TYPES.ociIndex, ''],
    ['deeper than anybody writes', MEDIA_TYPES.ociIndex, '{"manifests":'.padEnd(100_000, '[')],
  ])('are not there where the answer is %s', async (_, type, body) => {
    const { registry, at } = await openRegistry({
      server: {
        lie: (__, response) => {
          response.writeHead(200, { 'content-type': type });
          response.end(body);
          return true;
        },
      },
    });
    expect(await registry.fetchReferrers(at, SUBJECT)).toMatchObject({ kind: 'absent', reason: 'noReferrersApi' });
  });

  it.each([
    [401, 'UNAUTHORISED'],
    [403, 'FORBIDDEN'],
    [429, 'RATE_LIMITED'],
    [500, 'SERVER_ERROR'],
    [302, 'MALFORMED'],
  ])('are not heard where the registry answers %d', async (status, code) => {
    const { registry, at, server } = await openRegistry({ server: { referrersApi: false, referrersStatus: status } });
    const error = errorOf(await registry.fetchReferrers(at, SUBJECT));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`the referrers of ${SUBJECT} in ${server.host}/${NAME}`);
  });

  it.each([
    ['in a circle of one', () => REFERRERS],
    ['in a circle of two', (page: number) => `${REFERRERS}?page=${page === 1 ? 2 : 1}`],
  ])('whose pages go %s are an error', async (_, next) => {
    const { registry, at, server } = await openRegistry({ server: { lie: pages(next) } });
    const error = errorOf(await registry.fetchReferrers(at, SUBJECT));
    expect(error.code).toBe('MALFORMED');
    expect(error.message).toContain('go in a circle');
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  it('whose pages do not end are an error after a hundred', async () => {
    const lie = pages((page) => `${REFERRERS}?page=${page + 1}`);
    const { registry, at, server } = await openRegistry({ server: { lie } });
    expect(errorOf(await registry.fetchReferrers(at, SUBJECT))).toMatchObject({
      code: 'TOO_LARGE',
      expected: 'at most 100',
    });
    expect(server.requests).toHaveLength(100);
  });

  it('may be ten thousand and not more', async () => {
    const lie = pages((page) => (page === 0 ? `${REFERRERS}?page=1` : undefined), index(5000));
    const full = await openRegistry({ server: { lie } });
    expect(valueOf(await full.registry.fetchReferrers(full.at, SUBJECT))).toHaveLength(10_000);
    const more = pages((page) => (page === 0 ? `${REFERRERS}?page=1` : undefined), index(5001));
    const over = await openRegistry({ server: { lie: more } });
    expect(errorOf(await over.registry.fetchReferrers(over.at, SUBJECT))).toMatchObject({
      code: 'TOO_LARGE',
      expected: 'at most 10000',
    });
  });

  it.each(['http://elsewhere.test/v2/', '//elsewhere.test/', 'http://localhost/', 'http://['])(
    'are not read from a next page elsewhere: %s',
    async (next) => {
      const { registry, at, server } = await openRegistry({ server: { lie: pages(() => next) } });
      const error = errorOf(await registry.fetchReferrers(at, SUBJECT));
      expect(error.code).toBe('MALFORMED');
      expect(error.message).toContain(`is not at ${server.host}`);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('are an error where a later page is none, or not there', async () => {
    for (const [status, body] of [
      [200, '<html>'],
      [404, ''],
    ] as const) {
      const first = pages(() => `${REFERRERS}?page=1`);
      const { registry, at } = await openRegistry({
        server: {
          lie: (request, response) => {
            if (request.url === REFERRERS) return first(request, response);
            response.writeHead(status);
            response.end(body);
            return true;
          },
        },
      });
      expect(errorOf(await registry.fetchReferrers(at, SUBJECT))).toMatchObject({ code: 'MALFORMED' });
    }
  });
});

const answering = (body: string) =>
  openRegistry({
    server: {
      lie: (_, response) => {
        response.end(body);
        return true;
      },
    },
  });

describe('tags', () => {
  const repository = emptyRepository();
  for (const tag of ['a', 'b', 'c', 'd', 'e']) repository.tags.set(tag, SUBJECT);

  it('are listed from all pages, up to the number wanted', async () => {
    const { registry, at, paths } = await openRegistry({ repository, server: { pageSize: 2 } });
    expect(await registry.listTags(at, 100)).toEqual({
      kind: 'found',
      value: ['a', 'b', 'c', 'd', 'e'],
      asOf: '2026-11-21T12:00:00Z',
    });
    expect(paths()).toHaveLength(3);
    expect(valueOf(await registry.listTags(at, 3))).toEqual(['a', 'b', 'c']);
    expect(paths()).toHaveLength(5);
  });

  it('of a repository that does not exist are absent', async () => {
    const { registry, server } = await openRegistry();
    const nowhere = { transport: 'registry', name: `${server.host}/acme/nothing` } as const;
    expect(await registry.listTags(nowhere, 10)).toMatchObject({ kind: 'absent', reason: 'noSuchRepository' });
  });

  it.each([
    ['{"tags": null}', []],
    ['{"name": "acme/shop"}', []],
    ['{"tags": ["a", 7, null, "b"]}', ['a', 'b']],
  ])('in %s are %j', async (body, tags) => {
    const { registry, at } = await answering(body);
    expect(valueOf(await registry.listTags(at, 10))).toEqual(tags);
  });

  it.each(['<html>', '[]', '{"tags": "a"}', ''])('are not in %s', async (body) => {
    const { registry, at } = await answering(body);
    expect(errorOf(await registry.listTags(at, 10))).toMatchObject({ code: 'MALFORMED' });
  });
});
