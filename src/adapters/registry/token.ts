import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http.ts';
import { describeUrl } from '../http/http.ts';
import type { Challenge } from './challenge.ts';
import type { Credential } from './credential.ts';
import { basicAuthorization } from './credential.ts';
import type { Endpoint } from './endpoint.ts';

const TOKEN_BYTES_MAX = 256 * 1024;
/** What the specification gives a token that does not say. */
const LIFE_DEFAULT_S = 60;
/** A token is renewed a little before its end: it must still hold when the request arrives. */
const LIFE_USED = 0.9;
const CLIENT_ID = 'provtrace';

export type Authorization = { readonly value: string; readonly expiresAtMs: number };
export type TokenRequest = {
  readonly endpoint: Endpoint;
  /** The registry's Bearer challenge. */
  readonly challenge: Challenge;
  readonly credential: Credential | undefined;
};

/**
 * Asks the registry's token service for leave to pull from one repository: distribution's token specification (GET, with the password
 * if there is one), or for an identity token its OAuth2 form (POST). What holds a secret is never sent along a redirect.
 * @throws ToolError of the HTTP client; `REFUSED_ADDRESS`, `MALFORMED`
 * @returns the service's answer, of whatever status
 */
export function requestToken(http: HttpClient, request: TokenRequest): Promise<HttpResponse> {
  const { endpoint, challenge, credential } = request;
  const realm = realmOf(challenge, endpoint);
  const asked = {
    what: `a token for ${formatRepository(endpoint.repository)}`,
    namedBy: `the token realm of ${endpoint.host}`,
    bytesMax: TOKEN_BYTES_MAX,
    headers: { accept: 'application/json' },
  };
  const scope = challenge.parameters.get('scope') ?? pullScope(endpoint);
  const parameters = { scope, ...serviceOf(challenge) };
  if (credential?.kind === 'identityToken') {
    return http.send(refreshRequest(realm, { ...asked, parameters, token: credential.token }));
  }
  for (const [name, value] of Object.entries(parameters)) realm.searchParams.set(name, value);
  const withoutSecret = { ...asked, method: 'GET', url: realm } as const;
  if (credential === undefined) return http.send(withoutSecret);
  const authorization = basicAuthorization(credential.username, credential.password);
  return http.send({ ...withoutSecret, authorization, redirectsMax: 0 });
}

/** The scope that reading needs, where a challenge names none (distribution, token scope documentation). */
function pullScope({ path }: Endpoint): string {
  return `repository:${path}:pull`;
}

function refreshRequest(
  url: URL,
  {
    parameters,
    token,
    ...asked
  }: Omit<HttpRequest, 'method' | 'url'> & { readonly parameters: object; readonly token: string },
): HttpRequest {
  const form = { grant_type: 'refresh_token', client_id: CLIENT_ID, ...parameters, refresh_token: token };
  return {
    ...asked,
    method: 'POST',
    url,
    headers: { ...asked.headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    // Asking for a token twice gives two tokens and does nothing else.
    retry: true,
  };
}

function serviceOf(challenge: Challenge): { readonly service?: string } {
  const service = challenge.parameters.get('service');
  return service === undefined ? {} : { service };
}

/** Where tokens are to be had. A registry reached by https cannot send a password, or even a question, to plain HTTP. */
function realmOf(challenge: Challenge, endpoint: Endpoint): URL {
  const written = challenge.parameters.get('realm') ?? '';
  const realm = URL.parse(written);
  if (realm === null || !/^https?:$/.test(realm.protocol)) {
    throw new ToolError('MALFORMED', `${endpoint.host} wants a token and names no address to ask for one`, {
      expected: 'a realm of https',
      got: written.slice(0, 200),
    });
  }
  if (realm.protocol === 'http:' && endpoint.base.protocol === 'https:') {
    throw new ToolError('REFUSED_ADDRESS', `${endpoint.host} names a token realm without https: ${realm.host}`, {
      expected: 'a realm of https',
      got: describeUrl(realm),
    });
  }
  return realm;
}

/**
 * The token in a service's answer of status 200. Its error quotes nothing of what came, which is a secret.
 * @throws ToolError `MALFORMED`
 */
export function parseToken(response: HttpResponse, nowMs: number): Authorization {
  const { token, expiresInS } = readToken(response.bytes);
  // What is no visible ASCII would not be one word in a header.
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) {
    return { value: `Bearer ${token}`, expiresAtMs: nowMs + expiresInS * 1000 * LIFE_USED };
  }
  throw new ToolError('MALFORMED', `the token service ${describeUrl(response.url)} gave no token`, {
    expected: 'a JSON object with token or access_token',
  });
}

function readToken(bytes: Uint8Array): { readonly token: string | undefined; readonly expiresInS: number } {
  let raw: unknown;
  try {
    raw = parseJson(bytes, 'the token');
  } catch {
    // Without its error, which quotes the beginning.
  }
  if (!isRecord(raw)) return { token: undefined, expiresInS: 0 };
  const token = [raw['token'], raw['access_token']].find((each) => typeof each === 'string' && each !== '');
  const life = raw['expires_in'];
  return {
    token: typeof token === 'string' ? token : undefined,
    expiresInS: typeof life === 'number' && life > 0 ? life : LIFE_DEFAULT_S,
  };
}
