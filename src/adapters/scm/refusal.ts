import { ToolError } from '../../core/errors.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { Forge } from '../../ports/attestation-source.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpResponse } from '../http/http.ts';
import { isGithubCloud } from './api-address.ts';
import type { ForgeToken } from './forge-tokens.ts';
import type { RateLimit } from './rate-limit.ts';
import { readRateLimit } from './rate-limit.ts';

/** Who was asked, with what, for what. */
export type Asked = { readonly forge: Forge; readonly token: ForgeToken | undefined; readonly what: string };

/** What an answer other than the wanted one means, with what is left of the limit and what a token would change. */
export function refusal(response: HttpResponse, asked: Asked): ToolError {
  const { forge, token, what } = asked;
  const general = errorOfStatus(response, what);
  if (response.status !== 401 && response.status !== 403) return general;
  const got = [general.got, leftOf(readRateLimit(response))].filter((part) => part !== undefined).join('; ');
  if (token === undefined) {
    return new ToolError(general.code, `could not read ${what}: ${forge.host} wants a token`, {
      got,
      hint: `set ${variableOf(forge)}, or log in: ${loginTo(forge)}`,
    });
  }
  const refused = response.status === 401 ? 'does not accept' : 'does not let in';
  return new ToolError(
    general.code,
    `could not read ${what}: ${forge.host} ${refused} the token from ${token.source}`,
    { got, hint: adviceOn(response, forge) },
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
  const raise = forge.kind === 'github' ? 'raises the limit to 5,000 requests an hour' : 'raises the limit';
  return new ToolError('RATE_LIMITED', `could not read ${what}: ${forge.host} wants no more requests until ${until}`, {
    ...(left === undefined ? {} : { got: left }),
    hint:
      token === undefined
        ? `a token ${raise}: set ${variableOf(forge)}, or log in: ${loginTo(forge)}`
        : `try again after ${until}`,
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

function leftOf({ limit, remaining }: RateLimit): string | undefined {
  return limit === undefined || remaining === undefined ? undefined : `${remaining} of ${limit} requests left`;
}

function adviceOn(response: HttpResponse, forge: Forge): string {
  if (response.status === 401) return `renew it: ${loginTo(forge)}`;
  // GitHub: the organisation demands that a token is authorised for its single sign-on.
  if (response.headers['x-github-sso'] !== undefined)
    return "authorise it for the organisation's single sign-on, in your settings at GitHub";
  return forge.kind === 'github' ? 'it needs the permission attestations: read' : 'it needs the scope read_api';
}

function loginTo({ kind, host }: Forge): string {
  return kind === 'github' ? `gh auth login --hostname ${host}` : `glab auth login --hostname ${host}`;
}

/** As in forge-tokens.ts. */
function variableOf({ kind, host }: Forge): string {
  if (kind === 'gitlab') return 'GITLAB_TOKEN';
  return isGithubCloud(host) ? 'GH_TOKEN' : 'GH_ENTERPRISE_TOKEN';
}
