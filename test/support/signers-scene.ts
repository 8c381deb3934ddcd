import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleReferrer, cosignTag, statement } from './attachments.ts';
import { DEFAULT_IDENTITY, createAuthority } from './authority.ts';
import type { Authority } from './authority.ts';
import { createKeyPair, spki } from './authority-keys.ts';
import type { KeyPair } from './authority-keys.ts';
import type { BuiltImage } from './image-builder.ts';
import { image } from './image-builder.ts';
import { startRegistry } from './registry-server.ts';
import type { TestRepository } from './test-repository.ts';
import { emptyRepository, jsonBytes } from './test-repository.ts';

const SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';
const SBOM = 'https://spdx.dev/Document';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
/** Of the release of `1.5`. */
const TAG_IDENTITY = DEFAULT_IDENTITY.replace('refs/heads/main', 'refs/tags/v1.5');

/**
 * Images that are really signed, by an authority of the tests whose root is in `trusted_root.json`, and by the key of `cosign.pub`.
 * Tags: `1.4` by one workflow; `1.5` by the same at a tag; `twice` by a workflow and a person; `keyed` by the key; `plain` by nobody;
 * `altered` by nobody any more; `elsewhere` carries the signature of `1.4`; `sbom` has a signed SBOM alone.
 */
export async function openSignersScene(
  folder: string,
): Promise<{ names: Readonly<Record<string, string>>; close: () => Promise<void> }> {
  const authority = createAuthority({ name: 'acme' });
  const [key, other] = [createKeyPair('P-256'), createKeyPair('P-256')];
  const repository = emptyRepository();
  await fillWithSigners(repository, authority, key);
  writeFileSync(join(folder, 'trusted_root.json'), authority.trustedRootJson);
  writeFileSync(join(folder, 'cosign.pub'), pem(key));
  writeFileSync(join(folder, 'other.pub'), pem(other));
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const hash = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
  return {
    names: {
      REGISTRY: server.host,
      KEYPRINT: `sha256:${hash(spki(key))}`,
      OTHERPRINT: `sha256:${hash(spki(other))}`,
      ROOTHASH: hash(authority.trustedRootJson).slice(0, 12),
    },
    close: () => server.close(),
  };
}

async function fillWithSigners(repository: TestRepository, authority: Authority, key: KeyPair): Promise<void> {
  const built = (tag: string): Promise<BuiltImage> => image().layer({ 'app/server': tag }).addTo(repository, tag);
  const attach = (to: BuiltImage, bundle: unknown, predicateType = SIGNATURE): void => {
    bundleReferrer(repository, to.descriptor, { bytes: jsonBytes(bundle), predicateType });
  };
  const about = ({ digest }: BuiltImage, predicateType = SIGNATURE): object =>
    statement({ subject: digest, predicateType, predicate: {} });

  const first = await built('1.4');
  const signature = authority.signBundle({ statement: about(first) });
  attach(first, signature);
  const next = await built('1.5');
  attach(next, authority.signBundle({ statement: about(next), identity: TAG_IDENTITY }));
  const twice = await built('twice');
  attach(twice, authority.signBundle({ statement: about(twice) }));
  attach(
    twice,
    authority.signBundle({
      statement: about(twice),
      identity: 'ada@acme.example',
      issuer: 'https://accounts.acme.example',
    }),
  );
  const keyed = await built('keyed');
  const layer = authority.signSimpleSigning({ digest: keyed.digest, managedKey: key });
  cosignTag(repository, keyed.digest, { kind: 'sig', layers: [{ mediaType: SIMPLE_SIGNING, ...layer }] });
  await built('plain');
  const altered = await built('altered');
  const { dsseEnvelope, ...rest } = authority.signBundle({ statement: about(altered) });
  attach(altered, {
    ...rest,
    dsseEnvelope: { ...dsseEnvelope, payload: Buffer.from(JSON.stringify(about(first))).toString('base64') },
  });
  attach(await built('elsewhere'), signature);
  const sbom = await built('sbom');
  attach(sbom, authority.signBundle({ statement: about(sbom, SBOM) }), SBOM);
}

function pem(key: KeyPair): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki(key).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
}
