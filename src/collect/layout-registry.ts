import type { Digest } from '../core/model/digest.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { FetchedManifest, Registry } from '../ports/registry.ts';

/** What one repository showed. */
export type ShownContent = {
  readonly manifests: Map<Digest, FetchedManifest>;
  readonly tags: Map<string, Digest>;
  readonly blobs: Map<Digest, Uint8Array>;
};

/** A registry that keeps what it shows, by repository: what was read to trace an image is what its layout is made of. */
export function keepingRegistry(registry: Registry): {
  readonly registry: Registry;
  readonly shownBy: (at: ImageRepository) => ShownContent;
} {
  const repositories = new Map<string, ShownContent>();
  const shownBy = (at: ImageRepository): ShownContent => {
    const key = formatRepository(at);
    const shown = repositories.get(key) ?? { manifests: new Map(), tags: new Map(), blobs: new Map() };
    repositories.set(key, shown);
    return shown;
  };
  return {
    shownBy,
    registry: {
      fetchManifest: async (at, name) => {
        const outcome = await registry.fetchManifest(at, name);
        if (outcome.kind !== 'found') return outcome;
        const { manifests, tags } = shownBy(at);
        manifests.set(outcome.value.digest, outcome.value);
        if (name.kind === 'tag') tags.set(name.tag, outcome.value.digest);
        return outcome;
      },
      fetchBlob: async (at, digest, bytesMax) => {
        const outcome = await registry.fetchBlob(at, digest, bytesMax);
        if (outcome.kind === 'found') shownBy(at).blobs.set(digest, outcome.value);
        return outcome;
      },
      fetchReferrers: (at, subject) => registry.fetchReferrers(at, subject),
      listTags: (at, tagsMax) => registry.listTags(at, tagsMax),
    },
  };
}
