import type { Descriptor } from '../core/model/descriptor.ts';
import type { Digest } from '../core/model/digest.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import type { Outcome } from '../core/model/outcome.ts';

/** `sole`: the only image of a layout or archive whose reference names none. A registry has no such thing and answers `absent`. */
export type ManifestName =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'sole' };

export type FetchedManifest = { readonly mediaType: string; readonly digest: Digest; readonly bytes: Uint8Array };

/**
 * Where images are kept, read-only: a registry (OCI distribution-spec 1.1), a layout, an archive, or what wraps one of them.
 * Every implementation checks the digest of everything that it gives out, bounds every body, and never throws.
 */
export interface Registry {
  /** The manifest or index of that name. `asOf` is set where the name was a tag. Also a bare image config, for an archive without manifests. */
  fetchManifest(at: ImageRepository, name: ManifestName): Promise<Outcome<FetchedManifest, 'noSuchManifest'>>;
  /** At most `bytesMax` bytes, else `TOO_LARGE`. */
  fetchBlob(at: ImageRepository, digest: Digest, bytesMax: number): Promise<Outcome<Uint8Array, 'noSuchBlob'>>;
  /** What has `subject` as its subject, by the referrers API alone (all pages, not filtered); the fallback tag is the caller's to ask. */
  fetchReferrers(at: ImageRepository, subject: Digest): Promise<Outcome<readonly Descriptor[], 'noReferrersApi'>>;
  /** The tags of the repository, at most `tagsMax`, for messages that name a near one. */
  listTags(at: ImageRepository, tagsMax: number): Promise<Outcome<readonly string[], 'noSuchRepository'>>;
}
