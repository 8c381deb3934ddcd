import { hash } from 'node:crypto';
import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpResponse } from '../http/http.ts';
import { describeUrl } from '../http/http.ts';
import type { AbsentStatus, AnswerMemory, GivenAnswer, RememberedQuestion } from './answer-memory.ts';
import { ABSENT_STATUSES, asFailure, outcomeOf, unchangedSinceNever } from './answer-memory.ts';
import type { JsonQuestion, Question } from './question.ts';

/** Of the largest answers, lists of a hundred with descriptions, most of which is left out as it is read. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const REDIRECTS_MAX = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

export type ForgeReaderOptions = {
  /** With a slash at its end. */
  readonly api: URL;
  readonly credential: string | undefined;
  readonly memory: AnswerMemory | undefined;
  readonly clock: Clock;
  /** Follows no redirect. @throws ToolError where no answer came */
  readonly send: (question: Question, headers: Readonly<Record<string, string>>) => Promise<HttpResponse>;
  /** The error that an answer with an unwanted status is. */
  readonly refuse: (response: HttpResponse, question: Question) => ToolError;
};

export type ForgeReader = <Value>(question: JsonQuestion<Value>) => Promise<Outcome<Value, AbsentStatus>>;

export function createForgeReader(options: ForgeReaderOptions): ForgeReader {
  const { api, credential, memory, clock } = options;
  return async (asked) => {
    const question = {
      url: new URL(asked.path, api),
      what: asked.what,
      bytesMax: asked.bytesMax ?? ANSWER_BYTES_MAX,
      ...(asked.body === undefined ? {} : { body: asked.body }),
      ...(asked.scope === undefined ? {} : { scope: asked.scope }),
    };
    const ask = async (etag: string | undefined) =>
      readAnswer(await follow(question, etag === undefined ? {} : { 'if-none-match': etag }, options), asked);
    const { lifeMs } = asked;
    if (memory === undefined) return unremembered(ask, asked.what, clock).catch(asFailure);
    return memory.answer({
      scope: `forge ${api.href}`,
      name: nameOf(question),
      credential,
      what: asked.what,
      schema: asked.schema,
      lifeMs: typeof lifeMs === 'number' ? () => lifeMs : lifeMs,
      ask,
    });
  };

  /** The answer, or what its status means. */
  function readAnswer<Value>(
    { response, question }: Followed,
    { schema, what }: JsonQuestion<Value>,
  ): GivenAnswer<Value> | undefined {
    if (response.status === 304) return undefined;
    const reason = ABSENT_STATUSES.find((status) => status === String(response.status));
    if (reason !== undefined) return { kind: 'absent', reason };
    if (response.status !== 200) throw options.refuse(response, question);
    const value = parseAnswer(response, { schema, what });
    const { etag } = response.headers;
    return { kind: 'found', value, ...(etag === undefined ? {} : { etag }) };
  }
}

type Followed = { readonly response: HttpResponse; readonly question: Question };

/** Repositories that were renamed answer with their new address. The token goes along, so it must be at the same API. */
async function follow(
  first: Question,
  headers: Readonly<Record<string, string>>,
  { send }: ForgeReaderOptions,
): Promise<Followed> {
  let question = first;
  for (let redirects = 0; ; redirects++) {
    const response = await send(question, headers);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.status) || location === undefined) return { response, question };
    const url = URL.parse(location, question.url.href);
    if (url === null || url.origin !== first.url.origin || redirects === REDIRECTS_MAX) {
      throw new ToolError('MALFORMED', `could not read ${first.what}: ${first.url.host} sends elsewhere for it`, {
        expected: `at most ${REDIRECTS_MAX} redirects within ${first.url.origin}`,
        got: url === null ? location.slice(0, 200) : describeUrl(url),
      });
    }
    question = { ...question, url };
  }
}

function parseAnswer<Value>(
  { bytes, url, headers }: HttpResponse,
  { schema, what }: Pick<JsonQuestion<Value>, 'schema' | 'what'>,
): Value {
  if (/^text\/html\b/i.test(headers['content-type'] ?? '')) {
    throw new ToolError('MALFORMED', `could not read ${what}: ${url.host} answers with a page for people`, {
      expected: 'JSON',
      got: headers['content-type'] ?? '',
      hint: 'a proxy may want a login; if the API is elsewhere, name it as apiUrl in your provtrace.yaml',
    });
  }
  const parsed = v.safeParse(schema, parseJson(bytes, what));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ToolError(
    'MALFORMED',
    `${what} is not as ${url.host} documents it: ${v.getDotPath(issue) ?? 'the answer'}`,
    {
      expected: issue.expected ?? issue.message,
      got: issue.received.slice(0, 200),
    },
  );
}

/** A question by POST is told from others by what it sends. */
function nameOf({ url, body }: Question): RememberedQuestion<unknown>['name'] {
  if (body === undefined) return url.href;
  return `${url.href} sha256:${hash('sha256', JSON.stringify(body))}`;
}

async function unremembered<Value>(
  ask: RememberedQuestion<Value>['ask'],
  what: string,
  clock: Clock,
): Promise<Outcome<Value, AbsentStatus>> {
  const given = await ask(undefined);
  if (given === undefined) throw unchangedSinceNever({ what });
  return outcomeOf(given, clock.nowMs());
}
