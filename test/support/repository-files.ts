import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { parseDigest, digestHex } from '../../src/core/model/digest.ts';
import { parseManifest } from '../../src/core/model/oci.ts';
import type { BuiltImage } from './image-builder.ts';
import { BUILT_AT } from './image-builder.ts';
import type { RawDescriptor, TestRepository } from './test-repository.ts';
import { digestOf, jsonBytes } from './test-repository.ts';

/** Files by the path that they have in a layout or archive. */
export type Files = Map<string, Uint8Array>;
export type Packing = 'plain' | 'gzip' | 'zstd';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

/** The repository as an OCI image layout. `entries` are those of index.json, where they are to be other than the tags say. */
export function layoutFiles(repository: TestRepository, entries = layoutEntries(repository)): Files {
  const files: Files = new Map([
    ['oci-layout', jsonBytes({ imageLayoutVersion: '1.0.0' })],
    ['index.json', jsonBytes({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: entries })],
  ]);
  for (const [digest, bytes] of repository.blobs) files.set(blobPath(digest), bytes);
  for (const [digest, { bytes }] of repository.manifests) files.set(blobPath(digest), bytes);
  return files;
}

/** A tagged manifest for each tag, and each manifest that no index of an image lists (referrers, for one) without a name. */
export function layoutEntries(repository: TestRepository): readonly RawDescriptor[] {
  const listed = new Set(
    [...repository.manifests].flatMap(([digest, manifest]) => {
      const parsed = parseManifest(manifest.bytes, manifest.mediaType);
      const isFallback = [...repository.tags].some(([tag, tagged]) => tagged === digest && tag.startsWith('sha256-'));
      return parsed.kind === 'index' && !isFallback ? parsed.manifests.map((item) => item.digest as string) : [];
    }),
  );
  const tagged = [...repository.tags].map(([tag, digest]) => ({
    ...entry(repository, digest),
    annotations: { 'org.opencontainers.image.ref.name': tag },
  }));
  const named = new Set(repository.tags.values());
  const nameless = [...repository.manifests.keys()].filter((digest) => !named.has(digest) && !listed.has(digest));
  return [...tagged, ...nameless.map((digest) => entry(repository, digest))];
}

/** What `docker save` wrote before it wrote layouts: configs, unpacked layers, and manifest.json with the names. */
export function dockerArchiveFiles(
  images: readonly { readonly image: BuiltImage; readonly names: readonly string[] | null }[],
): Files {
  const files: Files = new Map();
  const saved = images.map(({ image, names }) => {
    const config = `${digestHex(image.configDigest)}.json`;
    files.set(config, jsonBytes(image.config));
    const layers = image.layers.map((layer) => {
      const tar = gunzipSync(layer.bytes);
      const path = `${digestHex(digestOf(tar))}/layer.tar`;
      files.set(path, tar);
      return path;
    });
    return { Config: config, RepoTags: names, Layers: layers };
  });
  return files.set('manifest.json', jsonBytes(saved));
}

export async function writeFolder(folder: string, files: Files): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

export async function writeTar(file: string, files: Files, packing: Packing = 'plain'): Promise<void> {
  const mtime = new Date(BUILT_AT);
  const tar = await packTar(
    Array.from(files, ([name, body]) => ({ header: { name, size: body.length, mtime }, body })),
  );
  const packed = { plain: () => tar, gzip: () => gzipSync(tar), zstd: () => zstdCompressSync(tar) }[packing]();
  await writeFile(file, packed);
}

export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function entry(repository: TestRepository, digest: string): RawDescriptor {
  const { mediaType, bytes } = repository.manifests.get(digest)!;
  return { mediaType, digest: parseDigest(digest)!, size: bytes.length };
}
