import { bundleReferrer, cosignTag, referrer, statement } from './attachments.ts';
import type { Authority } from './authority.ts';
import type { BuiltImage } from './image-builder.ts';
import { image, index } from './image-builder.ts';
import { buildkit } from './scenes.ts';
import type { TestRepository } from './test-repository.ts';
import { jsonBytes } from './test-repository.ts';

export const CYCLONEDX = 'https://cyclonedx.org/bom';
export const SPDX = 'https://spdx.dev/Document';
export const OPENVEX = 'https://openvex.dev/ns/v0.2.0';
const DSSE = 'application/vnd.dsse.envelope.v1+json';

/** A package of the shop, as most scanners name it. */
export function pack(name: string, version: string, licence = 'MIT'): object {
  const purl = `pkg:npm/${name}@${version}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: [{ license: { id: licence } }] };
}

/** A CycloneDX SBOM that names an image by its digest. */
export function cycloneDxOf(digest: string, components: readonly object[], name = 'shop'): Record<string, unknown> {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'container', 'bom-ref': 'image', name, purl: `pkg:oci/shop@${encodeURIComponent(digest)}` },
    },
    components,
  };
}

/** An SPDX SBOM as BuildKit's scanner writes it: of a stage, and naming no image. */
export function spdxOf(name: string, packages: readonly { name: string; version: string }[]): Record<string, unknown> {
  return {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://acme.example/${name}`,
    creationInfo: { created: '2026-03-01T10:00:00Z', creators: ['Tool: buildkit-v0.13.0', 'Tool: syft-v0.105.0'] },
    packages: packages.map((each) => ({
      SPDXID: `SPDXRef-${each.name}`,
      name: each.name,
      versionInfo: each.version,
      downloadLocation: 'NOASSERTION',
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: `pkg:deb/debian/${each.name}@${each.version}`,
        },
      ],
    })),
    relationships: [],
  };
}

/** A file in the tag:value form. */
export const TAG_VALUE = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: shop
DocumentNamespace: https://acme.example/shop
Creator: Tool: hand
Created: 2026-03-01T10:00:00Z

PackageName: zlib
SPDXID: SPDXRef-zlib
PackageVersion: 1.3.1
PackageDownloadLocation: NOASSERTION
`;

/** A payload that no JSON writer of today would write: what is printed must be this text, and not what it means. */
export function unusualPayload(digest: string): { readonly payload: Buffer; readonly predicate: string } {
  const hex = digest.slice('sha256:'.length);
  const predicate = `{ "bomFormat" : "CycloneDX","specVersion":"1.6",\n  "version": 1.0e0, "metadata": {"component": {"type":"container","name":"caf\\u00e9", "version":"${digest}"}},\n  "components": [ {"type":"library","name":"left-pad","version":"1.3.0","purl":"pkg:npm/left-pad@1.3.0"} ] }`;
  const text = `{"_type":"https://in-toto.io/Statement/v1", "predicate": {"not":"this one"},\n "subject":[{"name":"_","digest":{"sha256":"${hex}"}}],"predicateType":"${CYCLONEDX}", "predicate" : ${predicate}  }`;
  return { payload: Buffer.from(text), predicate };
}

const attach = (
  repository: TestRepository,
  subject: { readonly descriptor: BuiltImage['descriptor'] },
  stated: { readonly bundle: unknown; readonly predicateType: string },
): unknown =>
  bundleReferrer(repository, subject.descriptor, {
    bytes: jsonBytes(stated.bundle),
    predicateType: stated.predicateType,
  });

/** Every way in which an SBOM is carried and wrapped (reference/provenance.md 13.1), by tag; and what is none. */
export async function fillSboms(
  repository: TestRepository,
  authority: Authority,
): Promise<{ readonly predicate: string; readonly digests: Readonly<Record<string, string>> }> {
  const digests: Record<string, string> = {};
  const built = async (tag: string): Promise<BuiltImage> => {
    const made = await image().layer({ 'app/server': tag }).addTo(repository, tag);
    digests[tag] = made.digest;
    return made;
  };
  const signed = (subject: BuiltImage['digest'], predicateType: string, predicate: unknown): object =>
    authority.signBundle({ statement: statement({ subject, predicateType, predicate }) });
  const attestation = (subject: BuiltImage['digest'], predicateType: string, predicate: unknown) =>
    authority.signAttestationLayer({ statement: statement({ subject, predicateType, predicate }) });

  await built('none');
  await addBuildpacksImage(repository, 'buildpacks');

  const unusual = await built('unusual');
  const { payload, predicate } = unusualPayload(unusual.digest);
  attach(repository, unusual, { bundle: authority.signBundle({ payload }), predicateType: CYCLONEDX });

  const text = await built('text');
  cosignTag(repository, text.digest, {
    kind: 'att',
    layers: [{ mediaType: DSSE, ...attestation(text.digest, SPDX, TAG_VALUE) }],
  });

  const wrapped = await built('wrapped');
  cosignTag(repository, wrapped.digest, {
    kind: 'att',
    layers: [
      {
        mediaType: DSSE,
        ...attestation(wrapped.digest, SPDX, { Data: spdxOf('wrapped', [{ name: 'zlib', version: '1.2' }]) }),
      },
    ],
  });

  const custom = await built('custom');
  const asText = JSON.stringify(cycloneDxOf(custom.digest, [pack('left-pad', '1.3.0')]), undefined, 1);
  attach(repository, custom, {
    bundle: signed(custom.digest, 'https://cosign.sigstore.dev/attestation/v1', {
      Data: asText,
      Timestamp: '2026-03-01T10:00:00Z',
    }),
    predicateType: 'https://cosign.sigstore.dev/attestation/v1',
  });

  const file = await built('file');
  cosignTag(repository, file.digest, {
    kind: 'sbom',
    layers: [{ mediaType: 'text/spdx', bytes: Buffer.from(TAG_VALUE) }],
  });

  const oras = await built('oras');
  referrer(repository, oras.descriptor, {
    artifactType: 'application/vnd.cyclonedx+json',
    layers: [
      { mediaType: 'application/json', bytes: jsonBytes(cycloneDxOf(oras.digest, [pack('left-pad', '1.3.0')])) },
    ],
  });

  const platform = await image().layer({ 'app/server': 'stages' }).addTo(repository);
  digests['stages'] = index()
    .add(platform)
    .attest(platform, [
      buildkit(platform),
      stage(platform, 'sbom-build', [{ name: 'gcc', version: '13.2' }]),
      stage(platform, 'sbom', [
        { name: 'zlib', version: '1.3.1' },
        { name: 'openssl', version: '3.0.1' },
      ]),
    ])
    .addTo(repository, 'stages').digest;

  const several = await image().layer({ 'app/server': 'several' }).addTo(repository);
  const severalIndex = index()
    .add(several)
    .attest(several, [stage(several, 'sbom', [{ name: 'unsigned', version: '1' }])])
    .addTo(repository, 'several');
  digests['several'] = severalIndex.digest;
  attach(repository, severalIndex, {
    bundle: signed(severalIndex.digest, CYCLONEDX, cycloneDxOf(severalIndex.digest, [pack('of-the-index', '1')])),
    predicateType: CYCLONEDX,
  });
  attach(repository, several, {
    bundle: signed(several.digest, CYCLONEDX, cycloneDxOf(several.digest, [pack('of-the-platform', '1')])),
    predicateType: CYCLONEDX,
  });

  const another = await built('another');
  attach(repository, another, {
    bundle: signed(another.digest, CYCLONEDX, cycloneDxOf(file.digest, [pack('left-pad', '1.3.0')])),
    predicateType: CYCLONEDX,
  });

  const hostile = await built('hostile');
  const names = [
    '::set-output name=x::1',
    '\u001B]0;owned\u0007=1+1',
    'https://ada:hunter2@acme.example/x',
    '\u202Egpj',
    '##[error]x',
  ];
  attach(repository, hostile, {
    bundle: signed(
      hostile.digest,
      CYCLONEDX,
      cycloneDxOf(
        hostile.digest,
        names.map((name) => ({ ...pack(name, '1'), purl: undefined })),
        names[0],
      ),
    ),
    predicateType: CYCLONEDX,
  });

  const torn = await built('torn');
  const entities = '<!DOCTYPE bom [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>';
  attach(repository, torn, {
    bundle: signed(torn.digest, CYCLONEDX, { Data: entities }),
    predicateType: CYCLONEDX,
  });
  const beside = await built('torn-and-whole');
  attach(repository, beside, {
    bundle: signed(beside.digest, CYCLONEDX, { Data: entities }),
    predicateType: CYCLONEDX,
  });
  cosignTag(repository, beside.digest, {
    kind: 'sbom',
    layers: [{ mediaType: 'text/spdx', bytes: Buffer.from(TAG_VALUE) }],
  });

  const vex = await built('vex-alone');
  const vulnerabilities = [{ id: 'CVE-2026-0002', analysis: { state: 'exploitable' }, affects: [{ ref: 'image' }] }];
  attach(repository, vex, {
    bundle: signed(vex.digest, CYCLONEDX, { ...cycloneDxOf(vex.digest, []), vulnerabilities }),
    predicateType: CYCLONEDX,
  });

  const altered = await built('altered');
  const good = authority.signBundle({
    statement: statement({ subject: altered.digest, predicateType: CYCLONEDX, predicate: {} }),
  });
  const other = statement({
    subject: altered.digest,
    predicateType: CYCLONEDX,
    predicate: cycloneDxOf(altered.digest, [pack('evil', '1')]),
  });
  const payloadOfOther = Buffer.from(JSON.stringify(other)).toString('base64');
  attach(repository, altered, {
    bundle: { ...good, dsseEnvelope: { ...good.dsseEnvelope, payload: payloadOfOther } },
    predicateType: CYCLONEDX,
  });

  for (const [tag, version] of [
    ['before', '1.0.0'],
    ['after', '2.0.0'],
  ] as const) {
    const release = await built(tag);
    const components = [pack('left-pad', version), pack('kept', '1.0.0'), pack(`only-${tag}`, '1.0.0', 'Apache-2.0')];
    attach(repository, release, {
      bundle: signed(release.digest, CYCLONEDX, cycloneDxOf(release.digest, components)),
      predicateType: CYCLONEDX,
    });
    attach(repository, release, {
      bundle: signed(release.digest, OPENVEX, openVex()),
      predicateType: OPENVEX,
    });
  }
  return { predicate, digests };
}

function stage(
  platform: BuiltImage,
  name: string,
  packages: readonly { name: string; version: string }[],
): ReturnType<typeof statement> {
  return statement({ subject: platform.digest, predicateType: SPDX, predicate: spdxOf(name, packages) });
}

/** One statement about a package of the image, and one about a version that it does not have. */
function openVex(name = 'left-pad', version = '1.0.0'): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'security@acme.example',
    timestamp: '2026-05-30T12:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [{ '@id': `pkg:npm/${name}@${version}` }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  };
}

/** An image as Cloud Native Buildpacks build it: SBOMs of each buildpack in a layer, whose diff id a label has. */
export async function addBuildpacksImage(repository: TestRepository, tag: string): Promise<BuiltImage> {
  const sbomOf = (name: string): string =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.4',
      version: 1,
      components: [pack(name, '1.0.0')],
    });
  const plan = image()
    .layer({ 'workspace/app': 'app' })
    .layer({
      'layers/sbom/launch/acme_node/sbom.cdx.json': sbomOf('node'),
      'layers/sbom/launch/acme_npm/modules/sbom.cdx.json': sbomOf('express'),
      'layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.spdx.json': JSON.stringify(
        spdxOf('launcher', [
          { name: 'launcher', version: '0.20' },
          { name: 'go', version: '1.23' },
        ]),
      ),
      'layers/sbom/launch/sbom.legacy.json': '[]',
      'layers/sbom/build/acme_node/sbom.cdx.json': sbomOf('of-the-build'),
    });
  const first = await plan.addTo(repository);
  const sha = first.config.rootfs.diff_ids[1];
  return plan.labels({ 'io.buildpacks.lifecycle.metadata': JSON.stringify({ sbom: { sha } }) }).addTo(repository, tag);
}

/** The same without signatures, whose bytes differ from run to run: by tag, of one repository. */
export async function fillUnsignedSboms(repository: TestRepository): Promise<void> {
  await image().layer({ 'app/server': 'none' }).addTo(repository, 'none');
  const platform = await image().layer({ 'app/server': 'stages' }).addTo(repository);
  index()
    .add(platform)
    .attest(platform, [
      buildkit(platform),
      stage(platform, 'sbom-build', [
        { name: 'gcc', version: '13.2' },
        { name: 'make', version: '4.4' },
      ]),
      stage(platform, 'sbom', [
        { name: 'zlib', version: '1.3.1' },
        { name: 'openssl', version: '3.0.1' },
      ]),
    ])
    .addTo(repository, 'stages');
  for (const [tag, version] of [
    ['1.3', '4.17.1'],
    ['1.4', '4.18.2'],
  ] as const) {
    const release = await image()
      .labels({
        'org.opencontainers.image.source': 'https://github.com/acme/shop',
        'org.opencontainers.image.revision': (tag === '1.3' ? '3' : '4').repeat(40),
      })
      .layer({ 'app/server': tag })
      .addTo(repository, tag);
    const express = pack('express', version);
    const others = [pack('left-pad', '1.3.0', 'WTFPL'), pack(tag === '1.3' ? 'lodash' : 'ms', '2.0.0')];
    const document = {
      ...cycloneDxOf(release.digest, [express, ...others]),
      dependencies: [
        { ref: 'image', dependsOn: [`pkg:npm/express@${version}`] },
        { ref: `pkg:npm/express@${version}`, dependsOn: ['pkg:npm/left-pad@1.3.0'] },
      ],
    };
    referrer(repository, release.descriptor, {
      artifactType: 'application/vnd.cyclonedx+json',
      layers: [{ mediaType: 'application/vnd.cyclonedx+json', bytes: jsonBytes(document) }],
    });
    referrer(repository, release.descriptor, {
      artifactType: 'application/vnd.openvex+json',
      layers: [{ mediaType: 'application/vnd.openvex+json', bytes: jsonBytes(openVex('express', '4.18.2')) }],
    });
  }
}
