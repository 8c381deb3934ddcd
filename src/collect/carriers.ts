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
  return [
    ...digests.indexes,
    ...(digests.platform === undefined ? [] : [digests.platform]),
    ...digests.attestationManifests,
  ];
}

/** The members of the set that cosign's tags are written for. */
export function digestsWithCosignTags(digests: DigestSet): readonly Digest[] {
  return [...digests.indexes, ...(digests.platform === undefined ? [] : [digests.platform])];
}

/** Told of each digest as soon as it is known to belong to the image. */
export type Foresee = (digest: Digest, kind: 'image' | 'attestationManifest') => void;

/**
 * Asks at once for what the collectors will ask later, when they know the whole image: what is attached to a digest does not hang on what the
 * digest names, and a question on a question costs a round trip each. The answers are kept by the registry's own memory of the run; outcomes
 * never reject.
 */
export function foreseeing(registry: Registry, at: ImageRepository): Foresee {
  const fetch = (digest: Digest): void => void registry.fetchManifest(at, { kind: 'digest', digest });
  return (digest, kind) => {
    if (kind === 'attestationManifest') fetch(digest);
    else
      for (const suffix of COSIGN_SUFFIXES)
        void registry.fetchManifest(at, { kind: 'tag', tag: cosignTag(digest, suffix) });
    void registry.fetchReferrers(at, digest).then((referrers) => {
      if (referrers.kind === 'found')
        for (const referrer of referrers.value.slice(0, REFERRERS_FORESEEN_MAX)) fetch(referrer.digest);
    });
  };
}

/** Most images have one or two; the rest of a long list is read in its turn. */
const REFERRERS_FORESEEN_MAX = 8;
