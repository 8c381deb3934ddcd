import type { TestServer } from './http-server.ts';
import { startServer } from './http-server.ts';

/** What a server says at one address, with `{origin}` for its own. */
export type CannedAnswer = {
  /** By default 200. */
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** By path and query. */
export type CannedAnswers = Readonly<Record<string, CannedAnswer>>;

export const HTML: CannedAnswer = {
  text: '<!DOCTYPE html><html><body>Log in</body></html>',
  headers: { 'content-type': 'text/html; charset=utf-8' },
};
export const CUT_SHORT: CannedAnswer = { text: '{"id": 1, "full_name": "acm' };

/** A server that says what it was given to say, and 404 in JSON elsewhere. */
export async function startCanned(answers: CannedAnswers): Promise<TestServer> {
  return startServer({
    answer: (request, response) => {
      const answer = answers[request.url ?? ''] ?? { status: 404, body: { message: 'not found' } };
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      const text = answer.text ?? JSON.stringify(answer.body) ?? '';
      response.end(text.replaceAll('{origin}', `http://${request.headers.host ?? ''}`));
    },
  });
}
