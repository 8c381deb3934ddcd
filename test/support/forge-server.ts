import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { isRecord, parseJson } from '../../src/core/json.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import type { TestServer } from './http-server.ts';
import { sendJson, startServer } from './http-server.ts';

const { compress }: { readonly compress: (bytes: Uint8Array) => Uint8Array } = createRequire(import.meta.url)(
  'snappyjs',
);

/** A bundle that a forge keeps. */
export type KeptBundle = {
  /** `acme/shop`, `group/subgroup/project`. */
  readonly repository: string;
  readonly subjects: readonly Digest[];
  /** As JSON. */
  readonly bundle: unknown;
  /** GitHub: where its answer has the bundle; by default in both. */
  readonly carriedBy?: 'url' | 'inline' | 'both' | 'nothing';
  /** Seen with the token alone. */
  readonly isPrivate?: boolean;
  /** GitLab's; by default `success`. */
  readonly status?: 'success' | 'error';
};
/** May answer instead of the forge; says whether it did. */
type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;
type ForgeOptions = {
  readonly bundles: readonly KeptBundle[];
  /** The one that is accepted; none is needed for what is not private. */
  readonly token?: string;
  /** Entries on one page, where more are asked for. */
  readonly pageSize?: number;
  /** Requests that are answered before it refuses; `resetSeconds` since 1970. */
  readonly limit?: { readonly limit: number; readonly remaining: number; readonly resetSeconds: number };
  readonly lie?: Misbehaviour;
};
export type GithubOptions = ForgeOptions & {
  /** Accounts that are users; all others are organisations. */
  readonly users?: readonly string[];
  /** How it says that there are none: by default 404. */
  readonly none?: 404 | 422 | 'an empty list';
  readonly storageLie?: Misbehaviour;
};
export type GithubServer = TestServer & { readonly storage: TestServer };

/** What `repository_id` and `project_id` are of a repository. */
export function repositoryNumber(bundles: readonly KeptBundle[], repository: string): number {
  return 7000 + [...new Set(bundles.map((each) => each.repository))].indexOf(repository);
}

/** GitHub's attestations API, at `/` and as a server of one's own at `/api/v3/`, and beside it the storage that its `bundle_url` names. */
export async function startGithub(options: GithubOptions): Promise<GithubServer> {
  const storage = await startServer({
    answer: (request, response) => {
      if (options.storageLie?.(request, response) === true) return;
      const kept = options.bundles[Number(/^\/bundles\/(\d+)\.sn/.exec(request.url ?? '')?.[1])];
      if (kept === undefined) return void response.writeHead(404).end('<Error>BlobNotFound</Error>');
      response.writeHead(200, { 'content-type': 'application/x-snappy' });
      response.end(compress(jsonOf(kept)));
    },
  });
  const gate = createGate(options, 'x-ratelimit');
  const server = await startServer({
    answer: async (request, response) => {
      if (options.lie?.(request, response) === true) return;
      const audience = gate(request, response);
      if (audience === undefined) return;
      if (!['2022-11-28', '2026-03-10'].includes(String(request.headers['x-github-api-version'])))
        return sendJson(response, 400, { message: 'unsupported version' });
      await answerGithub({ options, request, response, audience, storage: `http://${storage.host}` });
    },
  });
  return {
    ...server,
    storage,
    close: async () => {
      await Promise.all([server.close(), storage.close()]);
    },
  };
}

type Audience = 'anybody' | 'owner';
type GithubQuestion = {
  readonly options: GithubOptions;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly audience: Audience;
  readonly storage: string;
};

async function answerGithub(question: GithubQuestion): Promise<void> {
  const { options, request, response, audience } = question;
  const url = new URL(request.url ?? '', `http://${request.headers.host}`);
  const [, scope = '', name = '', rest = ''] =
    /^(?:\/api\/v3)?\/(repos|orgs|users)\/(.+?)\/attestations\/([^/]+)$/.exec(url.pathname) ?? [];
  const isUser = options.users?.includes(name) === true;
  const visible = options.bundles.filter(({ repository, isPrivate }) => {
    const isOwn = scope === 'repos' ? repository === name : repository.startsWith(`${name}/`);
    return isOwn && (isPrivate !== true || audience === 'owner');
  });
  const isThere = scope === 'repos' || (scope === 'users') === isUser;
  if (!isThere) return sendJson(response, 404, { message: 'Not Found' });
  if (request.method === 'POST') return answerBulk(question, { url, visible });
  const entries = visible
    .filter(({ subjects }) => subjects.some((subject) => subject === rest))
    .map((kept) => entryOf(kept, question));
  if (entries.length === 0 && options.none !== 'an empty list')
    return sendJson(response, options.none ?? 404, { message: 'Not Found' });
  const { items, headers } = pageOf(entries, url, options.pageSize);
  sendJson(response, 200, { attestations: items }, headers);
}

async function answerBulk(
  question: GithubQuestion,
  { url, visible }: { readonly url: URL; readonly visible: readonly KeptBundle[] },
): Promise<void> {
  const body = parseJson(Buffer.concat(await question.request.toArray()), 'the question');
  const digests = isRecord(body) && Array.isArray(body['subject_digests']) ? body['subject_digests'].map(String) : [];
  const pairs = digests.flatMap((digest) =>
    visible.filter(({ subjects }) => subjects.some((subject) => subject === digest)).map((kept) => ({ digest, kept })),
  );
  const { items, headers } = pageOf(pairs, url, question.options.pageSize);
  const listed = digests.map((digest) => {
    const own = items.filter((pair) => pair.digest === digest).map(({ kept }) => entryOf(kept, question));
    return [digest, own.length === 0 ? null : own];
  });
  sendJson(
    question.response,
    200,
    { attestations_subject_digests: Object.fromEntries(listed), page_info: { has_next: 'link' in headers } },
    headers,
  );
}

function entryOf(kept: KeptBundle, { options, storage }: GithubQuestion): object {
  const { carriedBy = 'both', bundle, repository } = kept;
  return {
    bundle: carriedBy === 'inline' || carriedBy === 'both' ? bundle : null,
    ...(carriedBy === 'url' || carriedBy === 'both'
      ? { bundle_url: `${storage}/bundles/${options.bundles.indexOf(kept)}.sn?sig=signed-for-storage` }
      : {}),
    repository_id: repositoryNumber(options.bundles, repository),
    initiator: 'user',
  };
}

/** GitLab's attestations API, at `/api/v4/`. */
export async function startGitlab(options: ForgeOptions): Promise<TestServer> {
  const gate = createGate(options, 'ratelimit');
  return startServer({
    answer: (request, response) => {
      if (options.lie?.(request, response) === true) return;
      const audience = gate(request, response);
      if (audience === undefined) return;
      const url = new URL(request.url ?? '', `http://${request.headers.host}`);
      const [, id = '', rest = ''] = /^\/api\/v4\/projects\/([^/]+)\/attestations\/(.+)$/.exec(url.pathname) ?? [];
      const project = decodeURIComponent(id);
      const visible = options.bundles.filter(
        ({ repository, isPrivate }) => repository === project && (isPrivate !== true || audience === 'owner'),
      );
      const number = /^(\d+)\/download$/.exec(rest)?.[1];
      const download = number === undefined ? undefined : visible[Number(number) - 1];
      if (download !== undefined) return sendJson(response, 200, download.bundle);
      if (visible.length === 0 || number !== undefined)
        return sendJson(response, 404, { message: '404 Project Not Found' });
      const { items, headers } = pageOf(
        listOf(options, { visible, hex: rest, base: url.origin }),
        url,
        options.pageSize,
      );
      sendJson(response, 200, items, headers);
    },
  });
}

function listOf(
  options: ForgeOptions,
  { visible, hex, base }: { readonly visible: readonly KeptBundle[]; readonly hex: string; readonly base: string },
): readonly object[] {
  return visible.flatMap(({ subjects, repository, status = 'success' }, index) => {
    if (!subjects.some((subject) => subject === `sha256:${hex}`)) return [];
    const id = repositoryNumber(options.bundles, repository);
    return [
      {
        id: 100 + index,
        iid: index + 1,
        project_id: id,
        status,
        predicate_kind: 'provenance',
        predicate_type: 'https://slsa.dev/provenance/v1',
        subject_digest: hex,
        download_url: `${base}/api/v4/projects/${id}/attestations/${index + 1}/download`,
      },
    ];
  });
}

/** Who asks, after the token and the limit were looked at; undefined where that was the answer. */
function createGate(
  { token, limit }: ForgeOptions,
  prefix: 'x-ratelimit' | 'ratelimit',
): (request: IncomingMessage, response: ServerResponse) => Audience | undefined {
  let remaining = limit?.remaining ?? Number.POSITIVE_INFINITY;
  return ({ headers: { authorization } }, response) => {
    const isOver = remaining <= 0;
    remaining = Math.max(remaining - 1, 0);
    if (limit !== undefined) {
      response.setHeader(`${prefix}-limit`, limit.limit);
      response.setHeader(`${prefix}-remaining`, remaining);
      response.setHeader(`${prefix}-reset`, limit.resetSeconds);
    }
    if (isOver) sendJson(response, prefix === 'ratelimit' ? 429 : 403, { message: 'API rate limit exceeded' });
    else if (authorization === undefined) return 'anybody';
    else if (authorization === `Bearer ${token}`) return 'owner';
    else sendJson(response, 401, { message: 'Bad credentials' });
    return undefined;
  };
}

/** As both forges have it: whole addresses, which keep the question. */
function pageOf<Item>(
  all: readonly Item[],
  url: URL,
  pageSize = Number.POSITIVE_INFINITY,
): { items: readonly Item[]; headers: { link?: string } } {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 20), pageSize);
  const start = Number(url.searchParams.get('after') ?? 0);
  const next = new URL(url);
  next.searchParams.set('after', String(start + size));
  return {
    items: all.slice(start, start + size),
    headers: start + size < all.length ? { link: `<${next.href}>; rel="next"` } : {},
  };
}

function jsonOf({ bundle }: KeptBundle): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(bundle));
}
