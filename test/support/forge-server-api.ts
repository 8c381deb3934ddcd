import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestServer } from './http-server.ts';
import { startServer } from './http-server.ts';

export type ApiAnswer = {
  /** By default 200. */
  readonly status?: number;
  /** As JSON; text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For who has the token; others are told 404. */
  readonly isPrivate?: boolean;
};
export type ApiOptions = {
  /** By path with query, or by path for any query; what is not here is answered 404. May be changed while the server runs. */
  readonly routes: Record<string, ApiAnswer | ((request: IncomingMessage) => ApiAnswer | Promise<ApiAnswer>)>;
  /** The only value of `Authorization` that is accepted beside none at all. */
  readonly authorization?: string;
  /** Requests that are left before the first, of how many; conditional ones that change nothing are free, as GitHub has it. */
  readonly limit?: { readonly of: number; readonly left: number; readonly resetSeconds: number };
};

/** A REST API with entity tags, as GitHub and GitLab have them. */
export async function startApi(options: ApiOptions): Promise<TestServer> {
  let left = options.limit?.left ?? 0;
  return startServer({
    answer: async (request, response) => {
      const answer = await answerTo(request, options).catch((error: unknown): ApiAnswer => ({
        status: 500,
        body: String(error),
      }));
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? { message: 'none' });
      const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
      const isKnown = answer.status === undefined && request.headers['if-none-match'] === etag;
      if (options.limit !== undefined) {
        if (!isKnown) left--;
        response.setHeader('x-ratelimit-limit', options.limit.of);
        response.setHeader('x-ratelimit-remaining', Math.max(left, 0));
        response.setHeader('x-ratelimit-reset', options.limit.resetSeconds);
        if (left < 0) return send(response, { status: 403, body: '{"message":"API rate limit exceeded"}' });
      }
      if (isKnown) return send(response, { status: 304, body: '' });
      send(response, { status: 200, ...answer, body, headers: { etag, ...answer.headers } });
    },
  });
}

async function answerTo(request: IncomingMessage, { routes, authorization }: ApiOptions): Promise<ApiAnswer> {
  const path = request.url ?? '';
  const given = request.headers.authorization;
  if (given !== undefined && given !== authorization) return { status: 401, body: { message: 'Bad credentials' } };
  const route = routes[path] ?? routes[path.replace(/\?.*$/, '')];
  const answer = typeof route === 'function' ? await route(request) : route;
  const isHidden = answer?.isPrivate === true && given === undefined;
  return answer === undefined || isHidden ? { status: 404, body: { message: 'Not Found' } } : answer;
}

function send(response: ServerResponse, { status = 200, body, headers }: ApiAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body);
}
