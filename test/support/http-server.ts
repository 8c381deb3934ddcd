import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export type RecordedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly startedAtMs: number;
  endedAtMs: number;
};
export type TestServer = {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
};
export type ServerOptions = {
  readonly requests?: RecordedRequest[];
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly onRequest?: (request: RecordedRequest) => void;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
};

/** Any HTTP server on loopback, with a record of its requests. */
export async function startServer({ requests = [], tls, onRequest, answer }: ServerOptions): Promise<TestServer> {
  const listener: RequestListener = (request, response) => {
    const recorded = record(request, response);
    requests.push(recorded);
    onRequest?.(recorded);
    void answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  return {
    host: `127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function record(request: IncomingMessage, response: ServerResponse): RecordedRequest {
  const recorded: RecordedRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    startedAtMs: performance.now(),
    endedAtMs: Number.POSITIVE_INFINITY,
  };
  response.once('close', () => (recorded.endedAtMs = performance.now()));
  return recorded;
}

/** How many requests waited for each other, at least: one that began after another had ended is taken to depend on it. */
export function longestChain(requests: readonly RecordedRequest[]): number {
  let chain = 0;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  // Of what can come next, what ends first leaves most room for the rest.
  for (const request of requests.toSorted((left, right) => left.endedAtMs - right.endedAtMs)) {
    if (request.startedAtMs < endedAtMs) continue;
    chain++;
    endedAtMs = request.endedAtMs;
  }
  return chain;
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** As distribution-spec, "Error Codes". */
export function sendError(response: ServerResponse, status: number, code: string, headers = {}): void {
  sendJson(response, status, { errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }, headers);
}

/** A body of `bytes` bytes that is never held: as much as the client takes, and no more. Says how much that was. */
export async function sendEndless(response: ServerResponse, bytes: number, headers = {}): Promise<number> {
  const chunk = randomBytes(64 * 1024);
  let wake: (() => void) | undefined;
  response.on('drain', () => wake?.());
  response.once('close', () => wake?.());
  response.writeHead(200, { 'content-type': 'application/octet-stream', ...headers });
  let sent = 0;
  while (sent < bytes && !response.destroyed) {
    sent += chunk.length;
    if (!response.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
  }
  response.end();
  return sent;
}
