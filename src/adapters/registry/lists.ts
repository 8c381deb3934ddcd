import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { MEDIA_TYPES } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { ImageIndex } from '../../core/model/oci.ts';
import { parseManifest } from '../../core/model/oci.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found, toInstant } from '../../core/model/outcome.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpResponse } from '../http/http.ts';
import { pagesOf } from './pages.ts';
import type { RepositoryClient } from './registry-client.ts';
import { apiUrl, mediaTypeOf } from './registry-client.ts';

const PAGE_BYTES_MAX = 4 * 1024 * 1024;
const REFERRERS_MAX = 10_000;
/** How registries without a referrers API answer: ghcr.io 404, others that they do not know such a method, path or request. */
const NO_REFERRERS_API: ReadonlySet<number> = new Set([400, 404, 405, 406, 415, 501]);

/**
 * The filter by artifactType is not used: some registries derive the type from elsewhere, and would hide what was asked for.
 * @throws ToolError
 */
export async function fetchReferrers(
  client: RepositoryClient,
  subject: Digest,
): Promise<Outcome<readonly Descriptor[], 'noReferrersApi'>> {
  const what = `the referrers of ${subject} in ${formatRepository(client.endpoint.repository)}`;
  const asOf = toInstant(client.clock.nowMs());
  const referrers: Descriptor[] = [];
  let isFirst = true;
  const question = { url: apiUrl(client.endpoint, `referrers/${subject}`), what, bytesMax: PAGE_BYTES_MAX };
  for await (const page of pagesOf(client, { ...question, accept: MEDIA_TYPES.ociIndex })) {
    if (isFirst && NO_REFERRERS_API.has(page.status)) return absent('noReferrersApi', asOf);
    if (page.status !== 200) throw errorOfStatus(page, what);
    const index = readIndex(page);
    if (index === undefined) {
      if (isFirst) return absent('noReferrersApi', asOf);
      throw new ToolError('MALFORMED', `a later page of ${what} is no list`, { expected: MEDIA_TYPES.ociIndex });
    }
    referrers.push(...index.manifests);
    if (referrers.length > REFERRERS_MAX) {
      throw new ToolError('TOO_LARGE', `${what} are too many`, { expected: `at most ${REFERRERS_MAX}` });
    }
    isFirst = false;
  }
  return found(referrers, asOf);
}

/** Undefined for what a registry without the API may answer to any address: pages for people, or other JSON. */
function readIndex(response: HttpResponse): ImageIndex | undefined {
  if (mediaTypeOf(response) !== MEDIA_TYPES.ociIndex) return undefined;
  try {
    const document = parseManifest(response.bytes, MEDIA_TYPES.ociIndex);
    return document.kind === 'index' ? document : undefined;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** @throws ToolError */
export async function listTags(
  client: RepositoryClient,
  tagsMax: number,
): Promise<Outcome<readonly string[], 'noSuchRepository'>> {
  const what = `the tags of ${formatRepository(client.endpoint.repository)}`;
  const asOf = toInstant(client.clock.nowMs());
  const tags: string[] = [];
  const question = { url: apiUrl(client.endpoint, 'tags/list'), what, bytesMax: PAGE_BYTES_MAX };
  for await (const page of pagesOf(client, { ...question, accept: 'application/json' })) {
    if (page.status === 404) return absent('noSuchRepository', asOf);
    if (page.status !== 200) throw errorOfStatus(page, what);
    tags.push(...readTags(page, what));
    if (tags.length >= tagsMax) break;
  }
  return found(tags.slice(0, tagsMax), asOf);
}

/** A repository whose tags were all deleted has `null`. */
function readTags(response: HttpResponse, what: string): readonly string[] {
  const raw = parseJson(response.bytes, what);
  const tags = isRecord(raw) ? (raw['tags'] ?? []) : undefined;
  if (Array.isArray(tags)) return tags.filter((tag) => typeof tag === 'string');
  throw new ToolError('MALFORMED', `${what} are no list`, { expected: 'a JSON object with tags' });
}
