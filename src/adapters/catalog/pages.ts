import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found, toInstant } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpClient, HttpResponse } from '../http/http.ts';
import { describeUrl } from '../http/http.ts';
import { parseNextLink } from '../http/link-header.ts';
import { isFresh, pageMemory, type KeptPage, type Page, type PageQuestion } from './page-memory.ts';

export type PagesOptions = {
  readonly http: HttpClient;
  readonly store: Store;
  readonly clock: Clock;
  /** `refresh` asks anew; `offline` asks nothing, and what was learned has no age limit. */
  readonly mode: 'normal' | 'refresh' | 'offline';
};

export type PageOutcome = Outcome<Page, 'noCatalog'>;

/** Fetches pages of catalogs, each as one credential was shown it. Never throws. */
export type FetchPage = (question: PageQuestion) => Promise<PageOutcome>;

/** From the store while it is fresh; then asked whether it has changed since. */
export function rememberingPages(options: PagesOptions): FetchPage {
  const { store, clock, mode } = options;
  return async (question) => {
    const memory = pageMemory(store, question);
    const fact = memory.fact();
    const known = fact?.value === undefined ? undefined : memory.recall(fact.value);
    if (fact !== undefined && (mode === 'offline' || (mode === 'normal' && isFresh(fact, clock.nowMs())))) {
      const asOf = toInstant(fact.learnedAtMs);
      if (fact.value === undefined) return absent('noCatalog', asOf);
      if (known !== undefined) return found(known.page, asOf);
    }
    if (mode === 'offline') return failed(notKept(question));
    try {
      const answer = await ask(options, question, known);
      const asOf = toInstant(clock.nowMs());
      memory.keep(answer, clock.nowMs());
      return answer === undefined ? absent('noCatalog', asOf) : found(answer.page, asOf);
    } catch (error) {
      if (error instanceof ToolError) return failed(error);
      throw error;
    }
  };
}

/** Undefined where there is no such page. */
async function ask(
  { http }: PagesOptions,
  question: PageQuestion,
  known: KeptPage | undefined,
): Promise<KeptPage | undefined> {
  const { url, token, bytesMax } = question;
  const response = await http.send({
    method: 'GET',
    // A loopback host speaks plain HTTP, and any other as the configuration has it.
    url: new URL(`${url.pathname}${url.search}`, http.baseUrl(url.host)),
    what: 'a catalog',
    namedBy: 'the configuration',
    headers: withoutUndefined({
      accept: 'application/json, application/yaml, text/csv, */*;q=0.5',
      'if-none-match': known?.etag,
      'if-modified-since': known?.modified,
    }),
    bytesMax,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  });
  if (response.status === 304 && known !== undefined) return known;
  if (response.status === 404 || response.status === 410) return undefined;
  if (response.status !== 200) throw refusal(response, token);
  // A page to log in at is no catalog, whatever its status.
  if (/^text\/html\b/i.test(response.headers['content-type'] ?? '')) throw webPage(response);
  return keptOf(response, url);
}

function refusal(response: HttpResponse, token: string | undefined): ToolError {
  const general = errorOfStatus(response, 'a catalog');
  if (response.status !== 401 && response.status !== 403) return general;
  const hint =
    token === undefined
      ? 'name the environment variable with a token as tokenVariable of this catalog'
      : 'it does not accept the token of tokenVariable';
  return new ToolError(general.code, general.message, withoutUndefined({ got: general.got, hint }));
}

function webPage({ url }: HttpResponse): ToolError {
  return new ToolError('MALFORMED', `the answer of ${describeUrl(url)} is a web page`, {
    expected: 'a catalog',
    hint: 'check the address; it may want a token, which tokenVariable names',
  });
}

function keptOf({ bytes, headers }: HttpResponse, asked: URL): KeptPage {
  const { etag, 'last-modified': modified } = headers;
  const target = parseNextLink(headers['link'] ?? '');
  const next = target === undefined ? null : URL.parse(target, asked.href);
  // The token goes along, so another origin is not followed.
  const isSame = next !== null && next.host === asked.host;
  const page = isSame ? { bytes, next: new URL(`${next.pathname}${next.search}`, asked.origin) } : { bytes };
  return withoutUndefined({ page, etag, modified });
}

function notKept({ url }: PageQuestion): ToolError {
  return new ToolError('OFFLINE', `not in the store: the catalog ${url.origin}${url.pathname}`, {
    expected: 'an answer kept by an earlier run',
    got: 'nothing kept',
    hint: 'run once without --offline, with the same token',
  });
}
