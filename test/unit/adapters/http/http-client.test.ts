import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpClient, HttpClientOptions } from '../../../../src/adapters/http/http.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ServerOptions, TestServer } from '../../../support/http-server.ts';
import { sendEndless, startServer } from '../../../support/http-server.ts';
import { everythingIn, openHttp, requestOf, toolErrorOf } from '../../../support/http-world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(answer: ServerOptions['answer']): Promise<TestServer & { readonly url: string }> {
  const server = await startServer({ answer });
  open.push(server);
  return { ...server, url: `http://${server.host}/` };
}
function openClient(options: Partial<HttpClientOptions> = {}): { http: HttpClient; pauses: readonly number[] } {
  const opened = openHttp(options);
  open.push(opened.http);
  return opened;
}

describe('an exchange', () => {
  it('gives status, headers and bytes, of errors too', async () => {
    const server = await serve((request, response) => {
      response.writeHead(request.url === '/good' ? 200 : 404, {
        'X-Name': 'value',
        link: ['<a>; rel=a', '<b>; rel=b'],
      });
      response.end('body');
    });
    const { http } = openClient();
    const good = await http.send(requestOf(`${server.url}good`));
    expect(good).toMatchObject({ status: 200, headers: { 'x-name': 'value', link: '<a>; rel=a, <b>; rel=b' } });
    expect(Buffer.from(good.bytes).toString()).toBe('body');
    expect(good.url.href).toBe(`${server.url}good`);
    const bad = await http.send(requestOf(`${server.url}bad`));
    expect(bad.status).toBe(404);
    expect(Buffer.from(bad.bytes).toString()).toBe('body');
  });

  it('sends method, headers, body and authorization, and asks for bytes as they are', async () => {
    const server = await serve(async (request, response) => {
      for await (const chunk of request) response.write(chunk);
      response.end();
    });
    const { http } = openClient();
    const answer = await http.send(
      requestOf(`${server.url}path?query=1`, {
        method: 'POST',
        body: 'question',
        headers: { 'content-type': 'text/plain' },
        authorization: 'Bearer token',
      }),
    );
    expect(Buffer.from(answer.bytes).toString()).toBe('question');
    expect(server.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/path?query=1',
        headers: expect.objectContaining({
          'accept-encoding': 'identity',
          authorization: 'Bearer token',
          'content-type': 'text/plain',
          'user-agent': 'provtrace',
        }),
      }),
    ]);
  });

  it('refuses a body that is encoded although that was not asked for', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync('body'));
    });
    const error = await toolErrorOf(openClient().http.send(requestOf(server.url)));
    expect(error).toMatchObject({ code: 'MALFORMED', got: 'content-encoding gzip' });
  });

  it('tells of every exchange', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/first') response.writeHead(302, { location: '/second' });
      else if (server.requests.length === 2) response.writeHead(503);
      response.end();
    });
    const sent: string[] = [];
    const { http } = openClient({ onRequest: ({ method, url }) => sent.push(`${method} ${url.pathname}`) });
    await http.send(requestOf(`${server.url}first`));
    expect(sent).toEqual(['GET /first', 'GET /second', 'GET /second']);
    expect(server.requests.map(({ path }) => path)).toEqual(['/first', '/second', '/second']);
  });

  it('loads undici with the first request and not before', () => {
    const module = fileURLToPath(new URL('../../../../src/adapters/http/http-client.ts', import.meta.url));
    const script = `
      import { createRequire } from 'node:module';
      const { createHttpClient } = await import(${JSON.stringify(module)});
      const http = createHttpClient({ clock: { nowMs: () => 0 }, namedByUser: () => true, sleep: async () => {} });
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/undici/'));
      const before = loaded();
      await http.send({ method: 'GET', url: new URL('http://127.0.0.1:1/'), what: '', namedBy: '', bytesMax: 1 }).catch(() => {});
      console.log(before, loaded());`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(output.trim()).toBe('false true');
  });
});

describe('bounds', () => {
  it('refuses a body that says it is too large, without reading it', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1001' });
      response.write('x');
    });
    const error = await toolErrorOf(openClient().http.send(requestOf(server.url)));
    expect(error).toMatchObject({ code: 'TOO_LARGE', expected: 'at most 1000 bytes', got: '1001' });
    expect(error.message).toContain('the thing');
  });

  it('takes a body of exactly the bound, and none of one more', async () => {
    const server = await serve((request, response) => {
      response.write('x'.repeat(600));
      response.end('x'.repeat(Number(request.url?.slice(1)) - 600));
    });
    const { http } = openClient();
    expect((await http.send(requestOf(`${server.url}1000`))).bytes).toHaveLength(1000);
    expect(await toolErrorOf(http.send(requestOf(`${server.url}1001`)))).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('ends a body of 10 GB soon after the bound', async () => {
    const sent = Promise.withResolvers<number>();
    const server = await serve(async (_, response) => sent.resolve(await sendEndless(response, 10 * 1024 ** 3)));
    const error = await toolErrorOf(openClient().http.send(requestOf(server.url, { bytesMax: 1_000_000 })));
    expect(error.code).toBe('TOO_LARGE');
    // What lies in the buffers of both ends comes on top of the bound.
    expect(await sent.promise).toBeLessThan(100_000_000);
  });

  it('cuts the body of an error at 64 KiB and goes on', async () => {
    const server = await serve((_, response) => {
      response.writeHead(404);
      for (let part = 0; part < 100; part++) response.write(Buffer.alloc(10_000, 'x'));
    });
    const answer = await openClient().http.send(requestOf(server.url, { bytesMax: 10 }));
    expect(answer.status).toBe(404);
    expect(answer.bytes).toHaveLength(64 * 1024);
  });

  it('refuses endless headers', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(100_000) });
      response.end();
    });
    expect(await toolErrorOf(openClient().http.send(requestOf(server.url)))).toMatchObject({ code: 'MALFORMED' });
  });

  it('sends at most so many requests to a host at once', async () => {
    let running = 0;
    let most = 0;
    const server = await serve(async (_, response) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      response.end();
    });
    const { http } = openClient({ requestsPerHost: 3 });
    await Promise.all(Array.from({ length: 12 }, () => http.send(requestOf(server.url))));
    expect(most).toBe(3);
  });
});

describe('repetition', () => {
  it.each([408, 429, 500, 502, 503, 504])('asks again after %d', async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(server.requests.length === 1 ? status : 200);
      response.end('answer');
    });
    const { http, pauses } = openClient();
    const answer = await http.send(requestOf(server.url));
    expect(answer.status).toBe(200);
    expect(pauses).toEqual([250]);
  });

  it('gives the last answer after three repetitions', async () => {
    const server = await serve((_, response) => {
      response.writeHead(503);
      response.end(`answer ${server.requests.length}`);
    });
    const { http, pauses } = openClient();
    const answer = await http.send(requestOf(server.url));
    expect(answer.status).toBe(503);
    expect(Buffer.from(answer.bytes).toString()).toBe('answer 4');
    expect(pauses).toEqual([250, 500, 1000]);
  });

  it.each([400, 401, 403, 404, 501])('takes %d for the answer', async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(status);
      response.end();
    });
    const { http, pauses } = openClient();
    expect((await http.send(requestOf(server.url))).status).toBe(status);
    expect(pauses).toEqual([]);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
  ])('waits as Retry-After says in %s', async (_, value, waitedMs) => {
    const server = await serve((_request, response) => {
      if (server.requests.length === 1) response.writeHead(429, { 'retry-after': value });
      response.end();
    });
    const { http, pauses } = openClient({ random: () => 0 });
    expect((await http.send(requestOf(server.url))).status).toBe(200);
    expect(pauses).toEqual([waitedMs]);
  });

  it('does not wait longer than 30 seconds, and says until when the server wants to be left alone', async () => {
    const server = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '31' });
      response.end();
    });
    const { http, pauses } = openClient();
    expect(await http.send(requestOf(server.url))).toMatchObject({ status: 429, retryAt: '2026-11-21T12:00:31Z' });
    expect(pauses).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('does not send a POST again, unless told that it may', async () => {
    const server = await serve((_, response) => {
      response.writeHead(503);
      response.end();
    });
    const { http } = openClient();
    await http.send(requestOf(server.url, { method: 'POST' }));
    expect(server.requests).toHaveLength(1);
    await http.send(requestOf(server.url, { method: 'POST', retry: true }));
    expect(server.requests).toHaveLength(5);
  });

  it('asks again where the connection broke, also in the middle of the body', async () => {
    const server = await serve((_, response) => {
      if (server.requests.length === 1) return void response.socket?.destroy();
      response.writeHead(200, { 'content-length': '6' });
      if (server.requests.length > 2) return void response.end('answer');
      response.write('ans', () => response.socket?.destroy());
    });
    const answer = await openClient().http.send(requestOf(server.url));
    expect(Buffer.from(answer.bytes).toString()).toBe('answer');
    expect(server.requests).toHaveLength(3);
  });

  it('gives up on a host that refuses connections, after three repetitions', async () => {
    const server = await startServer({ answer: () => {} });
    await server.close();
    const { http, pauses } = openClient();
    const error = await toolErrorOf(http.send(requestOf(`http://${server.host}/`)));
    expect(error).toMatchObject({ code: 'UNREACHABLE' });
    expect(error.message).toBe(`could not read the thing from ${server.host}: it refuses connections`);
    expect(pauses).toHaveLength(3);
  });

  it('does not ask again for a host that does not exist', async () => {
    const { http, pauses } = openClient({
      hosts: new Map([['no-such-host.test', { plainHttp: true }]]),
      lookup: (_, __, callback) =>
        callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), ''),
    });
    const error = await toolErrorOf(http.send(requestOf('http://no-such-host.test/')));
    expect(error).toMatchObject({ code: 'UNREACHABLE', hint: 'check the name' });
    expect(pauses).toEqual([]);
  });
});

describe('time', () => {
  it('ends a request that is not answered', async () => {
    const server = await serve(() => {});
    const { http, pauses } = openClient({ timeouts: { totalMs: 50 } });
    expect(await toolErrorOf(http.send(requestOf(server.url)))).toMatchObject({ code: 'TIMED_OUT' });
    expect(pauses).toEqual([]);
  });

  it('ends a body that comes too slowly', async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.once('close', () => clearInterval(timer));
    });
    const { http } = openClient({ timeouts: { totalMs: 100 } });
    expect(await toolErrorOf(http.send(requestOf(server.url)))).toMatchObject({ code: 'TIMED_OUT' });
  });

  it('ends a silence before the headers, and within the body', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/body') response.write('x');
    });
    const { http } = openClient({ timeouts: { idleMs: 50 } });
    expect(await toolErrorOf(http.send(requestOf(server.url)))).toMatchObject({ code: 'TIMED_OUT' });
    expect(await toolErrorOf(http.send(requestOf(`${server.url}body`)))).toMatchObject({ code: 'TIMED_OUT' });
  });

  it('is interrupted by the signal: what runs, what waits for its turn, and what waits to be repeated', async () => {
    const stop = new AbortController();
    const server = await serve((request, response) => {
      if (request.url !== '/busy') return;
      response.writeHead(503);
      response.end();
    });
    const sleeping = Promise.withResolvers<void>();
    const sent: string[] = [];
    const { http } = openClient({
      signal: stop.signal,
      requestsPerHost: 2,
      onRequest: ({ url }) => sent.push(url.pathname),
      sleep: (_, signal) => {
        sleeping.resolve();
        return new Promise((__, reject) => signal?.addEventListener('abort', () => reject(new Error('woken'))));
      },
    });
    const all = ['busy', 'hangs', 'hangs', 'waits'].map((path) =>
      toolErrorOf(http.send(requestOf(`${server.url}${path}`))),
    );
    await sleeping.promise;
    stop.abort();
    expect((await Promise.all(all)).map(({ code }) => code)).toEqual(Array(4).fill('INTERRUPTED'));
    expect(await toolErrorOf(http.send(requestOf(server.url)))).toMatchObject({ code: 'INTERRUPTED' });
    expect(sent.toSorted()).toEqual(['/busy', '/hangs', '/hangs']);
  });

  it('keeps the reason of the signal where that says more', async () => {
    const server = await serve(() => {});
    const stop = new AbortController();
    const { http } = openClient({ signal: stop.signal, onRequest: () => queueMicrotask(() => stop.abort(reason)) });
    const reason = new ToolError('TIMED_OUT', 'not done after 1 s');
    expect(await toolErrorOf(http.send(requestOf(server.url)))).toBe(reason);
  });
});

describe('secrets', () => {
  it('are in no error: of a broken connection, a refusal, a page that shows what it was asked', async () => {
    const secret = 'c2VjcmV0LXNlY3JldA==';
    const server = await serve((request, response) => {
      if (request.url === '/broken') return void response.socket?.destroy();
      if (request.url === '/encoded') response.writeHead(200, { 'content-encoding': 'br' });
      else response.writeHead(400);
      response.end(`you sent: ${request.headers.authorization}`);
    });
    const { http } = openClient();
    const ask = (path: string) => requestOf(`${server.url}${path}`, { authorization: `Basic ${secret}` });
    for (const path of ['broken', 'encoded']) {
      expect(everythingIn(await toolErrorOf(http.send(ask(path))))).not.toContain(secret);
    }
    const page = await http.send(ask('page'));
    expect(Buffer.from(page.bytes).toString()).toBe('you sent: Basic ***');
  });

  it('of the query are in no error', async () => {
    const server = await serve((_, response) => void response.socket?.destroy());
    const error = await toolErrorOf(openClient().http.send(requestOf(`${server.url}?signature=secret-signature`)));
    expect(everythingIn(error)).not.toContain('secret-signature');
  });
});
