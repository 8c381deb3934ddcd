import { ToolError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

export const REDIRECTS_MAX = 5;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isRedirect({ status, headers }: HttpResponse): boolean {
  return REDIRECT_STATUSES.has(status) && headers['location'] !== undefined;
}

/**
 * The request that a redirect of a GET or HEAD asks for. The Authorization header stays behind where the origin changes, and is
 * not picked up again where a later redirect comes back.
 * @throws ToolError `REFUSED_ADDRESS` from https to http, `MALFORMED` where the target is no web address
 */
export function redirected(request: HttpRequest, response: HttpResponse): HttpRequest {
  const { url, authorization, ...rest } = request;
  const target = URL.parse(response.headers['location'] ?? '', url.href);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw new ToolError('MALFORMED', `${url.host} redirects ${request.what} to no web address`, {
      expected: 'an address of https',
      got: (response.headers['location'] ?? '').slice(0, 200),
    });
  }
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    throw new ToolError(
      'REFUSED_ADDRESS',
      `${url.host} redirects ${request.what} from https to http, at ${target.host}`,
      {
        expected: 'a redirect to https',
        got: target.origin,
      },
    );
  }
  const next = { ...rest, url: target, namedBy: `a redirect of ${url.host}` };
  return target.origin === url.origin && authorization !== undefined ? { ...next, authorization } : next;
}

export function tooManyRedirects(request: HttpRequest): ToolError {
  return new ToolError('MALFORMED', `${request.url.host} redirects ${request.what} once too often`, {
    expected: `at most ${REDIRECTS_MAX} redirects`,
  });
}
