import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { FetchedManifest, ManifestName, Registry } from '../../ports/registry.ts';
import { RecentBytes } from './recent-bytes.ts';
import { SharedAnswers } from './shared-answers.ts';

/**
 * Within one run: one question for what is asked twice, at once or later. What can change (names and lists) keeps its first answer
 * to the end, so that a run does not contradict itself; of bytes under a digest, which cannot, only the recent and small are kept.
 * A failure is told to all who wait for it, and asked anew after that.
 */
export function sharingRegistry(registry: Registry): Registry {
  return new SharingRegistry(registry);
}

class SharingRegistry implements Registry {
  readonly #inner: Registry;
  readonly #recent = new RecentBytes();
  readonly #names = new SharedAnswers<FetchedManifest, 'noSuchManifest'>();
  readonly #manifests = new SharedAnswers<FetchedManifest, 'noSuchManifest'>((key, manifest) =>
    this.#recent.keep(manifest.bytes.length, () => this.#manifests.forget(key)),
  );
  readonly #blobs = new SharedAnswers<Uint8Array, 'noSuchBlob'>((key, bytes) =>
    this.#recent.keep(bytes.length, () => this.#blobs.forget(key)),
  );
  readonly #referrers = new SharedAnswers<readonly Descriptor[], 'noReferrersApi'>();
  readonly #tagLists = new SharedAnswers<readonly string[], 'noSuchRepository'>();

  constructor(registry: Registry) {
    this.#inner = registry;
  }

  fetchManifest(at: ImageRepository, name: ManifestName): Promise<Outcome<FetchedManifest, 'noSuchManifest'>> {
    const ask = () => this.#inner.fetchManifest(at, name);
    switch (name.kind) {
      case 'tag':
        return this.#names.answer(keyOf(at, `tag ${name.tag}`), ask);
      case 'digest':
        return this.#manifests.answer(keyOf(at, name.digest), ask);
      case 'sole':
        return this.#names.answer(keyOf(at, 'sole'), ask);
    }
  }

  fetchBlob(at: ImageRepository, digest: Digest, bytesMax: number): Promise<Outcome<Uint8Array, 'noSuchBlob'>> {
    // With another limit the answer may be another one.
    return this.#blobs.answer(keyOf(at, `${digest} ${bytesMax}`), () => this.#inner.fetchBlob(at, digest, bytesMax));
  }

  fetchReferrers(at: ImageRepository, subject: Digest): Promise<Outcome<readonly Descriptor[], 'noReferrersApi'>> {
    return this.#referrers.answer(keyOf(at, subject), () => this.#inner.fetchReferrers(at, subject));
  }

  listTags(at: ImageRepository, tagsMax: number): Promise<Outcome<readonly string[], 'noSuchRepository'>> {
    return this.#tagLists.answer(keyOf(at, `${tagsMax}`), () => this.#inner.listTags(at, tagsMax));
  }
}

/** A path may hold anything but NUL. */
function keyOf(at: ImageRepository, question: string): string {
  return `${at.transport}\0${at.name}\0${question}`;
}
