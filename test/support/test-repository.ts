import { createHash } from 'node:crypto';
import type { Digest } from '../../src/core/model/digest.ts';
import { parseDigest } from '../../src/core/model/digest.ts';

/** What one image repository of the tests holds, whatever serves it. */
export type TestRepository = {
  /** By digest. */
  readonly blobs: Map<string, Uint8Array>;
  /** By digest; a manifest or an index. */
  readonly manifests: Map<string, { mediaType: string; bytes: Uint8Array }>;
  /** Tag to the digest of a manifest. */
  readonly tags: Map<string, string>;
};

/** A descriptor as JSON has it. */
export type RawDescriptor = {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: RawPlatform;
};
export type RawPlatform = { readonly os: string; readonly architecture: string; readonly variant?: string };

export function emptyRepository(): TestRepository {
  return { blobs: new Map(), manifests: new Map(), tags: new Map() };
}

export function digestOf(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)!;
}

export function jsonBytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

export function putBlob(repository: TestRepository, bytes: Uint8Array, mediaType: string): RawDescriptor {
  const digest = digestOf(bytes);
  repository.blobs.set(digest, bytes);
  return { mediaType, digest, size: bytes.length };
}

/** Puts a manifest or index into the repository, under a tag if one is given. */
export function putManifest(
  repository: TestRepository,
  document: { readonly mediaType: string } & Readonly<Record<string, unknown>>,
  tag?: string,
): RawDescriptor {
  const bytes = jsonBytes(document);
  const digest = digestOf(bytes);
  repository.manifests.set(digest, { mediaType: document.mediaType, bytes });
  if (tag !== undefined) repository.tags.set(tag, digest);
  return { mediaType: document.mediaType, digest, size: bytes.length };
}
