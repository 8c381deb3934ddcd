import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { bundleReferrer, cosignTag, fallbackTag, statement } from './attachments.ts';
import type { Authority } from './authority.ts';
import { createKeyPair, spki } from './authority-keys.ts';
import type { KeyPair } from './authority-keys.ts';
import type { BuiltImage } from './image-builder.ts';
import { image, index } from './image-builder.ts';
import { buildkit, github } from './scenes.ts';
import type { TestRepository } from './test-repository.ts';
import { jsonBytes } from './test-repository.ts';

export const SIGN_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';
export const PROVENANCE = 'https://slsa.dev/provenance/v1';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const DSSE = 'application/vnd.dsse.envelope.v1+json';

/** Every way in which a signature about an image is carried, each really signed; by tag. */
export async function fillSigned(repository: TestRepository, authority: Authority): Promise<{ key: KeyPair }> {
  const key = createKeyPair('P-256');
  const built = (tag: string): Promise<BuiltImage> => image().layer({ 'app/server': tag }).addTo(repository, tag);
  const provenanceOf = (of: BuiltImage): object => github(of, 'https://github.com/acme/shop');
  const signatureOf = (of: { digest: BuiltImage['digest'] }): object =>
    statement({ subject: of.digest, predicateType: SIGN_PREDICATE, predicate: {} });
  const attach = (of: BuiltImage, bundle: unknown, predicateType: string): ReturnType<typeof bundleReferrer> =>
    bundleReferrer(repository, of.descriptor, { bytes: jsonBytes(bundle), predicateType });

  const referrer = await built('bundle-referrer');
  attach(referrer, authority.signBundle({ statement: provenanceOf(referrer) }), PROVENANCE);

  const cosign3 = await built('cosign-3-signature');
  attach(
    cosign3,
    authority.signBundle({ statement: signatureOf(cosign3), log: 'v2', timestamped: true }),
    SIGN_PREDICATE,
  );

  const sig = await built('cosign-sig');
  const layer = authority.signSimpleSigning({ digest: sig.digest });
  cosignTag(repository, sig.digest, { kind: 'sig', layers: [{ mediaType: SIMPLE_SIGNING, ...layer }] });

  const att = await built('cosign-att');
  const attested = authority.signAttestationLayer({ statement: provenanceOf(att) });
  cosignTag(repository, att.digest, { kind: 'att', layers: [{ mediaType: DSSE, ...attested }] });

  const keyed = await built('keyed');
  const keyedLayer = authority.signSimpleSigning({ digest: keyed.digest, managedKey: key });
  cosignTag(repository, keyed.digest, { kind: 'sig', layers: [{ mediaType: SIMPLE_SIGNING, ...keyedLayer }] });

  const unlogged = await built('keyed-unlogged');
  const unloggedLayer = authority.signSimpleSigning({ digest: unlogged.digest, managedKey: key, log: 'none' });
  cosignTag(repository, unlogged.digest, { kind: 'sig', layers: [{ mediaType: SIMPLE_SIGNING, ...unloggedLayer }] });

  const sbomOnly = await built('sbom-only');
  attach(
    sbomOnly,
    authority.signBundle({
      statement: statement({
        subject: sbomOnly.digest,
        predicateType: 'https://spdx.dev/Document',
        predicate: { spdxVersion: 'SPDX-2.3' },
      }),
    }),
    'https://spdx.dev/Document',
  );

  const tampered = await built('tampered');
  const good = authority.signBundle({ statement: provenanceOf(tampered) });
  const bad = structuredClone(good) as { dsseEnvelope?: { payload: string } };
  if (bad.dsseEnvelope !== undefined)
    bad.dsseEnvelope.payload = Buffer.from(jsonBytes(github(tampered, 'https://github.com/mallory/shop'))).toString(
      'base64',
    );
  attach(tampered, bad, PROVENANCE);

  const another = await built('about-another');
  attach(another, authority.signBundle({ statement: provenanceOf(referrer) }), PROVENANCE);

  const legacyIndex = await built('fallback-tag');
  const referred = attach(legacyIndex, authority.signBundle({ statement: provenanceOf(legacyIndex) }), PROVENANCE);
  fallbackTag(repository, legacyIndex.digest, [referred]);

  const platform = await image().layer({ 'app/server': 'second hop' }).addTo(repository);
  const hop = index()
    .add(platform)
    .attest(platform, [buildkit(platform)])
    .addTo(repository, 'second-hop');
  const [manifest] = hop.attestationManifests;
  if (manifest !== undefined)
    bundleReferrer(repository, manifest, {
      bytes: jsonBytes(authority.signBundle({ statement: signatureOf(manifest) })),
      predicateType: SIGN_PREDICATE,
    });
  return { key };
}

/** The files that a command line names. */
export function writeTrust(folder: string, authority: Authority, key: KeyPair): { root: string; keyFile: string } {
  const root = join(folder, 'trusted_root.json');
  const keyFile = join(folder, 'cosign.pub');
  writeFileSync(root, authority.trustedRootJson);
  writeFileSync(
    keyFile,
    `-----BEGIN PUBLIC KEY-----\n${spki(key).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`,
  );
  return { root, keyFile };
}
