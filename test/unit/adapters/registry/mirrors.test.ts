import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../../src/adapters/registry/credential.ts';
import { isRecord, parseJson } from '../../../../src/core/json.ts';
import { MEDIA_TYPES } from '../../../../src/core/model/descriptor.ts';
import type { RegistryAuth } from '../../../support/registry-auth.ts';
import type { RegistryServerOptions } from '../../../support/registry-server.ts';
import { startRegistry } from '../../../support/registry-server.ts';
import { NAME, errorOf, openRegistry, opened, valueOf } from '../../../support/registry-world.ts';
import type { TestRepository } from '../../../support/test-repository.ts';
import { digestOf, emptyRepository, jsonBytes, putBlob, putManifest } from '../../../support/test-repository.ts';

const SUBJECT = digestOf(jsonBytes('the image'));
const byTag = { kind: 'tag', tag: '1.4' } as const;

function shop(text: string, referrers = 0): TestRepository {
  const repository = emptyRepository();
  putManifest(repository, { mediaType: MEDIA_TYPES.ociManifest, text }, '1.4');
  for (let number = 0; number < referrers; number++) {
    putManifest(repository, { mediaType: MEDIA_TYPES.ociManifest, subject: { digest: SUBJECT }, number });
  }
  return repository;
}
const loginOf = (host: string): Credential => ({
  kind: 'password',
  username: host,
  password: 'word',
  key: `${host}:word`,
});
const failing: RegistryServerOptions['lie'] = (_, response) => (response.writeHead(500).end(), true);

/** A registry, and a mirror of it below `proxy/`. */
async function openMirrored(
  mirrored: TestRepository,
  options: {
    readonly mirror?: Partial<RegistryServerOptions>;
    readonly auth?: RegistryAuth;
    readonly own?: TestRepository;
  } = {},
) {
  const mirror = opened(
    await startRegistry({ repositories: new Map([[`proxy/${NAME}`, mirrored]]), ...options.mirror }),
  );
  const mirrors = new Map<string, readonly string[]>();
  const world = await openRegistry({
    repository: options.own ?? shop('the registry’s', 1),
    server: options.auth === undefined ? {} : { auth: options.auth },
    credentials: loginOf,
    mirrors,
    http: { namedByUser: () => true },
  });
  mirrors.set(world.server.host, [`${mirror.host}/proxy`]);
  return { ...world, mirror };
}
const textOf = (bytes: Uint8Array): unknown => {
  const document = parseJson(bytes, 'a manifest');
  return isRecord(document) ? document['text'] : undefined;
};

describe('a mirror', () => {
  it('is asked first, and alone where it has the answer', async () => {
    const { registry, at, server, mirror, notices } = await openMirrored(shop('the mirror’s', 1));
    expect(textOf(valueOf(await registry.fetchManifest(at, byTag)).bytes)).toBe('the mirror’s');
    expect(valueOf(await registry.listTags(at, 10))).toEqual(['1.4']);
    expect(valueOf(await registry.fetchReferrers(at, SUBJECT))).toHaveLength(1);
    expect(mirror.requests.map(({ path }) => path)).toEqual([
      `/v2/proxy/${NAME}/manifests/1.4`,
      `/v2/proxy/${NAME}/tags/list`,
      `/v2/proxy/${NAME}/referrers/${SUBJECT}`,
    ]);
    expect(server.requests).toEqual([]);
    expect(notices).toEqual([]);
  });

  it('that has nothing leaves the word to the registry', async () => {
    const own = shop('the registry’s');
    const { digest } = putBlob(own, new TextEncoder().encode('a blob'), 'text/plain');
    const { registry, at, notices } = await openMirrored(emptyRepository(), { own });
    expect(textOf(valueOf(await registry.fetchManifest(at, byTag)).bytes)).toBe('the registry’s');
    expect(Buffer.from(valueOf(await registry.fetchBlob(at, digest, 100))).toString()).toBe('a blob');
    expect(notices).toEqual([]);
  });

  it('that lists no referrers is not believed, for many copy images without them', async () => {
    const { registry, at, mirror } = await openMirrored(shop('the mirror’s'));
    expect(valueOf(await registry.fetchReferrers(at, SUBJECT))).toHaveLength(1);
    expect(mirror.requests).toHaveLength(1);
  });

  it('that lists no referrers is not enough where the registry cannot be asked', async () => {
    const { registry, at, server } = await openMirrored(shop('the mirror’s'));
    await server.close();
    expect(errorOf(await registry.fetchReferrers(at, SUBJECT))).toMatchObject({ code: 'UNREACHABLE' });
  });

  it.each<[string, RegistryServerOptions['lie']]>([
    ['fails', failing],
    [
      'answers other bytes',
      (_, response) => (response.writeHead(200, { 'docker-content-digest': SUBJECT }).end('{}'), true),
    ],
    ['wants a login that it does not take', (_, response) => (response.writeHead(401).end(), true)],
  ])('that %s is named once, and the registry is asked', async (_, lie) => {
    const { registry, at, mirror, notices } = await openMirrored(shop('the mirror’s'), {
      mirror: lie === undefined ? {} : { lie },
    });
    for (let time = 0; time < 2; time++) {
      expect(textOf(valueOf(await registry.fetchManifest(at, byTag)).bytes)).toBe('the registry’s');
    }
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(`the mirror ${mirror.host} was of no use: `);
  });

  it('gets its own login and not that of the registry, and the registry gets its own', async () => {
    const mirrorAuth: RegistryAuth = { kind: 'basic', username: 'nobody', password: 'word' };
    const { registry, at, mirror, server } = await openMirrored(shop('the mirror’s'), { mirror: { auth: mirrorAuth } });
    await registry.fetchManifest(at, byTag);
    const sent = mirror.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual([undefined, `Basic ${Buffer.from(`${mirror.host}:word`).toString('base64')}`]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is not in the error where both fail', async () => {
    const { registry, at, server } = await openMirrored(shop('the mirror’s'), { mirror: { lie: failing } });
    await server.close();
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain(server.host);
  });
});
