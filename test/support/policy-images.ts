import type { Digest } from '../../src/core/model/digest.ts';
import { bundleReferrer, statement } from './attachments.ts';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER } from './authority.ts';
import type { Authority } from './authority.ts';
import type { BuiltImage } from './image-builder.ts';
import { image, index } from './image-builder.ts';
import { PROVENANCE } from './signed-images.ts';
import { CYCLONEDX, OPENVEX, cycloneDxOf, pack } from './sbom-images.ts';
import { github } from './scenes.ts';
import type { TestRepository } from './test-repository.ts';
import { digestOf, jsonBytes } from './test-repository.ts';

export const SCAN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
export const QUALITY = 'https://acme.example/quality/v1';

/** `provenance`: the bundle of the release. */
export type Released = { readonly release: BuiltImage; readonly plain: BuiltImage; readonly provenance: Digest };

/** Who signs everything about these images, as a policy names it; `root` is the file that `--trusted-root` names. */
export function releaser(root: string): object {
  return { issuer: DEFAULT_ISSUER, identity: DEFAULT_IDENTITY, root: `file:${root}` };
}

/**
 * Images as a careful team publishes them. `1.4`: provenance, an SBOM, a scan with two vulnerabilities of which VEX settles the grave one, and
 * a statement of the team's own, all signed. `plain`: nothing. `platforms`: an index of two, of which one has provenance.
 */
export async function fillReleased(repository: TestRepository, authority: Authority): Promise<Released> {
  const attach = (to: BuiltImage, predicateType: string, stated: object): Digest => {
    const bytes = jsonBytes(authority.signBundle({ statement: stated }));
    bundleReferrer(repository, to.descriptor, { bytes, predicateType });
    return digestOf(bytes);
  };
  const attest = (to: BuiltImage, predicateType: string, predicate: unknown): Digest =>
    attach(to, predicateType, statement({ subject: to.digest, predicateType, predicate }));
  const provenance = (to: BuiltImage): Digest => attach(to, PROVENANCE, github(to, 'https://github.com/acme/shop'));

  const release = await image().layer({ 'app/server': '1.4' }).addTo(repository, '1.4');
  const stated = provenance(release);
  const components = [pack('left-pad', '1.3.0'), pack('qs', '6.5.2')];
  const metadata = { timestamp: '2026-05-30T08:02:10Z' };
  const sbom = cycloneDxOf(release.digest, components);
  attest(release, CYCLONEDX, { ...sbom, metadata: { ...metadata, ...(sbom['metadata'] as object) } });
  attest(release, SCAN, scan);
  attest(release, OPENVEX, vexOf(release));
  attest(release, QUALITY, { approved: true, score: 8, suites: ['unit', 'e2e'] });

  const plain = await image().layer({ 'app/server': 'plain' }).addTo(repository, 'plain');
  const amd64 = await image().layer({ 'app/server': 'amd64' }).addTo(repository);
  const arm64 = await image().platform('linux/arm64').layer({ 'app/server': 'arm64' }).addTo(repository);
  // As an index often does it says more of the platform than the configuration.
  const platform = { os: 'linux', architecture: 'amd64', variant: 'v3' };
  const listed = { ...amd64, descriptor: { ...amd64.descriptor, platform } };
  index().add(listed).add(arm64).addTo(repository, 'platforms');
  provenance(amd64);
  return { release, plain, provenance: stated };
}

/** `1`, on a base of the same registry that is signed like the releases; BuildKit's provenance, signed, names the base. */
export async function fillBased(
  { base, api }: { readonly base: TestRepository; readonly api: TestRepository },
  authority: Authority,
  host: string,
): Promise<void> {
  const beneath = await image().layer({ 'etc/os-release': 'ID=acme' }, 'ADD rootfs.tar /').addTo(base, '3');
  const ofBase = jsonBytes(authority.signBundle({ statement: github(beneath, 'https://github.com/acme/base') }));
  bundleReferrer(base, beneath.descriptor, { bytes: ofBase, predicateType: PROVENANCE });
  const built = await image().basedOn(beneath).layer({ 'app/api': 'api' }).addTo(api, '1');
  const predicateType = 'https://slsa.dev/provenance/v0.2';
  const uri = `pkg:docker/${encodeURIComponent(host)}/acme/base@3`;
  const predicate = {
    builder: { id: '' },
    buildType: 'https://mobyproject.org/buildkit@v1',
    invocation: { parameters: { frontend: 'dockerfile.v0', locals: [{ name: 'context' }] } },
    materials: [{ uri, digest: { sha256: beneath.digest.slice('sha256:'.length) } }],
  };
  const ofImage = authority.signBundle({ statement: statement({ subject: built.digest, predicateType, predicate }) });
  bundleReferrer(api, built.descriptor, { bytes: jsonBytes(ofImage), predicateType });
}

const scan = {
  invocation: {},
  scanner: {
    uri: 'pkg:github/aquasecurity/trivy@0.58.0',
    version: '0.58.0',
    db: {},
    result: {
      SchemaVersion: 2,
      Results: [
        {
          Vulnerabilities: [
            reported('CVE-2026-0001', 'qs', '6.5.2', 'CRITICAL'),
            reported('CVE-2026-0002', 'left-pad', '1.3.0', 'MEDIUM'),
          ],
        },
      ],
    },
  },
  metadata: { scanStartedOn: '2026-05-31T08:00:00Z', scanFinishedOn: '2026-05-31T08:01:00Z' },
};

function reported(id: string, name: string, version: string, severity: string): object {
  const identifier = { PURL: `pkg:npm/${name}@${version}` };
  return {
    VulnerabilityID: id,
    PkgName: name,
    InstalledVersion: version,
    PkgIdentifier: identifier,
    Severity: severity,
  };
}

function vexOf(release: BuiltImage): object {
  return {
    '@context': OPENVEX,
    '@id': 'https://acme.example/vex/1',
    author: 'Acme',
    timestamp: '2026-05-31T09:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [
          {
            '@id': `pkg:oci/shop@${encodeURIComponent(release.digest)}`,
            subcomponents: [{ '@id': 'pkg:npm/qs@6.5.2' }],
          },
        ],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ],
  };
}
