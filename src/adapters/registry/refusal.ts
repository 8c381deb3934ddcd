import { ToolError } from '../../core/errors.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { HttpResponse } from '../http/http.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { Credential } from './credential.ts';
import type { Endpoint } from './endpoint.ts';

/** What there is to log in with: a credential, none, or none because it could not be read. */
export type Login = { readonly credential?: Credential; readonly fault?: ToolError };

/**
 * What 401 and 403 mean, of the registry or of its token service, after everything was tried: registries say so of what does not exist,
 * too, so as not to tell strangers what does.
 */
export function refusal(
  response: HttpResponse,
  what: string,
  { endpoint, login }: { readonly endpoint: Endpoint; readonly login: Login },
): ToolError {
  const { code, got = '' } = errorOfStatus(response, what);
  const { host } = endpoint;
  if (login.fault !== undefined) {
    const { fault } = login;
    return new ToolError(fault.code, `could not read ${what}: ${host} wants a login, and ${fault.message}`, {
      got,
      ...(fault.hint === undefined ? {} : { hint: fault.hint }),
      cause: fault,
    });
  }
  const repository = formatRepository(endpoint.repository);
  if (login.credential === undefined) {
    return new ToolError(
      code,
      `could not read ${what}: ${repository} does not exist, or may not be read without logging in`,
      { got, hint: `check the name, or log in: docker login ${host}, or podman login ${host}` },
    );
  }
  return new ToolError(
    code,
    `could not read ${what}: ${repository} does not exist, or your login for ${host} is not valid or may not read it`,
    { got, hint: `check the name, or log in anew: docker login ${host}, or podman login ${host}` },
  );
}
