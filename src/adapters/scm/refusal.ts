import { ToolError } from '../../core/errors.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { Forge } from '../../core/model/forge.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpResponse } from '../http/http.ts';
import { renewalAdvice, tokenAdvice, traitsOf } from './forge-kinds.ts';
import type { ForgeToken } from './forge-tokens.ts';
import type { RateLimit } from './rate-limit.ts';
import { readRateLimit } from './rate-limit.ts';

/** Who was asked, with what, for what. */
export type Asked = {
  readonly forge: Forge;
  readonly token: ForgeToken | undefined;
  readonly what: string;
  /** What the token must be allowed to for it, where that is not what commits and reviews need. */
  readonly scope?: string;
};

/** What an answer other than the wanted one means, with what is left of the limit and what a token would change. */
export function refusal(response: HttpResponse, asked: Asked): ToolError {
  const { forge, token, what } = asked;
  const general = errorOfStatus(response, what);
  if (response.status !== 401 && response.status !== 403) return general;
  const got = [general.got, leftOf(readRateLimit(response))].filter((part) => part !== undefined).join('; ');
  if (token === undefined) {
    return new ToolError(general.code, `could not read ${what}: ${forge.host} wants a token`, {
      got,
      hint: tokenAdvice(forge),
    });
  }
  const refused = response.status === 401 ? 'does not accept' : 'does not let in';
  return new ToolError(
    general.code,
    `could not read ${what}: ${forge.host} ${refused} the token from ${token.source}`,
    { got, hint: adviceOn(response, asked) },
  );
}

/** The forge wants no more requests until then. */
export function limited(
  asked: Asked,
  { limit, untilMs }: { readonly limit: RateLimit; readonly untilMs: number },
): ToolError {
  const { forge, token, what } = asked;
  const until = toInstant(untilMs);
  const left = leftOf(limit);
  return new ToolError('RATE_LIMITED', `could not read ${what}: ${forge.host} wants no more requests until ${until}`, {
    ...(left === undefined ? {} : { got: left }),
    hint: token === undefined ? `a token ${traitsOf(forge).raise}: ${tokenAdvice(forge)}` : `try again after ${until}`,
  });
}

/** The forge did not answer a moment ago, for the reason that `before` gives. */
export function silent({ forge, what }: Asked, before: ToolError): ToolError {
  return new ToolError(before.code, `could not read ${what}: ${forge.host} did not answer when it was asked before`, {
    got: before.message,
    ...(before.hint === undefined ? {} : { hint: before.hint }),
    cause: before,
  });
}

/** `58 of 60 requests left`. */
export function leftOf({ limit, remaining }: RateLimit): string | undefined {
  return limit === undefined || remaining === undefined ? undefined : `${remaining} of ${limit} requests left`;
}

function adviceOn(response: HttpResponse, { forge, scope }: Asked): string {
  if (response.status === 401) return renewalAdvice(forge);
  // GitHub: the organisation demands that a token is authorised for its single sign-on.
  if (response.headers['x-github-sso'] !== undefined)
    return "authorise it for the organisation's single sign-on, in your settings at GitHub";
  return `it needs ${scope ?? traitsOf(forge).scope}`;
}
