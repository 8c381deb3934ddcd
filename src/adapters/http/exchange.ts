import type { Dispatcher } from 'undici';
import { ToolError } from '../../core/errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

/** What is kept of the body of an answer other than 2xx: enough for the message in it. */
export const ERROR_BODY_BYTES_MAX = 64 * 1024;
const USER_AGENT = 'provtrace';

export type ExchangeOptions = {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** Longest silence, before the headers and within the body. */
  readonly idleMs: number;
};

/**
 * One request and its answer, with a bounded body.
 * @throws ToolError `TOO_LARGE`, `MALFORMED`; and what undici throws.
 */
export async function exchange(request: HttpRequest, options: ExchangeOptions): Promise<Omit<HttpResponse, 'retryAt'>> {
  const { url, method, body: payload = null, authorization } = request;
  const { statusCode, headers, body } = await options.dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: {
      'user-agent': USER_AGENT,
      // A compressed body would have two sizes, and a small one could hide a large one.
      'accept-encoding': 'identity',
      ...request.headers,
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: payload,
    signal: options.signal,
    headersTimeout: options.idleMs,
    bodyTimeout: options.idleMs,
  });
  const flat = flatten(headers);
  const wanted = statusCode >= 200 && statusCode < 300;
  const refusal = wanted && method !== 'HEAD' ? refusalOf(flat, request) : undefined;
  if (refusal !== undefined) {
    discard(body);
    throw refusal;
  }
  const { bytes, cut } = await readAtMost(body, wanted ? request.bytesMax : ERROR_BODY_BYTES_MAX);
  if (wanted && cut) throw tooLarge(request, 'more');
  return { url, status: statusCode, headers: flat, bytes: wanted ? bytes : redacted(bytes, authorization) };
}

function refusalOf(headers: HttpResponse['headers'], request: HttpRequest): ToolError | undefined {
  const length = Number(headers['content-length'] ?? 0);
  if (length > request.bytesMax) return tooLarge(request, `${length}`);
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return undefined;
  return new ToolError(
    'MALFORMED',
    `${request.url.host} answered ${request.what} in an encoding it was not asked for`,
    {
      expected: 'the bytes as they are',
      got: `content-encoding ${encoding.slice(0, 100)}`,
    },
  );
}

function tooLarge(request: HttpRequest, got: string): ToolError {
  return new ToolError('TOO_LARGE', `${request.what} from ${request.url.host} is too large`, {
    expected: `at most ${request.bytesMax} bytes`,
    got,
  });
}

async function readAtMost(
  body: Dispatcher.ResponseData['body'],
  bytesMax: number,
): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection: what is still to come is never read.
    if (size > bytesMax) return { bytes: Buffer.concat(chunks).subarray(0, bytesMax), cut: true };
  }
  return { bytes: Buffer.concat(chunks), cut: false };
}

/** Pages of errors that show what they were asked with would bring it into messages. */
function redacted(bytes: Uint8Array, authorization: string | undefined): Uint8Array {
  const secret = authorization?.replace(/^\S+ /, '') ?? '';
  if (secret === '') return bytes;
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(secret, '***'), 'latin1');
}

function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => {});
  body.destroy();
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
