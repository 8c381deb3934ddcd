import { createHash } from 'node:crypto';
import { ToolError } from '../../core/errors.ts';
import { MEDIA_TYPES } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import { digestAlgorithm, digestHex, parseDigest } from '../../core/model/digest.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found, toInstant } from '../../core/model/outcome.ts';
import type { FetchedManifest, ManifestName } from '../../ports/registry.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpResponse } from '../http/http.ts';
import type { RepositoryClient } from './registry-client.ts';
import { apiUrl, mediaTypeOf } from './registry-client.ts';

/** What distribution-spec 1.1 asks registries to accept; ECR, Docker Hub and others refuse more. */
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
const MANIFEST_TYPES = [
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.dockerList,
  MEDIA_TYPES.dockerManifest,
].join(', ');
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

/** @throws ToolError */
export async function fetchManifest(
  client: RepositoryClient,
  name: Exclude<ManifestName, { kind: 'sole' }>,
): Promise<Outcome<FetchedManifest, 'noSuchManifest'>> {
  const written = name.kind === 'tag' ? name.tag : name.digest;
  const what = `the manifest ${written} of ${formatRepository(client.endpoint.repository)}`;
  const url = apiUrl(client.endpoint, `manifests/${encodeURIComponent(written)}`);
  const response = await client.ask({ url, what, bytesMax: MANIFEST_BYTES_MAX, accept: MANIFEST_TYPES });
  const asOf = toInstant(client.clock.nowMs());
  if (response.status === 404) return absent('noSuchManifest', asOf);
  if (response.status !== 200) throw errorOfStatus(response, what);
  checkIsManifest(response, what);
  const digest = checkedDigest(response, { name, what });
  const manifest = { mediaType: mediaTypeOf(response), digest, bytes: response.bytes };
  return name.kind === 'tag' ? found(manifest, asOf) : found(manifest);
}

/** @throws ToolError */
export async function fetchBlob(
  client: RepositoryClient,
  digest: Digest,
  bytesMax: number,
): Promise<Outcome<Uint8Array, 'noSuchBlob'>> {
  const what = `the blob ${digest} of ${formatRepository(client.endpoint.repository)}`;
  const response = await client.ask({ url: apiUrl(client.endpoint, `blobs/${digest}`), what, bytesMax });
  if (response.status === 404) return absent('noSuchBlob', toInstant(client.clock.nowMs()));
  if (response.status !== 200) throw errorOfStatus(response, what);
  checkDigest(response, digest, what);
  return found(response.bytes);
}

/** Proxies and login pages answer 200 and HTML: that is no manifest with a wrong digest, and says more if it is shown. */
function checkIsManifest(response: HttpResponse, what: string): void {
  const mediaType = mediaTypeOf(response);
  if (SCHEMA_1.test(mediaType)) {
    throw new ToolError('UNSUPPORTED', `${what} is of Docker schema 1`, {
      expected: 'an OCI or Docker schema 2 manifest',
      got: mediaType,
      hint: 'pull and push the image again with a current tool',
    });
  }
  const beginning = new TextDecoder().decode(response.bytes.subarray(0, 100)).replaceAll(/\s+/g, ' ').trim();
  if (beginning.startsWith('{')) return;
  throw new ToolError('MALFORMED', `${what} is no manifest: ${response.url.host} may be no registry`, {
    expected: 'a JSON object',
    got: `${mediaType || 'no content type'}: ${beginning || 'nothing'}`,
  });
}

/** The digest of what came, which is the one asked for and the one that the registry says, where either is said. */
function checkedDigest(
  response: HttpResponse,
  { name, what }: { readonly name: Exclude<ManifestName, { kind: 'sole' }>; readonly what: string },
): Digest {
  const said = parseDigest(response.headers['docker-content-digest'] ?? '');
  if (said !== undefined) checkDigest(response, said, what);
  if (name.kind === 'tag') return said ?? sha256Of(response.bytes);
  checkDigest(response, name.digest, what);
  return name.digest;
}

/** @throws ToolError `DIGEST_MISMATCH` */
function checkDigest({ bytes, url }: HttpResponse, expected: Digest, what: string): void {
  const algorithm = digestAlgorithm(expected);
  const hex = createHash(algorithm).update(bytes).digest('hex');
  if (hex === digestHex(expected)) return;
  throw new ToolError('DIGEST_MISMATCH', `${url.host} answered other bytes than ${what}`, {
    expected,
    got: `${algorithm}:${hex}`,
    hint: 'the registry, or something between, is broken or lies; ask its operators, or another mirror',
  });
}

function sha256Of(bytes: Uint8Array): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  if (digest === undefined) throw new Error('a SHA-256 is not a digest');
  return digest;
}
