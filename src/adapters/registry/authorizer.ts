import { ToolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpClient, HttpResponse } from '../http/http.ts';
import type { Challenge } from './challenge.ts';
import { parseChallenges } from './challenge.ts';
import type { CredentialSource } from './credential.ts';
import { basicAuthorization } from './credential.ts';
import type { Endpoint } from './endpoint.ts';
import type { Login } from './refusal.ts';
import { refusal } from './refusal.ts';
import type { Authorization } from './token.ts';
import { parseToken, requestToken } from './token.ts';

const NO_BYTES = new Uint8Array();

export type AuthorizerOptions = {
  readonly http: HttpClient;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
};

/** Answers registries' challenges. Tokens are held in memory until they expire, for each server and repository. */
export interface Authorizer {
  /** What to send at once: for a server that has not asked yet, nothing. */
  current(endpoint: Endpoint): Promise<string | undefined>;
  /**
   * What to send after `response`, a 401 to a request that had `refused` as its authorization. Undefined where there is nothing to say.
   * @throws ToolError where the token service does not help
   */
  answer(endpoint: Endpoint, response: HttpResponse, refused: string | undefined): Promise<string | undefined>;
  /** What there is to log in with, for messages. */
  loginFor(endpoint: Endpoint): Promise<Login>;
}

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { clock, credentials } = options;
  const challenges = new Map<string, Challenge>();
  const held = new Map<string, Promise<Authorization | undefined>>();
  const noticed = new Set<string>();

  async function loginFor(endpoint: Endpoint): Promise<Login> {
    try {
      const credential = await credentials.credentialFor(endpoint.repository);
      return credential === undefined ? {} : { credential };
    } catch (fault) {
      if (fault instanceof ToolError) return { fault };
      throw fault;
    }
  }

  async function acquire(endpoint: Endpoint, challenge: Challenge): Promise<Authorization | undefined> {
    const login = await loginFor(endpoint);
    if (challenge.scheme === 'basic') return basicOf(login);
    const answer = await requestToken(options.http, { endpoint, challenge, credential: login.credential });
    // An error body that gives back what it was sent must not bring it into a message.
    const response = login.credential === undefined || answer.status === 200 ? answer : { ...answer, bytes: NO_BYTES };
    const what = `a token for ${endpoint.repository.name}`;
    if (response.status === 401 || response.status === 403) throw refusal(response, what, { endpoint, login });
    if (response.status !== 200) throw errorOfStatus(response, what);
    if (login.fault !== undefined && !noticed.has(endpoint.host)) {
      noticed.add(endpoint.host);
      options.notice(`${login.fault.message}; ${endpoint.host} is asked without a login`);
    }
    return parseToken(response, clock.nowMs());
  }

  /** One request for a token serves everybody who needs it at once. */
  async function authorize(
    endpoint: Endpoint,
    challenge: Challenge,
    refused: string | undefined,
  ): Promise<string | undefined> {
    const key = `${endpoint.base.origin} ${endpoint.path}`;
    const known = held.get(key);
    if (known !== undefined) {
      const authorization = await known;
      if (authorization !== undefined && authorization.value !== refused && clock.nowMs() < authorization.expiresAtMs) {
        return authorization.value;
      }
      // While this one waited another may have asked already.
      if (held.get(key) !== known) return authorize(endpoint, challenge, refused);
    }
    const asked = acquire(endpoint, challenge);
    held.set(key, asked);
    // A failure is for those who waited, and not kept.
    asked.catch(() => held.delete(key));
    return (await asked)?.value;
  }

  return {
    current: async (endpoint) => {
      const challenge = challenges.get(endpoint.base.origin);
      return challenge === undefined ? undefined : authorize(endpoint, challenge, undefined);
    },
    answer: async (endpoint, response, refused) => {
      const challenge = chooseChallenge(parseChallenges(response.headers['www-authenticate'] ?? ''));
      if (challenge === undefined) return undefined;
      challenges.set(endpoint.base.origin, forAnyRepository(challenge));
      return authorize(endpoint, challenge, refused);
    },
    loginFor,
  };
}

/** A token tells less than a password does. */
function chooseChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic');
}

/** As the server will say it of another repository: without a scope that names this one. */
function forAnyRepository({ scheme, parameters }: Challenge): Challenge {
  const kept = [...parameters].filter(([name, value]) => !(name === 'scope' && value.startsWith('repository:')));
  return { scheme, parameters: new Map(kept) };
}

function basicOf({ credential }: Login): Authorization | undefined {
  if (credential?.kind !== 'password') return undefined;
  const value = basicAuthorization(credential.username, credential.password);
  return { value, expiresAtMs: Number.POSITIVE_INFINITY };
}
