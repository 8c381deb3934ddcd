import { ToolError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { AddressRefusal, refusedAddress } from './address-policy.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { describeUrl } from './http.ts';

/** Why no answer came, and whether asking again may help. */
export type Failure = { readonly error: ToolError; readonly passing: boolean };
type Reason = { readonly code: ErrorCode; readonly text: string; readonly hint?: string; readonly passing: boolean };

const ERROR_EXCERPT_LENGTH_MAX = 200;
const TIMED_OUT: Reason = {
  code: 'TIMED_OUT',
  text: 'it did not answer in time',
  hint: 'try again later; --offline shows what is known already',
  passing: false,
};
const NOT_HTTP: Reason = { code: 'MALFORMED', text: 'it does not answer in HTTP', passing: false };
const UNTRUSTED: Reason = {
  code: 'UNREACHABLE',
  text: 'its certificate is not trusted',
  hint: 'name the file of its certificate authority in SSL_CERT_FILE, or as caFile in your provtrace.yaml',
  passing: false,
};
const OFFLINE_HINT = 'check the network and the proxy settings; --offline shows what is known already';

// By the `code` of Node's and undici's errors.
const REASONS: Readonly<Record<string, Reason>> = {
  UND_ERR_CONNECT_TIMEOUT: TIMED_OUT,
  UND_ERR_HEADERS_TIMEOUT: TIMED_OUT,
  UND_ERR_BODY_TIMEOUT: TIMED_OUT,
  ETIMEDOUT: TIMED_OUT,
  UND_ERR_HEADERS_OVERFLOW: NOT_HTTP,
  ENOTFOUND: { code: 'UNREACHABLE', text: 'there is no such host', hint: 'check the name', passing: false },
  EAI_AGAIN: { code: 'UNREACHABLE', text: 'its name cannot be resolved now', hint: OFFLINE_HINT, passing: true },
  ECONNREFUSED: { code: 'UNREACHABLE', text: 'it refuses connections', hint: OFFLINE_HINT, passing: true },
  ERR_TLS_CERT_ALTNAME_INVALID: { ...UNTRUSTED, text: 'its certificate is for another host' },
  CERT_HAS_EXPIRED: { ...UNTRUSTED, text: 'its certificate has expired' },
};
const BROKEN: Reason = { code: 'UNREACHABLE', text: 'the connection broke', hint: OFFLINE_HINT, passing: true };

/** What was thrown on the way, as an error that names what was asked, where, and why it failed. Holds no header and no query. */
export function failureOf(cause: unknown, request: HttpRequest): Failure {
  if (cause instanceof ToolError) return { error: cause, passing: false };
  if (cause instanceof AddressRefusal) {
    return { error: refusedAddress(request.url.host, request.namedBy, cause), passing: false };
  }
  const reason = reasonOf(cause);
  const error = new ToolError(reason.code, `could not read ${request.what} from ${request.url.host}: ${reason.text}`, {
    got: describeCause(cause),
    ...(reason.hint === undefined ? {} : { hint: reason.hint }),
    cause,
  });
  return { error, passing: reason.passing };
}

function reasonOf(cause: unknown): Reason {
  if (cause instanceof Error && cause.name === 'TimeoutError') return TIMED_OUT;
  const code = codeOf(cause);
  const listed = REASONS[code];
  if (listed !== undefined) return listed;
  if (code.startsWith('HPE_')) return NOT_HTTP;
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return {
      code: 'UNREACHABLE',
      text: 'it does not speak TLS',
      hint: 'if it serves plain HTTP and you trust the network, set plainHttp for it in your provtrace.yaml',
      passing: false,
    };
  }
  return /CERT|SIGNATURE|_ISSUER/.test(code) ? UNTRUSTED : BROKEN;
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && !('code' in cause)) return codeOf(cause.errors[0]);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function describeCause(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return [codeOf(cause), message].filter((part) => part !== '').join(': ');
}

/** Why `signal` was aborted: a reason of its own, or the user. */
export function interrupted(request: HttpRequest, signal: AbortSignal): ToolError {
  if (signal.reason instanceof ToolError) return signal.reason;
  return new ToolError('INTERRUPTED', `interrupted while reading ${request.what} from ${request.url.host}`);
}

/**
 * The error that an answer other than the wanted one is. 401 and 403 may mean more to who asked; this is what they mean to
 * everybody.
 */
export function errorOfStatus(response: HttpResponse, what: string): ToolError {
  const { status, url, retryAt } = response;
  const got = [`status ${status} from ${describeUrl(url)}`, excerpt(response.bytes)].filter((part) => part !== '');
  const detail = { got: got.join(': ') };
  const from = `${what} from ${url.host}`;
  if (status === 401) return new ToolError('UNAUTHORISED', `not allowed to read ${from} without logging in`, detail);
  if (status === 403) return new ToolError('FORBIDDEN', `not allowed to read ${from}`, detail);
  if (status === 408) return new ToolError('TIMED_OUT', `could not read ${from}: it gave up waiting`, detail);
  if (status === 429 || (status === 503 && retryAt !== undefined)) {
    return new ToolError('RATE_LIMITED', `could not read ${from}: it asks for fewer requests`, {
      ...detail,
      hint: retryAt === undefined ? 'try again later, or log in for a higher limit' : `try again after ${retryAt}`,
    });
  }
  if (status >= 500) {
    return new ToolError('SERVER_ERROR', `could not read ${from}: the server failed`, {
      ...detail,
      hint: 'try again later',
    });
  }
  return new ToolError('MALFORMED', `unexpected answer to ${from}`, { expected: 'status 200', ...detail });
}

/** The beginning of an error body, on one line. */
function excerpt(bytes: Uint8Array): string {
  const text = new TextDecoder()
    .decode(bytes.subarray(0, 4 * ERROR_EXCERPT_LENGTH_MAX))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > ERROR_EXCERPT_LENGTH_MAX ? `${text.slice(0, ERROR_EXCERPT_LENGTH_MAX)}…` : text;
}
