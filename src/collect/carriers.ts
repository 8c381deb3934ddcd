import type { Digest } from '../core/model/digest.ts';
import { referrersTag } from '../core/model/digest.ts';
import type { DigestSet } from '../core/model/image.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import type { Registry } from '../ports/registry.ts';

/** The tags under which cosign 1 and 2 keep what is about a digest (reference/sigstore.md 3.1). */
export const COSIGN_SUFFIXES = ['att', 'sig', 'sbom'] as const;

export function cosignTag(digest: Digest, suffix: (typeof COSIGN_SUFFIXES)[number]): string {
  return `${referrersTag(digest)}.${suffix}`;
}

/** The members of the set that have something attached by the referrers API. Docker signs the attestation manifests and not the image. */
export function digestsWithReferrers(digests: DigestSet): readonly Digest[] {
  return [...digests.indexes, ...(digests.platform === undefined ? [] : [digests.platform]), ...digests.attestationManifests];
}

/** The members of the set that cosign's tags are written for. */
export function digestsWithCosignTags(digests: DigestSet): readonly Digest[] {
  return [...digests.indexes, ...(digests.platform === undefined ? [] : [digests.platform])];
}

/**
 * Where the digest is known before the manifest is read, what is attached to it can be asked for at the same time. The answers are
 * kept by the registry's own memory of the run, which the collectors ask later; outcomes never throw.
 */
export function prefetchCarriers(registry: Registry, at: ImageRepository, digest: Digest): void {
  void registry.fetchReferrers(at, digest);
  for (const suffix of COSIGN_SUFFIXES) void registry.fetchManifest(at, { kind: 'tag', tag: cosignTag(digest, suffix) });
}
