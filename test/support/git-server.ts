import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedRequest, ServerOptions, TestServer } from './http-server.ts';
import { startServer } from './http-server.ts';

export type GitServer = TestServer & {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** Of all bodies that were sent. */
  readonly bytesSent: number;
  /** Requests and bytes begin anew. */
  reset(): void;
};
export type GitServerOptions = Pick<ServerOptions, 'tls'> & {
  /** The folder whose bare repositories are served. */
  readonly root: string;
  /** Before each answer. */
  readonly delayMs?: number;
  /** `user:password` that every request must bring. */
  readonly login?: string;
  /** Version 2 is not spoken. */
  readonly isOld?: boolean;
  /** Answers by itself, where it says so. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
};

/** Bare repositories over HTTP, by git's own `http-backend`. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const requests: RecordedRequest[] = [];
  const sent = { bytes: 0 };
  const server = await startServer({
    requests,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    answer: async (request, response) => {
      if (options.delayMs !== undefined) await delay(options.delayMs);
      if (options.instead?.(request, response) === true) return;
      if (isLoggedIn(request, options.login)) return answerByBackend(request, response, { ...options, sent });
      response.writeHead(401, { 'www-authenticate': 'Basic realm="tests"' }).end();
    },
  });
  return {
    ...server,
    url: `${options.tls === undefined ? 'http' : 'https'}://${server.host}`,
    get bytesSent() {
      return sent.bytes;
    },
    reset: () => {
      requests.length = 0;
      sent.bytes = 0;
    },
  };
}

function isLoggedIn({ headers }: IncomingMessage, login: string | undefined): boolean {
  return login === undefined || headers.authorization === `Basic ${Buffer.from(login).toString('base64')}`;
}

type Backend = { readonly root: string; readonly isOld?: boolean; readonly sent: { bytes: number } };

/** git-http-backend(1) as a CGI program (RFC 3875). */
function answerByBackend(request: IncomingMessage, response: ServerResponse, { root, isOld, sent }: Backend): void {
  const url = new URL(request.url ?? '/', 'http://server');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: isOld === true ? '' : String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  response.once('close', () => child.kill());
  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    let body = chunk;
    if (head !== undefined) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.subarray(0, end).toString());
      body = head.subarray(end + 4);
      head = undefined;
    }
    sent.bytes += body.length;
    response.write(body);
  });
  child.stdout.on('end', () => response.end());
}

function writeHead(response: ServerResponse, head: string): void {
  const fields = new Map(
    head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const status = Number.parseInt(fields.get('Status') ?? '200', 10);
  fields.delete('Status');
  response.writeHead(status, Object.fromEntries(fields));
}
