import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../../../../src/core/model/descriptor.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import { sendEndless, startServer } from '../../../support/http-server.ts';
import type { Misbehaviour } from '../../../support/registry-server.ts';
import { NAME, errorOf, openRegistry, opened, valueOf } from '../../../support/registry-world.ts';
import { digestOf, emptyRepository, jsonBytes, putBlob, putManifest } from '../../../support/test-repository.ts';

const MANIFEST = { mediaType: MEDIA_TYPES.ociManifest, schemaVersion: 2, config: {}, layers: [] };
const BYTES = jsonBytes(MANIFEST);
const DIGEST = digestOf(BYTES);
const BLOB = new TextEncoder().encode('a blob');
const BLOB_DIGEST = digestOf(BLOB);

async function openShop(lie?: Misbehaviour) {
  const repository = emptyRepository();
  putManifest(repository, MANIFEST, '1.4');
  putBlob(repository, BLOB, 'text/plain');
  return openRegistry({ repository, server: lie === undefined ? {} : { lie } });
}
/** Answers every request with these bytes. */
const answering =
  (bytes: Uint8Array | string, headers: Record<string, string> = {}, status = 200): Misbehaviour =>
  (_, response) => {
    response.writeHead(status, headers);
    response.end(bytes);
    return true;
  };
const byTag = { kind: 'tag', tag: '1.4' } as const;
const byDigest = { kind: 'digest', digest: DIGEST } as const;

/** A JSON object of so many bytes. */
const sized = (size: number): string => `{${' '.repeat(size - 2)}}`;

describe('a manifest', () => {
  it('is found by tag, with the moment, and by digest, without one', async () => {
    const { registry, at, server } = await openShop();
    const manifest = { mediaType: MEDIA_TYPES.ociManifest, digest: DIGEST };
    const tagged = await registry.fetchManifest(at, byTag);
    expect(tagged).toMatchObject({ kind: 'found', value: manifest, asOf: '2026-11-21T12:00:00Z' });
    expect(Buffer.from(valueOf(tagged).bytes)).toEqual(Buffer.from(BYTES));
    const pinned = await registry.fetchManifest(at, byDigest);
    expect(pinned).toMatchObject({ kind: 'found', value: manifest });
    expect(pinned).not.toHaveProperty('asOf');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v2/${NAME}/manifests/1.4`,
      `GET /v2/${NAME}/manifests/${encodeURIComponent(DIGEST)}`,
    ]);
  });

  it('is asked for in the four types that are understood', async () => {
    const { registry, at, server } = await openShop();
    await registry.fetchManifest(at, byTag);
    expect(server.requests[0]?.headers.accept?.split(', ').toSorted()).toEqual([
      'application/vnd.docker.distribution.manifest.list.v2+json',
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.oci.image.manifest.v1+json',
    ]);
  });

  it('that is not there is absent, and so is the sole one, for which nothing is asked', async () => {
    const { registry, at, server } = await openShop();
    expect(await registry.fetchManifest(at, { kind: 'sole' })).toEqual({ kind: 'absent', reason: 'noSuchManifest' });
    expect(server.requests).toEqual([]);
    expect(await registry.fetchManifest(at, { kind: 'tag', tag: '9' })).toEqual({
      kind: 'absent',
      reason: 'noSuchManifest',
      asOf: '2026-11-21T12:00:00Z',
    });
  });

  it('of a repository that does not exist is absent', async () => {
    const { registry, server } = await openShop();
    const nowhere = { transport: 'registry', name: `${server.host}/acme/nothing` } as const;
    expect(await registry.fetchManifest(nowhere, byTag)).toMatchObject({ kind: 'absent' });
  });

  it('has the digest that the registry says, of either algorithm, and else its SHA-256', async () => {
    const sha512 = parseDigest(`sha512:${createHash('sha512').update(BYTES).digest('hex')}`)!;
    const said = await openShop(answering(BYTES, { 'docker-content-digest': sha512 }));
    expect(valueOf(await said.registry.fetchManifest(said.at, byTag)).digest).toBe(sha512);
    const unsaid = await openShop(answering(BYTES));
    expect(valueOf(await unsaid.registry.fetchManifest(unsaid.at, byTag)).digest).toBe(DIGEST);
    const odd = await openShop(answering(BYTES, { 'docker-content-digest': 'md5:abc' }));
    expect(valueOf(await odd.registry.fetchManifest(odd.at, byTag)).digest).toBe(DIGEST);
  });

  it('can be asked for by SHA-512', async () => {
    const digest = parseDigest(`sha512:${createHash('sha512').update(BYTES).digest('hex')}`)!;
    const { registry, at } = await openShop(answering(BYTES));
    expect(valueOf(await registry.fetchManifest(at, { kind: 'digest', digest })).digest).toBe(digest);
  });

  it('that is not the one asked for is refused', async () => {
    const { registry, at, server } = await openShop(answering('{"other": true}'));
    const error = errorOf(await registry.fetchManifest(at, byDigest));
    const got = digestOf(new TextEncoder().encode('{"other": true}'));
    expect(error).toMatchObject({ code: 'DIGEST_MISMATCH', expected: DIGEST, got });
    expect(error.message).toBe(
      `${server.host} answered other bytes than the manifest ${DIGEST} of ${server.host}/${NAME}`,
    );
  });

  it('that is not what the registry says it is, is refused by tag too', async () => {
    const { registry, at } = await openShop(answering('{"other": true}', { 'docker-content-digest': DIGEST }));
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({
      code: 'DIGEST_MISMATCH',
      expected: DIGEST,
    });
  });

  it('whose type is missing has none', async () => {
    const { registry, at } = await openShop(answering(BYTES));
    expect(valueOf(await registry.fetchManifest(at, byTag)).mediaType).toBe('');
  });

  it('has its type without parameters', async () => {
    const { registry, at } = await openShop(
      answering(BYTES, { 'content-type': `${MEDIA_TYPES.ociIndex}; charset=utf-8` }),
    );
    expect(valueOf(await registry.fetchManifest(at, byTag)).mediaType).toBe(MEDIA_TYPES.ociIndex);
  });

  it.each([
    ['HTML', '<!DOCTYPE html>\n<title>Log in</title>', 'text/html', 'text/html: <!DOCTYPE html> <title>Log in</title>'],
    ['nothing', '', 'application/json', 'application/json: nothing'],
    ['a list', '[]', MEDIA_TYPES.ociManifest, `${MEDIA_TYPES.ociManifest}: []`],
  ])('that is %s is refused, and shown', async (_, body, type, got) => {
    const { registry, at, server } = await openShop(answering(body, { 'content-type': type }));
    for (const name of [byTag, byDigest]) {
      const error = errorOf(await registry.fetchManifest(at, name));
      expect(error).toMatchObject({ code: 'MALFORMED', got });
      expect(error.message).toContain(`${server.host} may be no registry`);
    }
  });

  it('of Docker schema 1 is refused by name', async () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const { registry, at } = await openShop(answering('{"schemaVersion": 1}', { 'content-type': type }));
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'UNSUPPORTED', got: type });
  });

  it('may have 4 MiB and not a byte more', async () => {
    const full = await openShop(answering(sized(4 * 1024 * 1024)));
    expect(valueOf(await full.registry.fetchManifest(full.at, byTag)).bytes).toHaveLength(4 * 1024 * 1024);
    const over = await openShop(answering(sized(4 * 1024 * 1024 + 1)));
    expect(errorOf(await over.registry.fetchManifest(over.at, byTag))).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('of 10 GB is not read', async () => {
    const { registry, at } = await openShop(async (_, response) => (await sendEndless(response, 10 * 1024 ** 3)) > 0);
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('a blob', () => {
  it('is found whole', async () => {
    const { registry, at, paths } = await openShop();
    const blob = valueOf(await registry.fetchBlob(at, BLOB_DIGEST, BLOB.length));
    expect(Buffer.from(blob).toString()).toBe('a blob');
    expect(paths()).toEqual([`/v2/${NAME}/blobs/${BLOB_DIGEST}`]);
  });

  it('that is not there is absent', async () => {
    const { registry, at } = await openShop();
    expect(await registry.fetchBlob(at, DIGEST, 1000)).toMatchObject({ kind: 'absent', reason: 'noSuchBlob' });
  });

  it('that is larger than wanted is refused', async () => {
    const { registry, at, server } = await openShop();
    const error = errorOf(await registry.fetchBlob(at, BLOB_DIGEST, BLOB.length - 1));
    expect(error).toMatchObject({ code: 'TOO_LARGE', expected: `at most ${BLOB.length - 1} bytes` });
    expect(error.message).toContain(`the blob ${BLOB_DIGEST} of ${server.host}/${NAME}`);
  });

  it('that is another one is refused', async () => {
    const { registry, at } = await openShop(answering('a bl0b'));
    expect(errorOf(await registry.fetchBlob(at, BLOB_DIGEST, 1000))).toMatchObject({
      code: 'DIGEST_MISMATCH',
      expected: BLOB_DIGEST,
    });
  });

  it('that always ends too early is unreachable, after three repetitions', async () => {
    const { registry, at, server } = await openShop((_, response) => {
      response.writeHead(200, { 'content-length': String(BLOB.length) });
      response.write(BLOB.subarray(0, 3), () => response.socket?.destroy());
      return true;
    });
    expect(errorOf(await registry.fetchBlob(at, BLOB_DIGEST, 1000))).toMatchObject({ code: 'UNREACHABLE' });
    expect(server.requests).toHaveLength(4);
  });

  it('is fetched from the storage that the registry redirects to, which gets no credentials', async () => {
    const storage = opened(await startServer({ answer: (_, response) => void response.end(BLOB) }));
    const repository = emptyRepository();
    putBlob(repository, BLOB, 'text/plain');
    const { registry, at, server } = await openRegistry({
      repository,
      http: { namedByUser: () => true },
      credentials: () => ({ kind: 'password', username: 'me', password: 'word', key: 'me:word' }),
      server: {
        auth: { kind: 'token', anonymous: false, username: 'me', password: 'word' },
        lie: (request, response) => {
          if (request.headers.authorization?.startsWith('Bearer ') !== true) return false;
          response.writeHead(307, { location: `http://${storage.host}/blob?signature=secret` });
          response.end();
          return true;
        },
      },
    });
    expect(Buffer.from(valueOf(await registry.fetchBlob(at, BLOB_DIGEST, 1000))).toString()).toBe('a blob');
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);
    expect(storage.requests).toHaveLength(1);
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('is not fetched from an address on this machine that the registry leads to', async () => {
    const hidden = opened(await startServer({ answer: (_, response) => void response.end(BLOB) }));
    const { registry, at, server } = await openShop((_, response) => {
      response.writeHead(307, { location: `http://localhost:${hidden.port}/` });
      response.end();
      return true;
    });
    const error = errorOf(await registry.fetchBlob(at, BLOB_DIGEST, 1000));
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(error.message).toContain(`a redirect of ${server.host} named it`);
    expect(hidden.requests).toEqual([]);
  });

  it('that the storage refuses is not a matter of logging in', async () => {
    const storage = opened(
      await startServer({
        answer: (_, response) => {
          response.writeHead(403);
          response.end('<Error>Request has expired</Error>');
        },
      }),
    );
    const { registry, at } = await openRegistry({
      http: { namedByUser: () => true },
      server: {
        lie: (_, response) => {
          response.writeHead(307, { location: `http://${storage.host}/blob` });
          response.end();
          return true;
        },
      },
    });
    const error = errorOf(await registry.fetchBlob(at, BLOB_DIGEST, 1000));
    expect(error).toMatchObject({ code: 'FORBIDDEN', hint: undefined });
    expect(error.got).toContain('Request has expired');
  });
});

describe('what a registry answers instead', () => {
  it.each([
    [429, { 'retry-after': '3600' }, 'RATE_LIMITED', 'try again after 2026-11-21T13:00:00Z'],
    [429, {}, 'RATE_LIMITED', 'try again later, or log in for a higher limit'],
    [500, {}, 'SERVER_ERROR', 'try again later'],
    [503, { 'retry-after': '31' }, 'RATE_LIMITED', 'try again after 2026-11-21T12:00:31Z'],
    [501, {}, 'SERVER_ERROR', 'try again later'],
    [418, {}, 'MALFORMED', undefined],
  ])('%d %j: %s', async (status, headers, code, hint) => {
    const { registry, at, server } = await openShop(
      answering('{"errors": [{"code": "TEAPOT"}]}', { ...headers }, status),
    );
    for (const outcome of [await registry.fetchManifest(at, byTag), await registry.fetchBlob(at, BLOB_DIGEST, 1000)]) {
      const error = errorOf(outcome);
      expect(error).toMatchObject({ code, hint });
      expect(error.message).toContain(`${server.host}/${NAME}`);
      expect(error.got).toContain(`status ${status} from http://${server.host}/v2/`);
      expect(error.got).toContain('TEAPOT');
    }
  });

  it('waits as long as a registry asks, and then has the answer', async () => {
    const { registry, at, server, pauses } = await openShop((_, response) => {
      if (server.requests.length > 1) return false;
      return answering('', { 'retry-after': '2' }, 429)(_, response);
    });
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    expect(pauses).toEqual([2250]);
  });

  it('is unreachable where nobody listens', async () => {
    const { registry, at, server } = await openShop();
    await server.close();
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.hint).toContain('--offline');
  });

  it('is a host that cannot be one', async () => {
    const { registry } = await openShop();
    const outcome = await registry.fetchManifest({ transport: 'registry', name: 'host:99999/acme/shop' }, byTag);
    expect(errorOf(outcome)).toMatchObject({ code: 'INVALID_REFERENCE' });
  });

  it('is nothing where a stranger names a registry on this machine', async () => {
    const { registry, at, server } = await openRegistry({ http: { namedByUser: () => false } });
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(server.requests).toEqual([]);
  });
});
