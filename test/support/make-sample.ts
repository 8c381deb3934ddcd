import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RawStatement } from './attachments.ts';
import { statement } from './attachments.ts';
import type { BuiltImage } from './image-builder.ts';
import { BUILT_AT, image, index } from './image-builder.ts';
import { DOCKERFILE } from './make-sample-source.ts';
import type { Files } from './repository-files.ts';
import { layoutFiles, writeFolder } from './repository-files.ts';
import type { TestRepository } from './test-repository.ts';
import { digestOf, emptyRepository, jsonBytes } from './test-repository.ts';

export const SAMPLE_FOLDER = resolve(import.meta.dirname, '../../fixtures/sample');

const NAME = 'ghcr.io/acme/shop';
const TAG = '1.4';
/** Of fixtures/sample-source. */
export const COMMIT = '559d4b9cd30dcd86daf28f0d42c9d8c134ed8036';
const CONTEXT = 'https://github.com/acme/shop.git#refs/heads/main';
const RUN_URL = 'https://github.com/acme/shop/actions/runs/21840317765/attempts/1';
const PLATFORMS = [
  { platform: 'linux/amd64', alpine: 'x86_64', package: 'amd64' },
  { platform: 'linux/arm64', alpine: 'aarch64', package: 'arm64' },
] as const;
type SamplePlatform = (typeof PLATFORMS)[number];

const OCI_KEYS = {
  'org.opencontainers.image.created': BUILT_AT,
  'org.opencontainers.image.description': "The shop's cart service",
  'org.opencontainers.image.licenses': 'Apache-2.0',
  'org.opencontainers.image.revision': COMMIT,
  'org.opencontainers.image.source': 'https://github.com/acme/shop',
  'org.opencontainers.image.title': 'shop',
  'org.opencontainers.image.url': 'https://github.com/acme/shop',
  'org.opencontainers.image.version': '1.4.0',
};

/** The layout that `npm start` traces: an image as BuildKit makes it in a GitHub workflow, from a git context, with `mode=max`. */
export async function sampleFiles(): Promise<Files> {
  const repository = emptyRepository();
  const builder = index().annotations(OCI_KEYS);
  for (const platform of PLATFORMS) {
    const built = await buildPlatform(repository, platform);
    builder.add(built).attest(built, [sbomOf(built, platform), provenanceOf(built, platform)]);
  }
  const { descriptor } = builder.addTo(repository);
  const annotations = {
    'io.containerd.image.name': `${NAME}:${TAG}`,
    'org.opencontainers.image.created': BUILT_AT,
    'org.opencontainers.image.ref.name': TAG,
  };
  return layoutFiles(repository, [{ ...descriptor, annotations }]);
}

function buildPlatform(repository: TestRepository, { platform, alpine }: SamplePlatform): Promise<BuiltImage> {
  const minimalRoot = `alpine-minirootfs-3.22.3-${alpine}.tar.gz`;
  const comment = 'buildkit.dockerfile.v0';
  return image()
    .platform(platform)
    .labels(OCI_KEYS)
    .annotations(OCI_KEYS)
    .layer({ 'etc/alpine-release': '3.22.3\n' }, `ADD ${minimalRoot} / # buildkit`)
    .history({ created_by: 'CMD ["/bin/sh"]', comment })
    .layer({ 'usr/bin/cart': `the cart service for ${platform}\n` }, 'COPY /out/cart /usr/bin/cart # buildkit')
    .history({ created_by: 'USER 65532', comment })
    .history({ created_by: 'ENTRYPOINT ["/usr/bin/cart"]', comment })
    .addTo(repository);
}

/** SLSA provenance v1 in BuildKit's words (moby/buildkit, docs/attestations/slsa-definitions.md). */
function provenanceOf(built: BuiltImage, platform: SamplePlatform): RawStatement {
  return statement({
    subject: built.digest,
    name: subjectName(platform),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: {
          configSource: { uri: `${CONTEXT}:services/cart`, digest: { sha1: COMMIT }, path: 'Dockerfile' },
          request: { frontend: 'gateway.v0', args: requestArguments() },
        },
        internalParameters: {
          builderPlatform: 'linux/amd64',
          github_actor: 'robin-acme',
          github_event_name: 'push',
          github_ref: 'refs/heads/main',
          github_repository: 'acme/shop',
          github_run_attempt: '1',
          github_run_id: '21840317765',
          github_server_url: 'https://github.com',
          github_workflow: 'release',
          github_workflow_ref: 'acme/shop/.github/workflows/release.yml@refs/heads/main',
          github_workflow_sha: COMMIT,
        },
        resolvedDependencies: materials(platform),
      },
      runDetails: {
        builder: { id: RUN_URL },
        metadata: {
          invocationId: 'vq3k8sn2y0d7m5x1r6t9wb4jc',
          startedOn: '2026-03-02T10:18:07Z',
          finishedOn: BUILT_AT,
          buildkit_completeness: { request: true, resolvedDependencies: true },
          buildkit_hermetic: false,
          buildkit_reproducible: false,
          buildkit_metadata: {
            source: {
              infos: [
                {
                  filename: 'Dockerfile',
                  language: 'Dockerfile',
                  data: Buffer.from(DOCKERFILE).toString('base64'),
                },
              ],
            },
          },
        },
      },
    },
  });
}

/** With `mode=max` the labels that the workflow gave are among the arguments. */
function requestArguments(): Readonly<Record<string, string>> {
  const labels = Object.entries(OCI_KEYS).map(([key, value]) => [`label:${key}`, value]);
  return { cmdline: 'docker/dockerfile:1', source: 'docker/dockerfile:1', ...Object.fromEntries(labels) };
}

function materials({ platform }: SamplePlatform): readonly unknown[] {
  const imageOf = (name: string, architecture = platform): unknown => ({
    uri: `pkg:docker/${name}?platform=${encodeURIComponent(architecture)}`,
    digest: { sha256: digestOf(jsonBytes(name)).slice('sha256:'.length) },
  });
  return [
    { uri: CONTEXT, digest: { sha1: COMMIT } },
    imageOf('alpine@3.22'),
    imageOf('docker/dockerfile@1', 'linux/amd64'),
    imageOf('golang@1.26-alpine'),
  ];
}

function sbomOf(built: BuiltImage, platform: SamplePlatform): RawStatement {
  const alpinePackage = (name: string, version: string, licence: string): unknown => ({
    SPDXID: `SPDXRef-Package-apk-${name}`,
    name,
    versionInfo: version,
    supplier: 'Organization: Alpine Linux',
    downloadLocation: 'NOASSERTION',
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licence,
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: `pkg:apk/alpine/${name}@${version}?arch=${platform.alpine}&distro=alpine-3.22.3`,
      },
    ],
  });
  return statement({
    subject: built.digest,
    name: subjectName(platform),
    predicateType: 'https://spdx.dev/Document',
    predicate: {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'sbom',
      documentNamespace: `https://acme.example/sbom/shop-1.4.0-${platform.package}`,
      creationInfo: { created: BUILT_AT, creators: ['Organization: Anchore, Inc', 'Tool: syft-v1.38.0'] },
      packages: [
        alpinePackage('alpine-baselayout', '3.7.0-r0', 'GPL-2.0-only'),
        alpinePackage('busybox', '1.37.0-r20', 'GPL-2.0-only'),
        alpinePackage('musl', '1.2.5-r10', 'MIT'),
      ],
    },
  });
}

function subjectName({ platform }: SamplePlatform): string {
  return `pkg:docker/${NAME}@${TAG}?platform=${encodeURIComponent(platform)}`;
}

if (import.meta.main) {
  await rm(SAMPLE_FOLDER, { recursive: true, force: true });
  await writeFolder(SAMPLE_FOLDER, await sampleFiles());
}
