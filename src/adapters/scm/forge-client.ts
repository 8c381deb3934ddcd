import { ToolError } from '../../core/errors.ts';
import type { Forge } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http.ts';
import type { AbsentStatus, AnswerMemory } from './answer-memory.ts';
import { apiAddress } from './api-address.ts';
import { traitsOf } from './forge-kinds.ts';
import { createForgeReader } from './forge-reader.ts';
import type { ForgeToken, ForgeTokens } from './forge-tokens.ts';
import { isJobToken } from './forge-tokens.ts';
import type { JsonQuestion, Question } from './question.ts';
import { pauseUntilMs, readRateLimit } from './rate-limit.ts';
import { createLimitNotice } from './rate-limit-notice.ts';
import type { Asked } from './refusal.ts';
import { limited, refusal, silent } from './refusal.ts';

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
  /**
   * The answer from memory while it stands, else asked for, checked and kept; `asOf` says when it was learned. Absent with the status that says so.
   * Does not throw ToolErrors.
   */
  read<Value>(question: JsonQuestion<Value>): Promise<Outcome<Value, AbsentStatus>>;
};

export type ForgeClientOptions = {
  readonly http: HttpClient;
  readonly tokens: ForgeTokens;
  readonly clock: Clock;
  /** Of what `read` answered; none where everything is asked anew. */
  readonly memory?: AnswerMemory;
  /** Told once for each forge when few requests are left. */
  readonly notice?: (text: string) => void;
};

/** How a forge says that there is none: 422 is GitHub's for a digest that it has never heard of. */
const ABSENT: ReadonlySet<number> = new Set([404, 422]);

const JOB_TOKEN_HEADER = 'job-token';

/** One that does not answer is left alone for as long: every image would wait for it anew. */
const SILENCE_MS = 60_000;

/** A forge that is not to be asked until then, and what is told in place of its answer. */
type Pause = { readonly untilMs: number; readonly errorFor: (asked: Asked) => ToolError };
/** @throws ToolError where no answer came, or the forge wants no more requests */
type Exchange = (asked: Asked, request: HttpRequest) => Promise<HttpResponse>;

export function createForgeClients(options: ForgeClientOptions): (forge: Forge) => Promise<ForgeClient> {
  const { http, tokens, memory, clock } = options;
  const exchange = withoutRefusedJobToken(createExchange(options));
  return async (forge) => {
    const api = apiAddress(forge, (host) => http.baseUrl(host));
    const token = await tokens.tokenFor(forge.host);
    const askedFor = ({ what, scope }: Question): Asked => ({
      forge,
      token,
      what,
      ...(scope === undefined ? {} : { scope }),
    });
    return {
      forge,
      api,
      http,
      hasToken: token !== undefined,
      ask: async (question) => {
        const asked = askedFor(question);
        const response = await exchange(asked, requestOf(question, asked));
        if (response.status === 200) return response;
        if (ABSENT.has(response.status)) return undefined;
        throw refusal(response, asked);
      },
      read: createForgeReader({
        api,
        credential: token === undefined ? undefined : `${token.username ?? ''}:${token.token}`,
        memory,
        clock,
        send: (question, headers) => {
          const request = requestOf(question, askedFor(question));
          const own = { ...request.headers, ...headers };
          return exchange(askedFor(question), { ...request, headers: own, redirectsMax: 0 });
        },
        refuse: (response, question) => refusal(response, askedFor(question)),
      }),
    };
  };
}

/**
 * Forges that want no more requests are not asked again before their time (whoever goes on asking is locked out for longer), nor for a while those that
 * did not answer.
 */
function createExchange({ http, clock, notice }: ForgeClientOptions): Exchange {
  const pauses = new Map<string, Pause>();
  const tellLimit = createLimitNotice(notice);
  return async (asked, request) => {
    const { origin } = request.url;
    const known = pauses.get(origin);
    if (known !== undefined && clock.nowMs() < known.untilMs) throw known.errorFor(asked);
    const response = await http.send(request).catch((error: unknown) => {
      if (error instanceof ToolError && (error.code === 'UNREACHABLE' || error.code === 'TIMED_OUT'))
        pauses.set(origin, { untilMs: clock.nowMs() + SILENCE_MS, errorFor: (other) => silent(other, error) });
      throw error;
    });
    const limit = readRateLimit(response);
    const untilMs = pauseUntilMs(response, clock.nowMs());
    if (untilMs === undefined) {
      tellLimit(asked, limit);
      return response;
    }
    pauses.set(origin, { untilMs, errorFor: (other) => limited(other, { limit, untilMs }) });
    throw limited(asked, { limit, untilMs });
  };
}

/** Few parts of GitLab's API take the token of a job, and they refuse even what anybody may see. */
function withoutRefusedJobToken(exchange: Exchange): Exchange {
  return async (asked, request) => {
    const response = await exchange(asked, request);
    if (!isJobToken(asked.token) || ![401, 403, 404].includes(response.status)) return response;
    const { [JOB_TOKEN_HEADER]: _, ...headers } = request.headers ?? {};
    return exchange({ ...asked, token: undefined }, { ...request, headers });
  };
}

function requestOf({ url, what, bytesMax, body }: Question, { forge, token }: Asked): HttpRequest {
  const request = {
    method: 'GET' as const,
    url,
    what,
    namedBy: forge.apiUrl === undefined ? 'the list of forges' : 'the configuration',
    headers: traitsOf(forge).headers,
    bytesMax,
    ...authenticationOf(token, forge),
  };
  if (body === undefined) return request;
  const headers = { ...request.headers, 'content-type': 'application/json' };
  // This POST asks and changes nothing, so it may be sent again.
  return { ...request, method: 'POST', headers, body: JSON.stringify(body), retry: true };
}

type Authentication = Pick<HttpRequest, 'headers' | 'authorization' | 'redirectsMax'>;

function authenticationOf(token: ForgeToken | undefined, forge: Forge): Authentication {
  if (token === undefined) return {};
  // A redirect would take a header of its own along to wherever it leads.
  if (isJobToken(token))
    return { headers: { ...traitsOf(forge).headers, [JOB_TOKEN_HEADER]: token.token }, redirectsMax: 0 };
  if (token.username === undefined) return { authorization: `${traitsOf(forge).scheme} ${token.token}` };
  return { authorization: `Basic ${Buffer.from(`${token.username}:${token.token}`).toString('base64')}` };
}
