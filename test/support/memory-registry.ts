import { ToolError } from '../../src/core/errors.ts';
import { withoutUndefined } from '../../src/core/defined.ts';
import type { Descriptor } from '../../src/core/model/descriptor.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import { parseDigest } from '../../src/core/model/digest.ts';
import { parseManifest } from '../../src/core/model/oci.ts';
import type { Instant, Outcome } from '../../src/core/model/outcome.ts';
import { absent, failed, found } from '../../src/core/model/outcome.ts';
import type { FetchedManifest, ManifestName, Registry } from '../../src/ports/registry.ts';
import type { TestRepository } from './test-repository.ts';
import { digestOf } from './test-repository.ts';

export type MemoryRegistryOptions = {
  /** True where there is a referrers API. */
  readonly referrersApi: boolean;
  /** When tags and referrers are said to have been learned. */
  readonly asOf?: Instant;
};

/** The Registry port over repositories in memory, by the name that follows the transport. */
export function memoryRegistry(
  repositories: ReadonlyMap<string, TestRepository>,
  options: MemoryRegistryOptions,
): Registry {
  return {
    fetchManifest: (at, name) => Promise.resolve(fetchManifest(repositories.get(at.name), name, options.asOf)),
    fetchBlob: (at, digest, bytesMax) => Promise.resolve(fetchBlob(repositories.get(at.name), digest, bytesMax)),
    fetchReferrers: (at, subject) => {
      const repository = repositories.get(at.name);
      if (!options.referrersApi) return Promise.resolve(absent('noReferrersApi'));
      return Promise.resolve(found(repository === undefined ? [] : referrersOf(repository, subject), options.asOf));
    },
    listTags: (at, tagsMax) => {
      const repository = repositories.get(at.name);
      if (repository === undefined) return Promise.resolve(absent('noSuchRepository'));
      return Promise.resolve(found([...repository.tags.keys()].sort().slice(0, tagsMax), options.asOf));
    },
  };
}

function fetchManifest(
  repository: TestRepository | undefined,
  name: ManifestName,
  asOf: Instant | undefined,
): Outcome<FetchedManifest, 'noSuchManifest'> {
  if (name.kind === 'sole') return absent('noSuchManifest');
  const digest = name.kind === 'digest' ? name.digest : parseDigest(repository?.tags.get(name.tag) ?? '');
  const manifest = digest === undefined ? undefined : repository?.manifests.get(digest);
  if (digest === undefined || manifest === undefined) return absent('noSuchManifest');
  if (digestOf(manifest.bytes) !== digest) return failed(mismatch(digest, manifest.bytes));
  return found({ ...manifest, digest }, name.kind === 'tag' ? asOf : undefined);
}

function fetchBlob(
  repository: TestRepository | undefined,
  digest: Digest,
  bytesMax: number,
): Outcome<Uint8Array, 'noSuchBlob'> {
  const bytes = repository?.blobs.get(digest);
  if (bytes === undefined) return absent('noSuchBlob');
  if (bytes.length > bytesMax) return failed(new ToolError('TOO_LARGE', `the blob ${digest} is too large`));
  return digestOf(bytes) === digest ? found(bytes) : failed(mismatch(digest, bytes));
}

function referrersOf(repository: TestRepository, subject: Digest): readonly Descriptor[] {
  return [...repository.manifests].flatMap(([key, { mediaType, bytes }]) => {
    const digest = parseDigest(key);
    const manifest = parseManifest(bytes, mediaType);
    if (digest === undefined || manifest.subject?.digest !== subject) return [];
    const configType = manifest.kind === 'manifest' ? manifest.config.mediaType : undefined;
    const artifactType = manifest.artifactType ?? configType;
    return [
      withoutUndefined({ mediaType, digest, size: bytes.length, artifactType, annotations: manifest.annotations }),
    ];
  });
}

function mismatch(expected: Digest, bytes: Uint8Array): ToolError {
  return new ToolError('DIGEST_MISMATCH', 'the content is not what was asked for', { expected, got: digestOf(bytes) });
}
