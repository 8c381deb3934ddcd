import { ToolError } from '../../core/errors.ts';
import type { HttpResponse } from '../http/http.ts';
import { describeUrl } from '../http/http.ts';
import { parseNextLink } from '../http/link-header.ts';
import type { Question, RepositoryClient } from './registry-client.ts';

const PAGES_MAX = 100;

/**
 * The pages of a list, following `Link: <…>; rel="next"` (distribution-spec, "Listing Tags" and "Listing Referrers"). Whoever reads them
 * looks at the status.
 * @throws ToolError `MALFORMED` for pages in a circle or elsewhere, `TOO_LARGE` for too many
 */
export async function* pagesOf(client: RepositoryClient, first: Question): AsyncGenerator<HttpResponse, void, void> {
  const visited = new Set<string>();
  for (let url: URL | undefined = first.url; url !== undefined;) {
    if (visited.has(url.href)) throw new ToolError('MALFORMED', `the pages of ${first.what} go in a circle`);
    if (visited.size === PAGES_MAX) {
      throw new ToolError('TOO_LARGE', `${first.what} has too many pages`, { expected: `at most ${PAGES_MAX}` });
    }
    visited.add(url.href);
    const response: HttpResponse = await client.ask({ ...first, url });
    yield response;
    url = nextPage(client, response, first.what);
  }
}

/** The token goes along, so the next page must be where it is for. */
function nextPage({ endpoint }: RepositoryClient, response: HttpResponse, what: string): URL | undefined {
  const link = parseNextLink(response.headers['link'] ?? '');
  if (link === undefined) return undefined;
  const next = URL.parse(link, response.url.href);
  if (next !== null && next.origin === endpoint.base.origin) return next;
  throw new ToolError('MALFORMED', `the next page of ${what} is not at ${endpoint.host}`, {
    expected: endpoint.base.origin,
    got: next === null ? link.slice(0, 200) : describeUrl(next),
  });
}
