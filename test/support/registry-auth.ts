import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendJson } from './http-server.ts';

export type RegistryUser = {
  readonly username: string;
  readonly password: string;
  /** Accepted as OAuth2 refresh token. */
  readonly identityToken?: string;
};
export type RegistryAuth =
  | ({ readonly kind: 'basic' } & RegistryUser)
  | ({
      readonly kind: 'token';
      /** Whether everybody gets a token without logging in. */
      readonly anonymous: boolean;
      /** By default `/token` of this server. */
      readonly realm?: string;
      readonly expiresInS?: number;
      /** As `access_token` instead of `token`. */
      readonly asAccessToken?: boolean;
    } & Partial<RegistryUser>);

/** True where it answered the request itself. */
type Gate = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createRegistryGate(auth: RegistryAuth): Gate {
  return auth.kind === 'basic' ? createBasicGate(auth) : createTokenGate(auth);
}

function createBasicGate(auth: RegistryUser): Gate {
  return (request, response) => {
    if (request.headers.authorization === basic(auth)) return false;
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="registry"' });
    return true;
  };
}

/** Distribution's token specification: a token is good for the repository of its scope. */
function createTokenGate(auth: Extract<RegistryAuth, { kind: 'token' }>): Gate {
  const scopes = new Map<string, string>();

  return (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname === '/token') {
      void answerToken(request, response, url);
      return true;
    }
    const [, name = ''] = /^\/v2\/(.+)\/[^/]+\/[^/]+$/.exec(url.pathname) ?? [];
    const scope = `repository:${name}:pull`;
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (scopes.get(token) === scope) return false;
    const realm = auth.realm ?? `http://${request.headers.host}/token`;
    const challenge = `Bearer realm="${realm}",service="registry.test",scope="${scope}"`;
    sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
    return true;
  };

  async function answerToken(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const form = request.method === 'POST' ? new URLSearchParams(await readText(request)) : undefined;
    const parameters = form ?? url.searchParams;
    if (!isAllowed(request, form)) return sendError(response, 401, 'UNAUTHORIZED');
    if (parameters.get('service') !== 'registry.test') return sendError(response, 400, 'SERVICE');
    const token = randomUUID();
    scopes.set(token, parameters.get('scope') ?? '');
    const { expiresInS = 300, asAccessToken = false } = auth;
    sendJson(response, 200, { [asAccessToken ? 'access_token' : 'token']: token, expires_in: expiresInS });
  }

  function isAllowed(request: IncomingMessage, form: URLSearchParams | undefined): boolean {
    if (form !== undefined) {
      return form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === auth.identityToken;
    }
    const { username, password } = auth;
    const sent = request.headers.authorization;
    if (sent === undefined) return auth.anonymous;
    return username !== undefined && password !== undefined && sent === basic({ username, password });
  }
}

function basic({ username, password }: RegistryUser): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
