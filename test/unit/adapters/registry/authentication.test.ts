import { describe, expect, it } from 'vitest';
import type { HostSettings } from '../../../../src/adapters/http/http.ts';
import type { Credential } from '../../../../src/adapters/registry/credential.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { MEDIA_TYPES } from '../../../../src/core/model/descriptor.ts';
import { createAuthority, hasOpenssl } from '../../../support/http-certificates.ts';
import type { ServerOptions } from '../../../support/http-server.ts';
import { sendJson, startServer } from '../../../support/http-server.ts';
import { TEST_NOW_MS, everythingIn } from '../../../support/http-world.ts';
import type { RegistryAuth } from '../../../support/registry-auth.ts';
import type { RegistryWorldOptions } from '../../../support/registry-world.ts';
import { NAME, errorOf, openRegistry, opened, valueOf } from '../../../support/registry-world.ts';
import { emptyRepository, putManifest } from '../../../support/test-repository.ts';

const WORD = 'the-password';
const REFRESH = 'the-identity-token';
const me: Credential = { kind: 'password', username: 'me', password: WORD, key: `me:${WORD}` };
const wrong: Credential = { kind: 'password', username: 'me', password: 'wrong-word', key: 'me:wrong-word' };
const refresh: Credential = { kind: 'identityToken', token: REFRESH, key: REFRESH };
const user = { username: 'me', password: WORD, identityToken: REFRESH };
const byTag = { kind: 'tag', tag: '1.4' } as const;

function openShop(auth: RegistryAuth, options: RegistryWorldOptions = {}) {
  const repository = emptyRepository();
  putManifest(repository, { mediaType: MEDIA_TYPES.ociManifest, config: {}, layers: [] }, '1.4');
  const repositories = new Map([NAME, 'acme/other'].map((name) => [name, repository]));
  return openRegistry({ ...options, repository, server: { repositories, auth, ...options.server } });
}
/** A registry that names this realm. */
function naming(realm: string, options: RegistryWorldOptions = {}) {
  return openShop({ kind: 'token', anonymous: true, realm }, { credentials: () => me, ...options });
}
/** A token service of its own, beside the registry. */
async function startTokenService(answer: ServerOptions['answer']) {
  return opened(await startServer({ answer }));
}
const giveToken: ServerOptions['answer'] = (_, response) => sendJson(response, 200, { token: 'a-token' });
const scheme = (header: string | undefined): string | undefined => header?.split(' ', 1)[0];

describe('a registry that wants tokens', () => {
  const anonymous: RegistryAuth = { kind: 'token', anonymous: true };

  it('is asked for one without a login, for the scope that it names', async () => {
    const { registry, at, server } = await openShop(anonymous);
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    expect(server.requests.map(({ path, headers }) => [path, scheme(headers.authorization)])).toEqual([
      [`/v2/${NAME}/manifests/1.4`, undefined],
      [`/token?scope=${encodeURIComponent(`repository:${NAME}:pull`)}&service=registry.test`, undefined],
      [`/v2/${NAME}/manifests/1.4`, 'Bearer'],
    ]);
  });

  it('is sent the token that is held, and none of another repository', async () => {
    const { registry, at, server, paths } = await openShop(anonymous);
    await registry.fetchManifest(at, byTag);
    await registry.listTags(at, 10);
    expect(paths().slice(3)).toEqual([`/v2/${NAME}/tags/list`]);
    const other = { transport: 'registry', name: `${server.host}/acme/other` } as const;
    expect((await registry.fetchManifest(other, byTag)).kind).toBe('found');
    // What the server wants is known by now: the token is asked for first.
    expect(paths().slice(4)).toEqual([
      `/token?scope=${encodeURIComponent('repository:acme/other:pull')}&service=registry.test`,
      '/v2/acme/other/manifests/1.4',
    ]);
  });

  it('is asked for one token by all who need it at once', async () => {
    const { registry, at, paths } = await openShop(anonymous, { server: { delayMs: 5 } });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => registry.fetchManifest(at, byTag)));
    expect(outcomes.every(({ kind }) => kind === 'found')).toBe(true);
    expect(paths().filter((path) => path.startsWith('/token'))).toHaveLength(1);
  });

  it('may call it access_token', async () => {
    const { registry, at } = await openShop({ ...anonymous, asAccessToken: true });
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
  });

  it('is asked for a new one when the old one is about to expire', async () => {
    let nowMs = TEST_NOW_MS;
    const http = { clock: { nowMs: () => nowMs } };
    const { registry, at, paths } = await openShop({ ...anonymous, expiresInS: 100 }, { http });
    const tokensAfter = async (ms: number): Promise<number> => {
      nowMs = TEST_NOW_MS + ms;
      await registry.fetchManifest(at, byTag);
      return paths().filter((path) => path.startsWith('/token')).length;
    };
    expect([await tokensAfter(0), await tokensAfter(89_000), await tokensAfter(91_000)]).toEqual([1, 1, 2]);
  });

  it('is asked for a new one when it refuses the old one', async () => {
    let refuses = false;
    const { registry, at, server } = await openShop(anonymous, {
      server: {
        lie: (request, response) => {
          if (!refuses || !request.url!.startsWith('/v2/')) return false;
          refuses = false;
          const challenge = `Bearer realm="http://${server.host}/token",service="registry.test",error="invalid_token"`;
          response.writeHead(401, { 'www-authenticate': challenge });
          response.end();
          return true;
        },
      },
    });
    await registry.fetchManifest(at, byTag);
    refuses = true;
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    expect(server.requests).toHaveLength(6);
  });

  it('is given the password at the token service, by Basic, and nowhere else', async () => {
    const { registry, at, server } = await openShop(
      { kind: 'token', anonymous: false, ...user },
      { credentials: () => me },
    );
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    expect(server.requests.map(({ method, headers }) => `${method} ${scheme(headers.authorization)}`)).toEqual([
      'GET undefined',
      'GET Basic',
      'GET Bearer',
    ]);
    expect(server.requests[1]?.headers.authorization).toBe(`Basic ${Buffer.from(`me:${WORD}`).toString('base64')}`);
  });

  it('is given an identity token by the form of OAuth2', async () => {
    const auth: RegistryAuth = { kind: 'token', anonymous: false, ...user };
    const { registry, at, server } = await openShop(auth, { credentials: () => refresh });
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    expect(server.requests[1]).toMatchObject({ method: 'POST', path: '/token' });
    expect(server.requests[1]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('is asked again for a token where its service is overloaded, also by the form', async () => {
    const auth: RegistryAuth = { kind: 'token', anonymous: false, ...user };
    for (const credential of [me, refresh]) {
      let overloaded = true;
      const { registry, at } = await openShop(auth, {
        credentials: () => credential,
        server: {
          lie: (request, response) => {
            if (!overloaded || !request.url!.startsWith('/token')) return false;
            overloaded = false;
            response.writeHead(503);
            response.end();
            return true;
          },
        },
      });
      expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    }
  });

  it('is not given the credentials of another host', async () => {
    const asked: string[] = [];
    const { registry, at, server } = await openShop(anonymous, {
      credentials: (host) => {
        asked.push(host);
        return undefined;
      },
    });
    await registry.fetchManifest(at, byTag);
    expect(new Set(asked)).toEqual(new Set([server.host]));
  });

  it('is not asked about logins where it wants none', async () => {
    const { registry, at } = await openRegistry({
      credentials: () => new ToolError('CREDENTIAL_HELPER_FAILED', 'asked'),
    });
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('absent');
  });
});

describe('a refusal', () => {
  it('without a login may mean that there is no such image', async () => {
    const { registry, at, server } = await openShop({ kind: 'token', anonymous: false, ...user });
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('UNAUTHORISED');
    expect(error.message).toContain(`${server.host}/${NAME} does not exist, or may not be read without logging in`);
    expect(error.hint).toContain(`docker login ${server.host}`);
    expect(error.got).toContain('UNAUTHORIZED');
  });

  it.each([401, 403])('by the registry itself, after a token was given, says the same: %d', async (status) => {
    const { registry, at, server } = await openRegistry({
      server: {
        lie: (request, response) => {
          if (request.url!.startsWith('/token')) sendJson(response, 200, { token: 'a-token' });
          else {
            response.writeHead(status, { 'www-authenticate': `Bearer realm="http://${server.host}/token"` });
            response.end('{"errors": [{"code": "DENIED"}]}');
          }
          return true;
        },
      },
    });
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error).toMatchObject({ code: status === 401 ? 'UNAUTHORISED' : 'FORBIDDEN' });
    expect(error.message).toContain(`the manifest 1.4 of ${server.host}/${NAME}`);
    expect(error.message).toContain('does not exist, or may not be read without logging in');
    expect(error.got).toContain('DENIED');
    expect(server.requests).toHaveLength(status === 401 ? 3 : 1);
  });

  it('of a login says so, and holds nothing of it', async () => {
    const auths: readonly RegistryAuth[] = [
      { kind: 'basic', ...user },
      { kind: 'token', anonymous: true, ...user },
    ];
    for (const auth of auths) {
      const { registry, at, server } = await openShop(auth, { credentials: () => wrong });
      const error = errorOf(await registry.fetchManifest(at, byTag));
      expect(error.code).toBe('UNAUTHORISED');
      expect(error.message).toContain(`your login for ${server.host} is not valid or may not read it`);
      expect(everythingIn(error)).not.toContain('wrong-word');
      expect(everythingIn(error)).not.toContain(Buffer.from('me:wrong-word').toString('base64'));
    }
  });

  it('without a challenge is one', async () => {
    const { registry, at } = await openRegistry({
      server: {
        lie: (_, response) => {
          response.writeHead(401);
          response.end();
          return true;
        },
      },
    });
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'UNAUTHORISED' });
  });

  it('by a page that shows what it was sent, does not show it again', async () => {
    const { registry, at } = await openShop(
      { kind: 'basic', ...user },
      {
        credentials: () => wrong,
        server: {
          lie: (request, response) => {
            response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' });
            response.end(`no: ${request.headers.authorization}`);
            return true;
          },
        },
      },
    );
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.got).toContain('no: Basic ***');
  });
});

describe('a registry that wants a password', () => {
  const basic: RegistryAuth = { kind: 'basic', ...user };

  it('is given it, and from then on at once', async () => {
    const { registry, at, server } = await openShop(basic, { credentials: () => me });
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    await registry.listTags(at, 10);
    expect(server.requests.map(({ headers }) => scheme(headers.authorization))).toEqual([undefined, 'Basic', 'Basic']);
  });

  it('is not given one that it refuses twice in a row', async () => {
    const { registry, at, server } = await openShop(basic, { credentials: () => wrong });
    await registry.fetchManifest(at, byTag);
    expect(server.requests.map(({ headers }) => scheme(headers.authorization))).toEqual([undefined, 'Basic']);
    await registry.fetchManifest(at, byTag);
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    ['no login', undefined],
    ['an identity token alone', refresh],
  ])('is not asked a second time with %s', async (_, credential) => {
    const { registry, at, server } = await openShop(basic, { credentials: () => credential });
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'UNAUTHORISED' });
    expect(server.requests).toHaveLength(1);
  });

  it('that would take a token too is asked with a token', async () => {
    const service = await startTokenService(giveToken);
    const { registry, at, server } = await openRegistry({
      credentials: () => me,
      http: { namedByUser: () => true },
      server: {
        lie: (request, response) => {
          if (request.headers.authorization === 'Bearer a-token') return false;
          response.writeHead(401, {
            'www-authenticate': `Basic realm="x", Bearer realm="http://${service.host}/token"`,
          });
          response.end();
          return true;
        },
      },
    });
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('absent');
    expect(server.requests.map(({ headers }) => scheme(headers.authorization))).toEqual([undefined, 'Bearer']);
    expect(service.requests[0]?.path).toBe(`/token?scope=${encodeURIComponent(`repository:${NAME}:pull`)}`);
  });
});

describe('a login that cannot be read', () => {
  const fault = new ToolError(
    'CREDENTIAL_HELPER_FAILED',
    'docker-credential-x gave no credentials for a.test: it failed',
    {
      hint: 'repair the helper',
    },
  );

  it('is a notice where none is needed', async () => {
    const { registry, at, notices, server } = await openShop(
      { kind: 'token', anonymous: true },
      { credentials: () => fault },
    );
    expect((await registry.fetchManifest(at, byTag)).kind).toBe('found');
    await registry.fetchManifest({ transport: 'registry', name: `${server.host}/acme/other` }, byTag);
    expect(notices).toEqual([
      `docker-credential-x gave no credentials for a.test: it failed; ${server.host} is asked without a login`,
    ]);
  });

  it.each<[string, RegistryAuth]>([
    ['at the token service', { kind: 'token', anonymous: false, ...user }],
    ['at the registry', { kind: 'basic', ...user }],
  ])('is the error where one is needed %s', async (_, auth) => {
    const { registry, at, server } = await openShop(auth, { credentials: () => fault });
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error).toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED', hint: 'repair the helper', cause: fault });
    expect(error.message).toContain(`${server.host} wants a login, and docker-credential-x gave no credentials`);
  });
});

describe('a token realm', () => {
  it.each([
    ['another port', (port: number) => `http://127.0.0.1:${port}/token`],
    ['localhost', (port: number) => `http://localhost:${port}/token`],
    ['another loopback address', (port: number) => `http://127.0.0.2:${port}/token`],
    ['https on loopback', (port: number) => `https://127.0.0.1:${port}/token`],
    ['a private address', () => 'https://10.0.0.1/token'],
    ['the metadata service of clouds', () => 'https://169.254.169.254/latest'],
    ['plain HTTP elsewhere', () => 'http://auth.test/token'],
  ])('is not asked where a registry names %s', async (_, realmOf) => {
    const hidden = await startTokenService(giveToken);
    const { registry, at, server } = await naming(realmOf(hidden.port));
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(error.message).toContain(`the token realm of ${server.host} named it`);
    expect(hidden.requests).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('on a host whose name resolves to this machine is not asked', async () => {
    const hidden = await startTokenService(giveToken);
    const { registry, at, server } = await naming(`https://auth.test:${hidden.port}/token`, {
      http: {
        namedByUser: (host) => host === server.host,
        lookup: (_, __, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
      },
    });
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({
      code: 'REFUSED_ADDRESS',
      got: '127.0.0.1',
    });
    expect(hidden.requests).toEqual([]);
  });

  it('is asked where the user names it too', async () => {
    const service = await startTokenService(giveToken);
    const hosts = new Map([[service.host, {}]]);
    const { registry, at, server } = await naming(`http://${service.host}/token?account=x`, {
      http: { hosts, namedByUser: (host) => host === server.host },
    });
    await registry.fetchManifest(at, byTag);
    expect(service.requests.map(({ path }) => path)).toEqual([
      `/token?account=x&scope=${encodeURIComponent(`repository:${NAME}:pull`)}&service=registry.test`,
    ]);
  });

  it.each(['', 'nonsense', 'ftp://auth.test/token'])('that is "%s" is no address', async (realm) => {
    const { registry, at, server } = await naming(realm);
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('MALFORMED');
    expect(error.message).toContain(`${server.host} wants a token and names no address`);
  });

  it('is not asked where the storage names it, to which the registry redirects', async () => {
    const service = await startTokenService(giveToken);
    const storage = await startTokenService((_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${service.host}/token"` });
      response.end();
    });
    const { registry, at } = await openRegistry({
      credentials: () => me,
      http: { namedByUser: () => true },
      server: {
        lie: (_, response) => {
          response.writeHead(307, { location: `http://${storage.host}/blob` });
          response.end();
          return true;
        },
      },
    });
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'UNAUTHORISED' });
    expect(storage.requests).toHaveLength(1);
    expect(service.requests).toEqual([]);
  });

  it.skipIf(!hasOpenssl)(
    'of plain HTTP is not asked for a registry of https (skipped where openssl is not installed)',
    async () => {
      const authority = createAuthority();
      const service = await startTokenService(giveToken);
      const hosts = new Map<string, HostSettings>();
      const { registry, at, server } = await naming(`http://${service.host}/token`, {
        http: { hosts, namedByUser: () => true },
        server: { tls: authority.issue(['127.0.0.1']) },
      });
      hosts.set(server.host, { plainHttp: false, caFile: authority.caFile });
      const error = errorOf(await registry.fetchManifest(at, byTag));
      authority.remove();
      expect(error.code).toBe('REFUSED_ADDRESS');
      expect(error.message).toBe(`${server.host} names a token realm without https: ${service.host}`);
      expect(service.requests).toEqual([]);
    },
  );

  it('that redirects is not given the password again, nor the identity token', async () => {
    const elsewhere = await startTokenService(giveToken);
    const service = await startTokenService((_, response) => {
      response.writeHead(307, { location: `http://${elsewhere.host}/token` });
      response.end();
    });
    for (const credential of [me, refresh]) {
      const { registry, at } = await naming(`http://${service.host}/token`, {
        credentials: () => credential,
        http: { namedByUser: () => true },
      });
      expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'MALFORMED' });
    }
    expect(service.requests).toHaveLength(2);
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    ['no token', '{}'],
    ['no JSON', 'the-secret-token'],
    ['a token of two lines', '{"token": "the-secret\\r\\ntoken"}'],
    ['an empty token', '{"token": "", "access_token": ""}'],
    ['a number', '{"token": 7}'],
  ])('that gives %s is named, and what it gave is not shown', async (_, body) => {
    const service = await startTokenService((__, response) => void response.end(body));
    const { registry, at } = await naming(`http://${service.host}/token`, { http: { namedByUser: () => true } });
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe('MALFORMED');
    expect(error.message).toBe(`the token service http://${service.host}/token gave no token`);
    expect(everythingIn(error)).not.toContain('the-secret');
  });

  it.each([
    [400, 'MALFORMED'],
    [404, 'MALFORMED'],
    [429, 'RATE_LIMITED'],
    [500, 'SERVER_ERROR'],
  ])('that answers %d is not heard, and a password that it gives back is not shown', async (status, code) => {
    const service = await startTokenService((request, response) => {
      const [, sent = ''] = request.headers.authorization?.split(' ') ?? [];
      response.writeHead(status);
      response.end(Buffer.from(sent, 'base64'));
    });
    const { registry, at, server } = await naming(`http://${service.host}/token`, {
      http: { namedByUser: () => true },
    });
    const error = errorOf(await registry.fetchManifest(at, byTag));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`a token for ${server.host}/${NAME}`);
    expect(everythingIn(error)).not.toContain(WORD);
  });

  it('of 10 GB is not read', async () => {
    const service = await startTokenService((_, response) => void response.end(Buffer.alloc(1024 * 1024, ' ')));
    const { registry, at } = await naming(`http://${service.host}/token`, { http: { namedByUser: () => true } });
    expect(errorOf(await registry.fetchManifest(at, byTag))).toMatchObject({ code: 'TOO_LARGE' });
  });
});

it('keeps no failure: the next question asks for a token again', async () => {
  let broken = true;
  const { registry, at } = await openShop(
    { kind: 'token', anonymous: true },
    {
      server: {
        lie: (request, response) => {
          if (!broken || !request.url!.startsWith('/token')) return false;
          broken = false;
          response.writeHead(400);
          response.end();
          return true;
        },
      },
    },
  );
  expect((await registry.fetchManifest(at, byTag)).kind).toBe('failed');
  expect(valueOf(await registry.fetchManifest(at, byTag)).mediaType).toBe(MEDIA_TYPES.ociManifest);
});
