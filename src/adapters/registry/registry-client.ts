import type { Clock } from '../../ports/clock.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpClient, HttpResponse } from '../http/http.ts';
import type { Authorizer } from './authorizer.ts';
import type { Endpoint } from './endpoint.ts';
import { refusal } from './refusal.ts';

/** One GET below `/v2/`, as the operations ask it. */
export type Question = {
  readonly url: URL;
  /** What is asked for, as messages name it. */
  readonly what: string;
  readonly bytesMax: number;
  readonly accept?: string;
};
/** One server asked about one repository, with the time, which answers that can change are given. */
export type RepositoryClient = {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /**
   * Logs in where that is asked for. The answer has any status but 401 and 403.
   * @throws ToolError
   */
  ask(question: Question): Promise<HttpResponse>;
};
export type RepositoryClientOptions = {
  readonly http: HttpClient;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
};

export function createRepositoryClient(endpoint: Endpoint, options: RepositoryClientOptions): RepositoryClient {
  const { http, authorizer, clock } = options;

  async function send(question: Question, authorization: string | undefined): Promise<HttpResponse> {
    return http.send({
      method: 'GET',
      url: question.url,
      what: question.what,
      namedBy: endpoint.isMirror ? 'the configuration' : 'an image reference',
      bytesMax: question.bytesMax,
      ...(question.accept === undefined ? {} : { headers: { accept: question.accept } }),
      ...(authorization === undefined ? {} : { authorization }),
    });
  }

  /** The storage that blobs are redirected to knows nothing of the registry's logins. */
  function isOfEndpoint(response: HttpResponse): boolean {
    return response.url.origin === endpoint.base.origin;
  }

  async function ask(question: Question): Promise<HttpResponse> {
    const current = await authorizer.current(endpoint);
    let response = await send(question, current);
    if (response.status === 401 && isOfEndpoint(response)) {
      const fresh = await authorizer.answer(endpoint, response, current);
      if (fresh !== undefined && fresh !== current) response = await send(question, fresh);
    }
    if (response.status !== 401 && response.status !== 403) return response;
    if (!isOfEndpoint(response)) throw errorOfStatus(response, question.what);
    throw refusal(response, question.what, { endpoint, login: await authorizer.loginFor(endpoint) });
  }

  return { endpoint, clock, ask };
}

/** `/v2/<name>/<rest>` at the endpoint (distribution-spec, "Endpoints"). */
export function apiUrl({ base, path }: Endpoint, rest: string): URL {
  return new URL(`v2/${path}/${rest}`, base);
}

/** Content-Type without its parameters, in lower case; empty where there is none. */
export function mediaTypeOf(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
