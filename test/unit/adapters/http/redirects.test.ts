import { afterEach, describe, expect, it } from 'vitest';
import type { HttpClient, HttpClientOptions } from '../../../../src/adapters/http/http.ts';
import type { ServerOptions, TestServer } from '../../../support/http-server.ts';
import { startServer } from '../../../support/http-server.ts';
import { openHttp, requestOf, toolErrorOf } from '../../../support/http-world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(answer: ServerOptions['answer']): Promise<TestServer> {
  const server = await startServer({ answer });
  open.push(server);
  return server;
}
const redirectTo =
  (location: string, status = 307): ServerOptions['answer'] =>
  (_, response) => {
    response.writeHead(status, { location });
    response.end('elsewhere');
  };
const content: ServerOptions['answer'] = (_, response) => {
  response.end('content');
};
function openClient(options: Partial<HttpClientOptions> = {}): HttpClient {
  const { http } = openHttp(options);
  open.push(http);
  return http;
}

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    'of status %d are followed, within an origin with the authorization',
    async (status) => {
      const server = await serve((request, response) =>
        request.url === '/from' ? redirectTo('to?x=1', status)(request, response) : content(request, response),
      );
      const answer = await openClient().send(
        requestOf(`http://${server.host}/from`, { authorization: 'Bearer token' }),
      );
      expect(Buffer.from(answer.bytes).toString()).toBe('content');
      expect(answer.url.href).toBe(`http://${server.host}/to?x=1`);
      expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token', 'Bearer token']);
    },
  );

  it('to another origin leave the authorization behind, and do not take it up again on the way back', async () => {
    const first = await serve((request, response) =>
      request.url === '/from' ? redirectTo(`http://${second.host}/`)(request, response) : content(request, response),
    );
    const second = await serve((request, response) => redirectTo(`http://${first.host}/back`)(request, response));
    const answer = await openClient().send(requestOf(`http://${first.host}/from`, { authorization: 'Bearer token' }));
    expect(Buffer.from(answer.bytes).toString()).toBe('content');
    expect(second.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token', undefined]);
  });

  it('may be five, and not six', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      return (left === 0 ? content : redirectTo(`/${left - 1}`))(request, response);
    });
    const http = openClient();
    expect((await http.send(requestOf(`http://${server.host}/5`))).status).toBe(200);
    const error = await toolErrorOf(http.send(requestOf(`http://${server.host}/6`)));
    expect(error).toMatchObject({ code: 'MALFORMED', expected: 'at most 5 redirects' });
  });

  it('of a POST are the answer, and so are those of a request that follows none', async () => {
    const server = await serve(redirectTo('/elsewhere'));
    const http = openClient();
    const url = `http://${server.host}/`;
    expect((await http.send(requestOf(url, { method: 'POST', body: 'secret' }))).status).toBe(307);
    expect((await http.send(requestOf(url, { redirectsMax: 0 }))).status).toBe(307);
    expect(server.requests.map(({ path }) => path)).toEqual(['/', '/']);
  });

  it('without an address are the answer', async () => {
    const server = await serve((_, response) => {
      response.writeHead(304);
      response.end();
    });
    expect((await openClient().send(requestOf(`http://${server.host}/`))).status).toBe(304);
  });

  it.each(['file:///etc/passwd', 'http://', 'gopher://127.0.0.1/'])('to %s are refused', async (location) => {
    const server = await serve(redirectTo(location));
    expect(await toolErrorOf(openClient().send(requestOf(`http://${server.host}/`)))).toMatchObject({
      code: 'MALFORMED',
    });
  });

  it('do not carry user information into the next request', async () => {
    const second = await serve(content);
    const first = await serve(redirectTo(`http://user:word@${second.host}/`));
    await openClient().send(requestOf(`http://${first.host}/`));
    expect(second.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('addresses that a stranger names', () => {
  it.each([
    ['another port', (port: number) => `http://127.0.0.1:${port}/`],
    ['localhost', (port: number) => `http://localhost:${port}/`],
    ['another loopback address', (port: number) => `http://127.0.0.2:${port}/`],
    ['IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['a number', (port: number) => `http://2130706433:${port}/`],
  ])('by a redirect are not contacted on loopback: %s', async (_, urlOf) => {
    const hidden = await serve(content);
    const server = await serve(redirectTo(urlOf(hidden.port)));
    const http = openClient({ namedByUser: (host) => host === server.host });
    const error = await toolErrorOf(http.send(requestOf(`http://${server.host}/`)));
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(error.message).toContain(`a redirect of ${server.host} named it`);
    expect(error.message).toContain('a loopback address');
    expect(error.hint).toContain('provtrace.yaml');
    expect(hidden.requests).toEqual([]);
  });

  it('are contacted where the configuration names them too', async () => {
    const storage = await serve(content);
    const server = await serve(redirectTo(`http://${storage.host}/`));
    const http = openClient({ namedByUser: (host) => host === server.host, hosts: new Map([[storage.host, {}]]) });
    expect((await http.send(requestOf(`http://${server.host}/`))).status).toBe(200);
  });

  it.each([
    ['private', [{ address: '10.0.0.1', family: 4 }]],
    [
      'private behind a public one',
      [
        { address: '93.184.216.34', family: 4 },
        { address: 'fd00::1', family: 6 },
      ],
    ],
    ['loopback', [{ address: '127.0.0.1', family: 4 }]],
    ['the metadata service of clouds', [{ address: '169.254.169.254', family: 4 }]],
  ])('are not contacted where their names resolve to a %s address', async (_, addresses) => {
    const { http, pauses } = openHttp({
      namedByUser: () => false,
      lookup: (__, ___, callback) => callback(null, addresses),
    });
    open.push(http);
    const error = await toolErrorOf(
      http.send(requestOf('https://storage.test/blob', { namedBy: 'a label of the image' })),
    );
    expect(error.code).toBe('REFUSED_ADDRESS');
    expect(error.message).toContain('storage.test was not contacted: a label of the image named it');
    expect(error.got).toBe(addresses.at(-1)?.address);
    expect(pauses).toEqual([]);
  });

  it('are looked at when the connection is made, so that a name that changes gains nothing', async () => {
    const hidden = await serve(content);
    const asked: string[] = [];
    const http = openClient({
      hosts: new Map(),
      namedByUser: () => false,
      lookup: (hostname, _, callback) => {
        asked.push(hostname);
        callback(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    const ask = () => toolErrorOf(http.send(requestOf(`https://rebinding.test:${hidden.port}/`)));
    expect(await ask()).toMatchObject({ code: 'REFUSED_ADDRESS' });
    expect(await ask()).toMatchObject({ code: 'REFUSED_ADDRESS' });
    expect(asked).toEqual(['rebinding.test', 'rebinding.test']);
    expect(hidden.requests).toEqual([]);
  });
});
