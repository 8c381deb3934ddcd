import type { LookupFunction } from 'node:net';
import type { Instant } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';

/** One question to a server. It is sent again by itself only where that can do no harm (`retry`). */
export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  /** What is asked for, as messages name it: `the manifest 1.4 of ghcr.io/acme/shop`. */
  readonly what: string;
  /** Who named this address, as a refusal names them: `the image reference`, `the token realm of ghcr.io`. */
  readonly namedBy: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** A longer body of a 2xx answer is `TOO_LARGE`. Bodies of other answers are cut at `ERROR_BODY_BYTES_MAX`. */
  readonly bytesMax: number;
  /** Value of the Authorization header. It goes to the origin of `url` alone, and is in no message and no error. */
  readonly authorization?: string;
  /** Whether sending it twice is harmless. By default true for GET and HEAD, false for POST. */
  readonly retry?: boolean;
  /** Redirects followed, by default `REDIRECTS_MAX`; with 0 the redirect itself is the answer, as it always is for POST. */
  readonly redirectsMax?: number;
};

/** Whatever the server said at last: a status of 400 or above is an answer too. */
export type HttpResponse = {
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  /** Names in lower case; values of a header that came several times are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** From when on the server wants to be asked again (Retry-After). */
  readonly retryAt?: Instant;
};

export interface HttpClient {
  /**
   * Asks, follows redirects, and asks again where that may help.
   * @throws ToolError where no answer came: `UNREACHABLE`, `TIMED_OUT`, `REFUSED_ADDRESS`, `TOO_LARGE`, `MALFORMED`,
   * `INVALID_CONFIGURATION`, `INTERRUPTED`
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /**
   * The root of a host `name[:port]`: https, or http where the configuration says so, or says nothing and the host is loopback.
   * @throws ToolError `INVALID_REFERENCE` for what is no host
   */
  baseUrl(host: string): URL;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** What the user's configuration says of one host. A host that it names is one that the user named. */
export type HostSettings = {
  /** By default true for loopback hosts, and for no others. */
  readonly plainHttp?: boolean | undefined;
  /** Path of a PEM file of certificate authorities that are trusted beside the usual ones. */
  readonly caFile?: string | undefined;
};

export type HttpClientOptions = {
  readonly clock: Clock;
  /** Proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and extra certificate authorities (`SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS`). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By `host[:port]`. */
  readonly hosts?: ReadonlyMap<string, HostSettings>;
  /**
   * Whether the command line named that `host[:port]`. What neither it nor `hosts` names is a stranger's word, and is not contacted
   * at a loopback, link-local or private address (SPEC 8).
   */
  readonly namedByUser?: (host: string) => boolean;
  /** Aborts everything, with its reason where that is a ToolError, else with `INTERRUPTED`. */
  readonly signal?: AbortSignal;
  /** For one exchange, without what is waited between attempts. By default 30 s each. */
  readonly timeouts?: { readonly totalMs?: number; readonly idleMs?: number };
  readonly requestsPerHost?: number;
  /** Told of every exchange as it is sent: also of redirects, repetitions, and requests for tokens. */
  readonly onRequest?: (sent: { readonly method: string; readonly url: URL }) => void;
  readonly lookup?: LookupFunction;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
};

/** Without query and user information, which can hold secrets. */
export function describeUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
