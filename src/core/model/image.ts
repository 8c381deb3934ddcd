import type { Descriptor, Platform } from './descriptor.ts';
import type { Digest } from './digest.ts';
import type { BoundBy } from './evidence.ts';
import type { ImageConfig, ImageManifest } from './oci.ts';

/** The digests under which statements about one platform of one image may be kept (reference/provenance.md 2). */
export type DigestSet = {
  /** Outermost first: indexes can be nested. */
  readonly indexes: readonly Digest[];
  /** The manifest of the platform; missing for a `docker save` archive, which has none. */
  readonly platform?: Digest;
  readonly config: Digest;
  /** BuildKit's attestation manifests for this platform: Docker signs these, and not the image. */
  readonly attestationManifests: readonly Digest[];
};

/** Which member of the set `digest` is, or undefined where it is about something else. */
export function memberOfSet(set: DigestSet, digest: Digest): Exclude<BoundBy, 'commit' | 'none'> | undefined {
  if (digest === set.platform) return 'platform';
  if (set.indexes.includes(digest)) return 'index';
  if (digest === set.config) return 'config';
  if (set.attestationManifests.includes(digest)) return 'attestationManifest';
  return undefined;
}

/** One platform of an image, with all that its own documents say of its shape. */
export type ImageStructure = {
  readonly digests: DigestSet;
  readonly platform?: Platform;
  /** Missing for a `docker save` archive. */
  readonly manifest?: ImageManifest;
  readonly config: ImageConfig;
  /** The indexes' annotations, outermost first. */
  readonly indexAnnotations: readonly Readonly<Record<string, string>>[];
  /** The platform's descriptor in the innermost index. */
  readonly descriptor?: Descriptor;
  readonly attestationManifests: readonly Descriptor[];
};
