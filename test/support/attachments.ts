import { MEDIA_TYPES } from '../../src/core/model/descriptor.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import { referrersTag } from '../../src/core/model/digest.ts';
import type { RawDescriptor, TestRepository } from './test-repository.ts';
import { jsonBytes, putBlob, putManifest } from './test-repository.ts';

/** Content that is attached to an image, as a layer of the manifest that carries it. */
export type AttachedLayer = {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
};
/** BuildKit's two: with a config as an image has it, or (since 0.19) as an OCI artifact with a subject. */
export type AttestationForm = 'config' | 'artifact';
export type RawStatement = { readonly _type: string; readonly predicateType: string; readonly predicate: unknown };

export const ATTESTATION_TYPE = 'application/vnd.docker.attestation.manifest.v1+json';
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** An in-toto Statement about a digest. */
export function statement(options: {
  readonly subject: Digest;
  readonly name?: string;
  readonly predicateType: string;
  readonly predicate: unknown;
}): RawStatement & { readonly subject: readonly unknown[] } {
  const [algorithm = '', hex = ''] = options.subject.split(':');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: options.name ?? '_', digest: { [algorithm]: hex } }],
    predicateType: options.predicateType,
    predicate: options.predicate,
  };
}

/** BuildKit's attestation manifest for one platform, as the index is to list it; each statement is an unsigned layer. */
export function attestationManifest(
  repository: TestRepository,
  platform: RawDescriptor,
  attested: { readonly statements: readonly RawStatement[]; readonly form: AttestationForm },
): RawDescriptor {
  const layers = attested.statements.map((item) => ({
    ...putBlob(repository, jsonBytes(item), MEDIA_TYPES.inToto),
    annotations: { 'in-toto.io/predicate-type': item.predicateType },
  }));
  const dummyConfig = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  };
  const { mediaType, digest, size } = platform;
  const manifest = putManifest(
    repository,
    attested.form === 'config'
      ? {
          ...MANIFEST,
          config: putBlob(repository, jsonBytes(dummyConfig), MEDIA_TYPES.ociConfig),
          layers,
        }
      : {
          ...MANIFEST,
          artifactType: ATTESTATION_TYPE,
          config: emptyConfig(repository),
          layers,
          subject: { mediaType, digest, size },
        },
  );
  return {
    ...manifest,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' },
  };
}

/** A manifest with a subject, as the referrers API is to list it. */
export function referrer(
  repository: TestRepository,
  subject: RawDescriptor,
  content: {
    readonly artifactType: string;
    readonly layers: readonly AttachedLayer[];
    readonly annotations?: Readonly<Record<string, string>>;
  },
): RawDescriptor {
  const { mediaType, digest, size } = subject;
  const { artifactType, annotations } = content;
  const manifest = putManifest(repository, {
    ...MANIFEST,
    artifactType,
    config: emptyConfig(repository),
    layers: putLayers(repository, content.layers),
    subject: { mediaType, digest, size },
    ...(annotations === undefined ? {} : { annotations }),
  });
  return { ...manifest, artifactType, ...(annotations === undefined ? {} : { annotations }) };
}

/** A Sigstore bundle as cosign 3 and GitHub attach it; the bundle itself is the caller's. */
export function bundleReferrer(
  repository: TestRepository,
  subject: RawDescriptor,
  bundle: { readonly bytes: Uint8Array; readonly predicateType: string },
): RawDescriptor {
  return referrer(repository, subject, {
    artifactType: BUNDLE_TYPE,
    layers: [{ mediaType: BUNDLE_TYPE, bytes: bundle.bytes }],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': bundle.predicateType,
    },
  });
}

/** The index under `sha256-<hex>` that lists referrers where a registry has no referrers API. */
export function fallbackTag(
  repository: TestRepository,
  subject: Digest,
  manifests: readonly RawDescriptor[],
): RawDescriptor {
  return putManifest(
    repository,
    { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests },
    referrersTag(subject),
  );
}

/** cosign's tags: signatures, attestations or an SBOM about a digest, each a layer of one manifest. */
export function cosignTag(
  repository: TestRepository,
  subject: Digest,
  attached: { readonly kind: 'sig' | 'att' | 'sbom'; readonly layers: readonly AttachedLayer[] },
): RawDescriptor {
  const layers = putLayers(repository, attached.layers);
  const config = {
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  };
  return putManifest(
    repository,
    { ...MANIFEST, config: putBlob(repository, jsonBytes(config), MEDIA_TYPES.ociConfig), layers },
    `${subject.replace(':', '-')}.${attached.kind}`,
  );
}

const MANIFEST = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest };

function putLayers(repository: TestRepository, layers: readonly AttachedLayer[]): readonly RawDescriptor[] {
  return layers.map(({ mediaType, bytes, annotations }) => ({
    ...putBlob(repository, bytes, mediaType),
    ...(annotations === undefined ? {} : { annotations }),
  }));
}

function emptyConfig(repository: TestRepository): RawDescriptor {
  return putBlob(repository, jsonBytes({}), MEDIA_TYPES.ociEmpty);
}
