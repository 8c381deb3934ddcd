import { ToolError } from '../../core/errors.ts';
import type { Forge } from '../../ports/attestation-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http.ts';
import { apiAddress } from './api-address.ts';
import type { ForgeTokens } from './forge-tokens.ts';
import { pauseUntilMs, readRateLimit } from './rate-limit.ts';
import type { Asked } from './refusal.ts';
import { limited, refusal, silent } from './refusal.ts';

/** One question to a forge's API. */
export type Question = {
  /** Within the API. */
  readonly url: URL;
  /** What is asked for, as messages name it. */
  readonly what: string;
  readonly bytesMax: number;
  /** Sent as JSON by POST. */
  readonly body?: unknown;
};

/** One forge, asked with the token that the user keeps for it. */
export type ForgeClient = {
  readonly forge: Forge;
  /** The root of its API, with a slash at its end. */
  readonly api: URL;
  readonly hasToken: boolean;
  readonly http: HttpClient;
  /**
   * The answer, or undefined where there is no such thing, or nothing that may be seen.
   * @throws ToolError for every other answer, and where none came
   */
  ask(question: Question): Promise<HttpResponse | undefined>;
};

export type ForgeClientOptions = { readonly http: HttpClient; readonly tokens: ForgeTokens; readonly clock: Clock };

/** How a forge says that there is none: 422 is GitHub's for a digest that it has never heard of. */
const ABSENT: ReadonlySet<number> = new Set([404, 422]);
const HEADERS: Readonly<Record<Forge['kind'], Readonly<Record<string, string>>>> = {
  // The newer version leaves out the inline bundles, which serve where storage cannot be reached; servers of one's own know this one alone.
  github: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  gitlab: { accept: 'application/json' },
};

/** One that does not answer is left alone for as long: every image would wait for it anew. */
const SILENCE_MS = 60_000;

/** A forge that is not to be asked until then, and what is told in place of its answer. */
type Pause = { readonly untilMs: number; readonly errorFor: (asked: Asked) => ToolError };

/**
 * Forges that want no more requests are not asked again before their time (whoever goes on asking is locked out for longer), nor for a while those that
 * did not answer.
 */
export function createForgeClients(options: ForgeClientOptions): (forge: Forge) => Promise<ForgeClient> {
  const { http, tokens, clock } = options;
  const pauses = new Map<string, Pause>();

  async function ask(asked: Asked, request: HttpRequest): Promise<HttpResponse | undefined> {
    const { origin } = request.url;
    const known = pauses.get(origin);
    if (known !== undefined && clock.nowMs() < known.untilMs) throw known.errorFor(asked);
    const response = await http.send(request).catch((error: unknown) => {
      if (error instanceof ToolError && (error.code === 'UNREACHABLE' || error.code === 'TIMED_OUT'))
        pauses.set(origin, { untilMs: clock.nowMs() + SILENCE_MS, errorFor: (other) => silent(other, error) });
      throw error;
    });
    if (response.status === 200) return response;
    if (ABSENT.has(response.status)) return undefined;
    const untilMs = pauseUntilMs(response, clock.nowMs());
    if (untilMs === undefined) throw refusal(response, asked);
    const limit = readRateLimit(response);
    pauses.set(origin, { untilMs, errorFor: (other) => limited(other, { limit, untilMs }) });
    throw limited(asked, { limit, untilMs });
  }

  return async (forge) => {
    const api = apiAddress(forge, (host) => http.baseUrl(host));
    const token = await tokens.tokenFor(forge.host);
    return {
      forge,
      api,
      http,
      hasToken: token !== undefined,
      ask: (question) => {
        const asked = { forge, token, what: question.what };
        return ask(asked, requestOf(question, asked));
      },
    };
  };
}

function requestOf({ url, what, bytesMax, body }: Question, { forge, token }: Asked): HttpRequest {
  const request = {
    method: 'GET' as const,
    url,
    what,
    namedBy: forge.apiUrl === undefined ? 'the list of forges' : 'the configuration',
    headers: HEADERS[forge.kind],
    bytesMax,
    ...(token === undefined ? {} : { authorization: `Bearer ${token.token}` }),
  };
  if (body === undefined) return request;
  const headers = { ...request.headers, 'content-type': 'application/json' };
  // This POST asks and changes nothing, so it may be sent again.
  return { ...request, method: 'POST', headers, body: JSON.stringify(body), retry: true };
}
