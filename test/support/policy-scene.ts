import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER, createAuthority } from './authority.ts';
import { fillReleased } from './policy-images.ts';
import { startRegistry } from './registry-server.ts';
import { layoutFiles, writeFolder } from './repository-files.ts';
import { emptyRepository } from './test-repository.ts';

/** Images of policy-images.ts in a registry, and files beside them: policies, what names images, and cases for `policy test`. */
export async function openPolicyScene(
  folder: string,
): Promise<{ names: Readonly<Record<string, string>>; close: () => Promise<void> }> {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const { release, plain, provenance } = await fillReleased(repository, authority);
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const root = join(folder, 'trusted_root.json');
  const files: Readonly<Record<string, string>> = {
    'trusted_root.json': authority.trustedRootJson,
    'release.yaml': policy(root, { trigger: 'push' }),
    'strict.yaml': policy(root, { trigger: 'release', tags: 'v*' }),
    'misspelt.yaml': policy(root, { trigger: 'push' }).replace('triggers:', 'trigers:'),
    'cluster.yaml': CLUSTER,
    'pod.yaml': pod(server.host),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const cases = { good: ['1.4', 'pass'], unsigned: ['plain', 'fail'], surprising: ['plain', 'pass'] } as const;
  for (const [name, [tag, verdict]] of Object.entries(cases)) {
    const path = join(folder, 'cases', name);
    mkdirSync(path, { recursive: true });
    await writeFolder(path, layoutFiles(repository));
    writeFileSync(join(path, 'expected.yaml'), `image: ghcr.io/acme/shop\nref: '${tag}'\nverdict: ${verdict}\n`);
  }
  return {
    names: { REGISTRY: server.host, IMAGE: release.digest, PLAIN: plain.digest, PROVENANCE: provenance },
    close: () => server.close(),
  };
}

function policy(root: string, { trigger, tags }: { readonly trigger: string; readonly tags?: string }): string {
  return `version: 1
rules:
  - name: release
    images: ['**/acme/shop']
    require:
      signers:
        of:
          - issuer: ${DEFAULT_ISSUER}
            identity: ${DEFAULT_IDENTITY}
            root: file:${root}
      provenance:
        repositories: [https://github.com/acme/shop]
        triggers: [${trigger}]
${tags === undefined ? '' : `        ref: { tags: [${tags}] }\n`}`;
}

const CLUSTER = `apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata:
  name: shop
spec:
  images:
    - glob: 'ghcr.io/acme/**'
  authorities:
    - keyless:
        identities:
          - issuer: ${DEFAULT_ISSUER}
            subjectRegExp: https://github.com/acme/shop/.*
`;

function pod(host: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
    - name: migrate
      image: ${host}/acme/shop:1.4
  containers:
    - name: web
      image: ${host}/acme/shop:1.4
    - name: helper
      image: ${host}/acme/shop:plain
`;
}
