import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isRecord, parseJson } from '../../src/core/json.ts';
import type { RecordedRequest, TestServer } from './http-server.ts';
import { sendError, sendJson, startServer } from './http-server.ts';
import type { RegistryAuth } from './registry-auth.ts';
import { createRegistryGate } from './registry-auth.ts';
import type { TestRepository } from './test-repository.ts';

/** May answer instead of the registry; says whether it did. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
export type RegistryServerOptions = {
  /** By name: `acme/shop`. Read at every request, so that a test can push while the server runs. */
  readonly repositories: ReadonlyMap<string, TestRepository>;
  /** Waited before every answer. */
  readonly delayMs?: number;
  /** By default true. */
  readonly referrersApi?: boolean;
  /** What a registry without the referrers API answers; by default 404. */
  readonly referrersStatus?: number;
  /** Referrers and tags on one page; by default all. */
  readonly pageSize?: number;
  readonly auth?: RegistryAuth;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly onRequest?: (request: RecordedRequest) => void;
  readonly lie?: Misbehaviour;
};
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/** A registry of distribution-spec 1.1 in this process, read-only, over real HTTP. */
export async function startRegistry(options: RegistryServerOptions): Promise<TestServer> {
  const requests: RecordedRequest[] = [];
  const gate = options.auth === undefined ? undefined : createRegistryGate(options.auth);
  return startServer({
    requests,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
    answer: async (request, response) => {
      if (options.delayMs !== undefined) await delay(options.delayMs);
      if (await options.lie?.(request, response)) return;
      if (gate?.(request, response) === true) return;
      answerApi(request, response, options);
    },
  });
}

function answerApi(request: IncomingMessage, response: ServerResponse, options: RegistryServerOptions): void {
  const url = new URL(request.url ?? '/', 'http://registry');
  if (url.pathname === '/v2/') return sendJson(response, 200, {});
  const [, name = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(url.pathname) ?? [];
  const repository = options.repositories.get(name);
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendError(response, 405, 'UNSUPPORTED');
  if (kind === 'referrers' && options.referrersApi === false) {
    return sendError(response, options.referrersStatus ?? 404, 'UNSUPPORTED');
  }
  if (repository === undefined) return sendError(response, 404, 'NAME_UNKNOWN');
  if (kind === 'manifests') return sendManifest(response, repository, decodeURIComponent(reference));
  if (kind === 'blobs') return sendBlob(response, repository, reference);
  if (kind === 'tags') return sendTags(response, repository, { url, name, pageSize: options.pageSize });
  return sendReferrers(response, repository, { url, name, pageSize: options.pageSize, subject: reference });
}

function sendManifest(response: ServerResponse, repository: TestRepository, reference: string): void {
  const digest = repository.tags.get(reference) ?? reference;
  const manifest = repository.manifests.get(digest);
  if (manifest === undefined) return sendError(response, 404, 'MANIFEST_UNKNOWN');
  sendBytes(response, manifest.bytes, { 'content-type': manifest.mediaType, 'docker-content-digest': digest });
}

function sendBlob(response: ServerResponse, repository: TestRepository, digest: string): void {
  const blob = repository.blobs.get(digest);
  if (blob === undefined) return sendError(response, 404, 'BLOB_UNKNOWN');
  sendBytes(response, blob, { 'content-type': 'application/octet-stream', 'docker-content-digest': digest });
}

type PageRequest = { readonly url: URL; readonly name: string; readonly pageSize: number | undefined };

function sendTags(response: ServerResponse, repository: TestRepository, page: PageRequest): void {
  const { items, headers } = pageOf([...repository.tags.keys()].toSorted(), page);
  sendJson(response, 200, { name: page.name, tags: items }, headers);
}

function sendReferrers(
  response: ServerResponse,
  repository: TestRepository,
  page: PageRequest & { readonly subject: string },
): void {
  const { items, headers } = pageOf(referrersOf(repository, page.subject), page);
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: items };
  sendJson(response, 200, index, { ...headers, 'content-type': OCI_INDEX });
}

function pageOf<Item>(all: readonly Item[], { url, pageSize = all.length }: PageRequest) {
  const start = Number(url.searchParams.get('start') ?? 0);
  const next = start + pageSize;
  const link = `<${url.pathname}?start=${next}>; rel="next"`;
  return { items: all.slice(start, next), headers: next < all.length ? { link } : {} };
}

/** Undefined for one that a test made to be unreadable. */
function readManifest(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest = parseJson(bytes, 'a manifest of the tests');
    return isRecord(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Descriptors as distribution-spec has them: artifactType falls back to the config's type, annotations come along. */
function referrersOf(repository: TestRepository, subject: string): readonly unknown[] {
  return [...repository.manifests].flatMap(([digest, { mediaType, bytes }]) => {
    const manifest = readManifest(bytes);
    if (manifest === undefined) return [];
    const { subject: about, artifactType, config, annotations } = manifest;
    if (!isRecord(about) || about['digest'] !== subject) return [];
    const type = artifactType ?? (isRecord(config) ? config['mediaType'] : undefined);
    return [{ mediaType, digest, size: bytes.length, artifactType: type, annotations }];
  });
}

function sendBytes(response: ServerResponse, bytes: Uint8Array, headers: Record<string, string>): void {
  response.writeHead(200, { ...headers, 'content-length': String(bytes.length) });
  response.end(bytes);
}
