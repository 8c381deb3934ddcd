import { withoutUndefined } from '../../defined.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { MEDIA_TYPES } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { parseDigest } from '../../model/digest.ts';
import type { ImageIndex, ImageManifest } from '../../model/oci.ts';

/** A manifest or index with its bytes. */
export type LayoutManifest = {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly parsed: ImageManifest | ImageIndex;
};
/** A bundle that no registry keeps, and what it is attached to in the layout. */
export type LooseBundle = {
  readonly document: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly predicateType: string;
  readonly subject: LayoutManifest;
};

const REF_NAME = 'org.opencontainers.image.ref.name';
/** What readers of index.json take for the name or the kind of an entry: nothing attached gives itself the image's. */
const NAMING: ReadonlySet<string> = new Set([
  REF_NAME,
  'io.containerd.image.name',
  'kind',
  'vnd.docker.reference.type',
  'vnd.docker.reference.digest',
]);
/** Where other things are kept by the digest of what they are about: referrers' fallback tags, and cosign's. */
export const COMPANION_TAG = /^sha(?:256|512)-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;
export const EMPTY_CONFIG = new TextEncoder().encode('{}');
const EMPTY_DIGEST = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

/** `tag`: the name that the layout gives the image; missing where it was asked for by digest. */
export type LayoutParts = {
  readonly image: LayoutManifest;
  readonly tag: string | undefined;
  readonly attached: readonly LayoutManifest[];
  /** Companion tags. */
  readonly tags: ReadonlyMap<string, Digest>;
};

/**
 * index.json (image-spec, image-layout.md): the image under its name, everything that has it as its subject, and what is kept under
 * companion tags. Sorted, so that one content has one index.
 */
export function layoutIndex({ image, tag, attached, tags }: LayoutParts): Uint8Array {
  const named = [...tags].flatMap(([name, digest]) => {
    const manifest = attached.find((each) => each.digest === digest);
    return manifest === undefined ? [] : [entryOf(manifest, name)];
  });
  const tagged = new Set(tags.values());
  const referrers = attached.filter(({ digest, parsed }) => parsed.subject !== undefined && !tagged.has(digest));
  const others = [...referrers.map((manifest) => entryOf(manifest)), ...named];
  return jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: [entryOf(image, tag), ...others.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))],
  });
}

type Entry = ReturnType<typeof entryOf>;

function keyOf({ annotations, digest }: Entry): string {
  return `${annotations?.[REF_NAME] ?? ''} ${digest}`;
}

/** As the referrers API describes a manifest (distribution-spec 1.1): by what it says of itself. */
function entryOf(
  { digest, bytes, parsed }: LayoutManifest,
  name?: string,
): Omit<Descriptor, 'annotations'> & { readonly annotations?: Readonly<Record<string, string>> } {
  const isReferrer = parsed.subject !== undefined;
  const configType = parsed.kind === 'manifest' && isReferrer ? parsed.config.mediaType : undefined;
  const own = Object.entries(isReferrer ? parsed.annotations : {}).filter(([key]) => !NAMING.has(key));
  const annotations = {
    ...Object.fromEntries(own),
    ...(name === undefined ? {} : { [REF_NAME]: name }),
  };
  return withoutUndefined({
    mediaType: parsed.mediaType,
    digest,
    size: bytes.length,
    artifactType: parsed.artifactType ?? configType,
    annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
  });
}

/** The manifest that attaches a bundle to the image, as cosign 3 and GitHub write it. */
export function bundleManifest({ document, size, mediaType, predicateType, subject }: LooseBundle): Uint8Array {
  return jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType: mediaType,
    config: { mediaType: MEDIA_TYPES.ociEmpty, digest: EMPTY_DIGEST, size: EMPTY_CONFIG.length },
    layers: [{ mediaType, digest: document, size }],
    subject: { mediaType: subject.parsed.mediaType, digest: subject.digest, size: subject.bytes.length },
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
    },
  });
}

/** The one config that says nothing (image-spec, manifest.md "Guidance for an Empty Descriptor"). */
export function emptyConfigDigest(): Digest {
  const digest = parseDigest(EMPTY_DIGEST);
  if (digest === undefined) throw new Error('it is a digest');
  return digest;
}

function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
