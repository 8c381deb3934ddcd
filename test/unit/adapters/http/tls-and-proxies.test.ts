import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HttpClient, HttpClientOptions } from '../../../../src/adapters/http/http.ts';
import type { TestAuthority } from '../../../support/http-certificates.ts';
import { createAuthority, hasOpenssl } from '../../../support/http-certificates.ts';
import { startProxy } from '../../../support/http-proxy.ts';
import type { ServerOptions, TestServer } from '../../../support/http-server.ts';
import { startServer } from '../../../support/http-server.ts';
import { everythingIn, openHttp, requestOf, toolErrorOf } from '../../../support/http-world.ts';

const content: ServerOptions['answer'] = (_, response) => {
  response.end('content');
};
const open: { close(): Promise<void> }[] = [];
const opened = <Each extends { close(): Promise<void> }>(each: Each): Each => {
  open.push(each);
  return each;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Every name is this machine. */
const toLoopback: NonNullable<HttpClientOptions['lookup']> = (_, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
function openClient(options: Partial<HttpClientOptions> = {}): HttpClient {
  return opened(openHttp({ lookup: toLoopback, ...options }).http);
}

describe.skipIf(!hasOpenssl)('TLS (skipped where openssl is not installed, which makes the certificates)', () => {
  let authority: TestAuthority;
  let tls: { readonly key: string; readonly cert: string };
  beforeAll(() => {
    authority = createAuthority();
    tls = authority.issue(['registry.test', 'other.test']);
  });
  afterAll(() => authority.remove());

  async function serveTls(answer = content): Promise<TestServer> {
    return opened(await startServer({ answer, tls }));
  }

  it('does not trust an unknown authority, does not ask again, and says what to do', async () => {
    const server = await serveTls();
    const { http, pauses } = openHttp({ lookup: toLoopback });
    opened(http);
    const error = await toolErrorOf(http.send(requestOf(`https://registry.test:${server.port}/`)));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('its certificate is not trusted');
    expect(error.hint).toContain('SSL_CERT_FILE');
    expect(pauses).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])('trusts the authorities in %s', async (variable) => {
    const server = await serveTls();
    const http = openClient({ env: { [variable]: authority.caFile } });
    const answer = await http.send(requestOf(`https://registry.test:${server.port}/`));
    expect(Buffer.from(answer.bytes).toString()).toBe('content');
  });

  it('trusts the authority that the configuration names for one host, there and nowhere else', async () => {
    const server = await serveTls();
    const http = openClient({ hosts: new Map([[`registry.test:${server.port}`, { caFile: authority.caFile }]]) });
    expect((await http.send(requestOf(`https://registry.test:${server.port}/`))).status).toBe(200);
    expect(await toolErrorOf(http.send(requestOf(`https://other.test:${server.port}/`)))).toMatchObject({
      code: 'UNREACHABLE',
    });
  });

  it('does not take the certificate of another host', async () => {
    const server = await serveTls();
    const http = openClient({ env: { SSL_CERT_FILE: authority.caFile } });
    const error = await toolErrorOf(http.send(requestOf(`https://wrong.test:${server.port}/`)));
    expect(error.message).toContain('its certificate is for another host');
  });

  it.each([
    ['that is missing', '/nowhere/ca.pem', undefined],
    ['without certificates', 'empty.pem', 'nothing'],
  ])('refuses a file %s', async (_, name, text) => {
    const path = text === undefined ? name : `${authority.caFile}-${name}`;
    if (text !== undefined) writeFileSync(path, text);
    const http = openClient({ env: { SSL_CERT_FILE: path } });
    const error = await toolErrorOf(http.send(requestOf('https://registry.test/')));
    expect(error.code).toBe('INVALID_CONFIGURATION');
    expect(error.message).toContain(`SSL_CERT_FILE names a file`);
    expect(error.message).toContain(path);
  });

  it('does not follow a redirect from https to http', async () => {
    const plain = opened(await startServer({ answer: content }));
    const server = await serveTls((_, response) => {
      response.writeHead(302, { location: `http://${plain.host}/` });
      response.end();
    });
    const http = openClient({ env: { SSL_CERT_FILE: authority.caFile } });
    const error = await toolErrorOf(http.send(requestOf(`https://registry.test:${server.port}/`)));
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(error.message).toContain('from https to http');
    expect(plain.requests).toEqual([]);
  });

  it('does not lend a stranger the connections that were made for the user', async () => {
    const server = await serveTls();
    let named = true;
    const http = openClient({ env: { SSL_CERT_FILE: authority.caFile }, namedByUser: () => named });
    const url = `https://registry.test:${server.port}/`;
    expect((await http.send(requestOf(url))).status).toBe(200);
    named = false;
    expect(await toolErrorOf(http.send(requestOf(url)))).toMatchObject({ code: 'REFUSED_ADDRESS', got: '127.0.0.1' });
    expect(server.requests).toHaveLength(1);
  });

  it('goes through a tunnel where there is a proxy, and the proxy resolves the name', async () => {
    const server = await serveTls();
    const proxy = opened(await startProxy(server.port));
    const login = proxy.url.replace('http://', 'http://user:word@');
    const http = openClient({
      env: { HTTPS_PROXY: login, SSL_CERT_FILE: authority.caFile },
      namedByUser: () => false,
      lookup: (hostname, _, callback) => callback(new Error(`${hostname} is not to be resolved here`), ''),
    });
    const answer = await http.send(requestOf('https://registry.test/path', { authorization: 'Bearer token' }));
    expect(Buffer.from(answer.bytes).toString()).toBe('content');
    expect(proxy.asked).toEqual(['CONNECT registry.test:443']);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('user:word').toString('base64')}`]);
    expect(server.requests.map(({ headers }) => headers['proxy-authorization'])).toEqual([undefined]);
  });

  it('follows a redirect to another host through a proxy, without the authorization', async () => {
    const server = await serveTls((request, response) => {
      if (request.headers.host === 'other.test') return content(request, response);
      response.writeHead(307, { location: 'https://other.test/blob' });
      response.end();
    });
    const proxy = opened(await startProxy(server.port));
    const http = openClient({
      env: { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: authority.caFile },
      namedByUser: () => false,
    });
    const answer = await http.send(requestOf('https://registry.test/', { authorization: 'Bearer token' }));
    expect(answer.url.href).toBe('https://other.test/blob');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token', undefined]);
  });

  it('says so where plain HTTP is asked of a server that wants TLS', async () => {
    const server = await serveTls();
    const error = await toolErrorOf(openClient().send(requestOf(`http://127.0.0.1:${server.port}/`)));
    expect(error.code).toBe('UNREACHABLE');
  });
});

describe('proxies', () => {
  it('are asked for plain HTTP too', async () => {
    const server = opened(await startServer({ answer: content }));
    const proxy = opened(await startProxy(server.port));
    const http = openClient({ env: { HTTP_PROXY: proxy.url }, hosts: new Map([['plain.test', { plainHttp: true }]]) });
    const answer = await http.send(requestOf('http://plain.test/path?x=1', { authorization: 'Bearer token' }));
    expect(Buffer.from(answer.bytes).toString()).toBe('content');
    expect(proxy.asked).toEqual(['GET http://plain.test/path?x=1']);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer token');
  });

  it('are not asked for literal addresses that a stranger names', async () => {
    const proxy = opened(await startProxy(1));
    const http = openClient({ env: { HTTPS_PROXY: proxy.url }, namedByUser: () => false });
    for (const url of ['https://10.0.0.1/', 'https://169.254.169.254/', 'https://[fd00::1]/', 'https://localhost/']) {
      expect(await toolErrorOf(http.send(requestOf(url)))).toMatchObject({ code: 'REFUSED_ADDRESS' });
    }
    expect(proxy.asked).toEqual([]);
  });

  it('that refuse are named without their password', async () => {
    const server = opened(
      await startServer({
        answer: (_, response) => {
          response.writeHead(407);
          response.end();
        },
      }),
    );
    const env = {
      HTTPS_PROXY: `http://user:the-password@${server.host}`,
      HTTP_PROXY: `http://user:the-password@${server.host}`,
    };
    const http = openClient({ env, hosts: new Map([['plain.test', { plainHttp: true }]]) });
    for (const url of ['https://registry.test/', 'http://plain.test/']) {
      const error = await toolErrorOf(http.send(requestOf(url)));
      expect(error.code).toBe('UNREACHABLE');
      expect(everythingIn(error)).not.toContain('the-password');
      expect(everythingIn(error)).not.toContain(Buffer.from('user:the-password').toString('base64'));
    }
  });
});

describe('a server without TLS', () => {
  it('that is asked for TLS is named as such', async () => {
    const server = opened(await startServer({ answer: content }));
    const error = await toolErrorOf(openClient().send(requestOf(`https://registry.test:${server.port}/`)));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('it does not speak TLS');
    expect(error.hint).toContain('plainHttp');
  });

  it('is not asked at all, where nobody said that it may', async () => {
    const error = await toolErrorOf(openClient().send(requestOf('http://registry.test/')));
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(error.message).toContain('without https');
  });
});
