import { ToolError } from '../../core/errors.ts';
import type { HttpResponse } from '../http/http.ts';
import { describeUrl } from '../http/http.ts';
import type { ForgeClient } from './forge-client.ts';
import type { Question } from './question.ts';
import { parseNextLink } from '../http/link-header.ts';

const PAGES_MAX = 20;

/**
 * The pages of a list, following `Link: <…>; rel="next"`; none where there is no such list.
 * @throws ToolError `MALFORMED` for pages in a circle or elsewhere, `TOO_LARGE` for too many; and what asking throws
 */
export async function* pagesOf(client: ForgeClient, first: Question): AsyncGenerator<HttpResponse, void, void> {
  const visited = new Set<string>();
  for (let url: URL | undefined = first.url; url !== undefined;) {
    if (visited.has(url.href)) throw new ToolError('MALFORMED', `the pages of ${first.what} go in a circle`);
    if (visited.size === PAGES_MAX)
      throw new ToolError('TOO_LARGE', `${first.what} have too many pages`, { expected: `at most ${PAGES_MAX}` });
    visited.add(url.href);
    const response: HttpResponse | undefined = await client.ask({ ...first, url });
    if (response === undefined) {
      if (visited.size === 1) return;
      throw new ToolError('MALFORMED', `a later page of ${first.what} is not there`);
    }
    yield response;
    url = nextPage(client, response, first.what);
  }
}

/** The token goes along, so the next page must be where it is for. */
function nextPage({ api }: ForgeClient, response: HttpResponse, what: string): URL | undefined {
  const link = parseNextLink(response.headers['link'] ?? '');
  if (link === undefined) return undefined;
  const next = URL.parse(link, response.url.href);
  if (next !== null && next.origin === api.origin) return next;
  throw new ToolError('MALFORMED', `the next page of ${what} is not at ${api.host}`, {
    expected: api.origin,
    got: next === null ? link.slice(0, 200) : describeUrl(next),
  });
}
