import { parseManifest } from '../../src/core/model/oci.ts';
import type { TestRepository } from './test-repository.ts';

/**
 * Uploads the repository to a registry over plain HTTP (distribution-spec 1.1, "Push"): the blobs, then the manifests, each after those
 * that it lists, then the tags.
 * @param host `127.0.0.1:5000`
 */
export async function pushTo(host: string, name: string, repository: TestRepository): Promise<void> {
  const base = `http://${host}/v2/${name}`;
  for (const [digest, bytes] of repository.blobs) await pushBlob(base, digest, bytes);
  for (const digest of inOrder(repository)) await putManifest(base, digest, repository.manifests.get(digest)!);
  for (const [tag, digest] of repository.tags) await putManifest(base, tag, repository.manifests.get(digest)!);
}

async function pushBlob(base: string, digest: string, bytes: Uint8Array): Promise<void> {
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  expectStatus(begun, 202);
  const location = new URL(begun.headers.get('location') ?? '', base);
  location.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  expectStatus(await fetch(location, { method: 'PUT', headers, body: Uint8Array.from(bytes) }), 201);
}

async function putManifest(
  base: string,
  reference: string,
  manifest: { mediaType: string; bytes: Uint8Array },
): Promise<void> {
  const headers = { 'content-type': manifest.mediaType };
  const put = await fetch(`${base}/manifests/${reference}`, {
    method: 'PUT',
    headers,
    body: Uint8Array.from(manifest.bytes),
  });
  expectStatus(put, 201);
}

/** Indexes after what they list: a registry refuses an index whose members it does not have. */
function inOrder(repository: TestRepository): readonly string[] {
  const ordered = new Set<string>();
  const visit = (digest: string): void => {
    const manifest = repository.manifests.get(digest);
    if (manifest === undefined || ordered.has(digest)) return;
    const parsed = parseManifest(manifest.bytes, manifest.mediaType);
    if (parsed.kind === 'index') parsed.manifests.forEach((item) => visit(item.digest));
    ordered.add(digest);
  };
  for (const digest of repository.manifests.keys()) visit(digest);
  return [...ordered];
}

function expectStatus(response: Response, status: number): void {
  if (response.status !== status) throw new Error(`${response.url} answered ${response.status} and not ${status}`);
}
