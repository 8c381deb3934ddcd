import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { ForgeKind } from '../../core/model/forge.ts';
import type { HttpResponse } from '../http/http.ts';

/** One question that needs no token, and whether it was this product that answered it. */
export type ProductProbe = {
  readonly kind: ForgeKind;
  /** From the root of the host. */
  readonly path: string;
  readonly isAnswer: (answer: ProbeAnswer) => boolean;
};

/** An answer in JSON, of whatever status. */
export type ProbeAnswer = {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly body: Readonly<Record<string, unknown>>;
};

/** In the order in which they are asked: Forgejo answers as Gitea too. */
export const PRODUCT_PROBES: readonly ProductProbe[] = [
  {
    kind: 'gitlab',
    path: 'api/v4/version',
    // Version and revision are for those with a token; everybody else is refused in these words.
    isAnswer: ({ status, body }) =>
      (status === 200 && isText(body['version']) && isText(body['revision'])) ||
      (status === 401 && body['message'] === '401 Unauthorized'),
  },
  {
    kind: 'forgejo',
    path: 'api/forgejo/v1/version',
    isAnswer: ({ status, body }) => status === 200 && isText(body['version']),
  },
  {
    kind: 'gitea',
    path: 'api/v1/version',
    isAnswer: ({ status, body }) => status === 200 && isText(body['version']),
  },
  {
    kind: 'github',
    path: 'api/v3/meta',
    isAnswer: ({ status, headers, body }) =>
      (status === 200 && isText(body['installed_version'])) ||
      // A server in private mode.
      (status === 401 && headers['x-github-request-id'] !== undefined && isText(body['documentation_url'])),
  },
  {
    kind: 'bitbucketDataCenter',
    path: 'rest/api/1.0/application-properties',
    isAnswer: ({ status, body }) => status === 200 && body['displayName'] === 'Bitbucket' && isText(body['version']),
  },
];

/** By these a server says that it knows no such address, or no such question. */
const UNKNOWN_ADDRESS: ReadonlySet<number> = new Set([400, 404, 405, 406, 410, 501]);

/**
 * Whether the product answered; false where what answered is something else.
 * @throws ToolError where nothing was heard of the server behind that address: a page for people, a way to a login, a refusal
 */
export function readProbe({ status, headers, bytes, url }: HttpResponse, { isAnswer }: ProductProbe): boolean {
  const body = recordIn(headers, bytes);
  if (body !== undefined && isAnswer({ status, headers, body })) return true;
  if (UNKNOWN_ADDRESS.has(status) || (status === 200 && body !== undefined)) return false;
  throw new ToolError(codeOf(status), `could not learn which forge runs at ${url.host}`, {
    expected: 'an answer in JSON',
    got: `status ${status}, ${headers['content-type'] ?? 'of no type'}`,
    hint: `name ${url.host} with its kind among the forges in your provtrace.yaml`,
  });
}

function codeOf(status: number): ToolError['code'] {
  if (status === 401) return 'UNAUTHORISED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 500 ? 'SERVER_ERROR' : 'MALFORMED';
}

/** An empty record for JSON of another sort; undefined for what is no JSON. */
function recordIn(headers: HttpResponse['headers'], bytes: Uint8Array): ProbeAnswer['body'] | undefined {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    const body = parseJson(bytes, 'the answer');
    return isRecord(body) ? body : {};
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
