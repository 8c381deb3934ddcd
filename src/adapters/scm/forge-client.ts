import type { Forge } from '../../ports/attestation-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpClient, HttpResponse } from '../http/http.ts';
import { apiAddress } from './api-address.ts';
import type { ForgeToken, ForgeTokens } from './forge-tokens.ts';
import type { RateLimit } from './rate-limit.ts';
import { pauseUntilMs, readRateLimit } from './rate-limit.ts';
import { limited, refusal } from './refusal.ts';

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

/** Forges that said that they want no more requests are not asked again before their time: whoever goes on asking is locked out for longer. */
export function createForgeClients({
  http,
  tokens,
  clock,
}: ForgeClientOptions): (forge: Forge) => Promise<ForgeClient> {
  const paused = new Map<string, { readonly limit: RateLimit; readonly untilMs: number }>();

  async function ask(
    client: { readonly forge: Forge; readonly api: URL; readonly token: ForgeToken | undefined },
    question: Question,
  ): Promise<HttpResponse | undefined> {
    const { forge, api, token } = client;
    const asked = { forge, token, what: question.what };
    const pause = paused.get(api.origin);
    if (pause !== undefined && clock.nowMs() < pause.untilMs) throw limited(asked, pause);
    const response = await http.send({
      ...methodOf(question),
      url: question.url,
      what: question.what,
      namedBy: forge.apiUrl === undefined ? 'the list of forges' : 'the configuration',
      headers: {
        ...HEADERS[forge.kind],
        ...(question.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      bytesMax: question.bytesMax,
      ...(token === undefined ? {} : { authorization: `Bearer ${token.token}` }),
    });
    if (response.status === 200) return response;
    if (ABSENT.has(response.status)) return undefined;
    const untilMs = pauseUntilMs(response, clock.nowMs());
    if (untilMs === undefined) throw refusal(response, asked);
    const limit = { limit: readRateLimit(response), untilMs };
    paused.set(api.origin, limit);
    throw limited(asked, limit);
  }

  return async (forge) => {
    const api = apiAddress(forge, (host) => http.baseUrl(host));
    const token = await tokens.tokenFor(forge.host);
    return { forge, api, http, hasToken: token !== undefined, ask: (question) => ask({ forge, api, token }, question) };
  };
}

/** A POST asks here and changes nothing, so it may be sent again. */
function methodOf({
  body,
}: Question): { readonly method: 'GET' } | { readonly method: 'POST'; readonly body: string; readonly retry: true } {
  return body === undefined ? { method: 'GET' } : { method: 'POST', body: JSON.stringify(body), retry: true };
}
