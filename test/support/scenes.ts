import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { bundleReferrer, statement } from './attachments.ts';
import type { Authority } from './authority.ts';
import type { TestServer } from './http-server.ts';
import type { BuiltImage } from './image-builder.ts';
import { image, index } from './image-builder.ts';
import { startRegistry } from './registry-server.ts';
import { layoutFiles, writeFolder } from './repository-files.ts';
import { openSignersScene } from './signers-scene.ts';
import type { TestRepository } from './test-repository.ts';
import { digestOf, emptyRepository, jsonBytes } from './test-repository.ts';

/** What a whole-tool script starts from: servers and files, and the names under which it speaks of them. */
export type Scene = { readonly names: Readonly<Record<string, string>>; readonly close: () => Promise<unknown> };

const SCENES: Readonly<Record<string, (folder: string) => Promise<Scene>>> = {
  // Copied, so that no line is broken elsewhere because the project lies deeper.
  sample: async (folder) => {
    for (const name of ['sample', 'sample-source'])
      cpSync(resolve(import.meta.dirname, '../../fixtures', name), join(folder, name), { recursive: true });
    return { names: { SAMPLE: join(folder, 'sample') }, close: async () => undefined };
  },
  shop: () => serving({ 'acme/shop': shop, 'acme/base': base, 'acme/api': inheriting, 'acme/bad': bad }),
  'shop-without-referrers-api': () => serving({ 'acme/shop': shop }, { referrersApi: false }),
  'shop-behind-login': () =>
    serving({ 'acme/shop': shop }, { auth: { kind: 'basic', username: 'ada', password: 'secret' } }),
  lying: () => serving({ 'acme/shop': shop }, { lie: alterBlobs }),
  signers: openSignersScene,
  // Loaded when it is asked for: it builds on the images of this file.
  policies: async (folder) => (await import('./policy-scene.ts')).openPolicyScene(folder),
  sboms: async () => serving({ 'acme/shop': (await import('./sbom-images.ts')).fillUnsignedSboms }),
  page: async (folder) => {
    writeFileSync(join(folder, 'page.html'), '<!doctype html><title>Sign in</title>');
    return { names: {}, close: async () => undefined };
  },
  'damaged-pins': async (folder) => {
    const trust = join(folder, '.config', 'provtrace', 'trust');
    mkdirSync(trust, { recursive: true });
    writeFileSync(join(trust, 'pins.json'), '{"version":1,"pins":[{"images":"ghcr.io/acme/*",');
    return { names: {}, close: async () => undefined };
  },
  'html-proxy': () => serving({ 'acme/shop': shop }, { lie: answerHtml }),
  unreachable: async () => ({ names: { REGISTRY: `127.0.0.1:${await closedPort()}` }, close: async () => undefined }),
  'unreachable-too': async () => ({
    names: { UNREACHABLE: `127.0.0.1:${await closedPort()}` },
    close: async () => undefined,
  }),
  'damaged-cache': async (folder) => {
    for (const name of ['damaged.db', 'other-damaged.db'])
      writeFileSync(join(folder, name), 'no database at all\n'.repeat(100));
    mkdirSync(join(folder, 'folder'));
    return { names: {}, close: async () => undefined };
  },
  settings: async (folder) => {
    const files = {
      'misspelt.yaml': 'jobs: 4\nregistries:\n  ghcr.io:\n    mirors: [mirror.example.com]\n',
      'broken.yaml': 'jobs: [4\n',
      'mistyped.yaml': 'registries:\n  ghcr.io:\n    plainHttp: often\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return { names: {}, close: async () => undefined };
  },
  signed: async (folder) => {
    const { createAuthority } = await import('./authority.ts');
    const authority = createAuthority({ name: 'acme' });
    writeFileSync(join(folder, 'trusted_root.json'), authority.trustedRootJson);
    const scene = await serving({ 'acme/shop': (repository) => reallySigned(repository, authority) });
    return { ...scene, names: { ...scene.names, ROOT: join(folder, 'trusted_root.json') } };
  },
  layout: async (folder) => {
    const repository = emptyRepository();
    await shop(repository);
    await writeFolder(join(folder, 'layout'), layoutFiles(repository));
    return { names: { LAYOUT: join(folder, 'layout') }, close: async () => undefined };
  },
};

/** `given NAME`. */
export async function openScene(given: string, folder: string): Promise<Scene> {
  const open = SCENES[given];
  if (open === undefined) throw new Error(`there is no scene ${given}: ${Object.keys(SCENES).join(', ')}`);
  return open(folder);
}

/** Fills a repository of the registry at `host`; names what differs from run to run because of it. */
type Fill = (repository: TestRepository, host: string) => Promise<Readonly<Record<string, string>> | void>;
type ServerOptions = Omit<Parameters<typeof startRegistry>[0], 'repositories'>;

export async function serving(
  contents: Readonly<Record<string, Fill>>,
  options: ServerOptions = {},
): Promise<Scene & { server: TestServer }> {
  const repositories = new Map(Object.keys(contents).map((name) => [name, emptyRepository()]));
  const server = await startRegistry({ ...options, repositories });
  const names: Record<string, string> = { REGISTRY: server.host };
  for (const [name, fill] of Object.entries(contents))
    Object.assign(names, await fill(repositories.get(name)!, server.host));
  return { server, names, close: () => server.close() };
}

const COMMIT = '8f3c2b1a9d7e6f5041c2d3e4f5a6b7c8d9e0f1a2';
const REPOSITORY = 'https://github.com/acme/shop';

export const LABELS = {
  'org.opencontainers.image.source': REPOSITORY,
  'org.opencontainers.image.revision': COMMIT,
  'org.opencontainers.image.version': '1.4.0',
};

/**
 * Tags of one repository: `1.4` is an index with BuildKit's provenance, `labelled` says all by labels, `plain` says nothing,
 * `signed` has GitHub's provenance as a referrer, `torn` has two statements of one weight that differ.
 */
async function shop(repository: TestRepository): Promise<void> {
  const amd64 = await image().labels(LABELS).layer({ 'app/server': 'amd64' }).addTo(repository);
  const arm64 = await image().platform('linux/arm64').labels(LABELS).layer({ 'app/server': 'arm64' }).addTo(repository);
  const built = index().add(amd64).add(arm64);
  for (const platform of [amd64, arm64]) built.attest(platform, [buildkit(platform)]);
  built.addTo(repository, '1.4');
  await image().labels(LABELS).layer({ 'app/server': 'labelled' }).addTo(repository, 'labelled');
  await image().layer({ 'app/server': 'plain' }).addTo(repository, 'plain');
  const signed = await image().layer({ 'app/server': 'signed' }).addTo(repository, 'signed');
  attachBundle(repository, signed, github(signed, REPOSITORY));
  const torn = await image().layer({ 'app/server': 'torn' }).addTo(repository, 'torn');
  attachBundle(repository, torn, github(torn, REPOSITORY));
  attachBundle(repository, torn, github(torn, 'https://github.com/mallory/shop'));
  await image()
    .labels({
      'org.opencontainers.image.source': '\u001B]0;owned\u0007https://ada:hunter2@github.com/acme/shop\u202Egpj',
      'org.opencontainers.image.revision': '$VCS_REF',
      'org.label-schema.vcs-url': 'https://ada:hunter2@github.com/acme/shop.git',
    })
    .layer({ 'app/server': 'hostile' })
    .addTo(repository, 'hostile');
  await image()
    .labels({ 'org.opencontainers.image.source': REPOSITORY, 'com.example.note': 'x'.repeat(1024 * 1024) })
    .layer({ a: 'large' })
    .addTo(repository, 'large-label');
  index().addTo(repository, 'empty-index');
}

/** What Fulcio writes into the certificate of a run of acme's release workflow. */
const CERTIFIED: Readonly<Record<number, string>> = {
  9: `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`,
  11: 'github-hosted',
  12: REPOSITORY,
  13: COMMIT,
  14: 'refs/heads/main',
  15: '1',
  16: 'https://github.com/acme',
  18: `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`,
  19: COMMIT,
  20: 'push',
  21: `${REPOSITORY}/actions/runs/77/attempts/1`,
};

/**
 * Tags of one repository, whose bundles are really signed: `good` has a certificate that says what the predicate says, `mismatch` one of
 * another run, `privileged` one of a run for a stranger's change; `altered` has a bundle that was changed after it was signed, and labels.
 */
async function reallySigned(
  repository: TestRepository,
  authority: Authority,
): Promise<Readonly<Record<string, string>>> {
  const names: Record<string, string> = {};
  const attach = (tag: string, built: BuiltImage, bundle: object): void => {
    const bytes = jsonBytes(bundle);
    bundleReferrer(repository, built.descriptor, { bytes, predicateType: 'https://slsa.dev/provenance/v1' });
    names[tag.toUpperCase()] = digestOf(bytes);
  };
  const runs = {
    good: CERTIFIED,
    mismatch: { ...CERTIFIED, 12: 'https://github.com/acme/tools', 13: '1'.repeat(40), 14: 'refs/heads/wip' },
    privileged: {
      ...CERTIFIED,
      11: 'self-hosted',
      20: 'pull_request_target',
      21: `${REPOSITORY}/actions/runs/77/attempts/3`,
    },
  };
  for (const [tag, extensions] of Object.entries(runs)) {
    const built = await image().layer({ 'app/server': tag }).addTo(repository, tag);
    attach(tag, built, authority.signBundle({ statement: github(built, REPOSITORY), extensions }));
  }
  const altered = await image().labels(LABELS).layer({ 'app/server': 'altered' }).addTo(repository, 'altered');
  const bundle = authority.signBundle({ statement: github(altered, REPOSITORY), extensions: CERTIFIED });
  const other = Buffer.from(jsonBytes(github(altered, 'https://github.com/mallory/shop'))).toString('base64');
  attach('altered', altered, { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: other } });
  return names;
}

/** Manifests that no builder would write. */
const bad: Fill = async (repository) => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  putRaw(repository, 'nested', `{"schemaVersion":2,"layers":${nested}}`);
  putRaw(repository, 'image-and-index', '{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}');
  putRaw(repository, 'schema-1', '{"schemaVersion":1,"name":"acme/shop","fsLayers":[]}');
  putRaw(
    repository,
    'chart',
    JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
      layers: [],
    }),
  );
};

/** A manifest that no builder would write. */
function putRaw(repository: TestRepository, tag: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const digest = digestOf(bytes);
  repository.manifests.set(digest, { mediaType: 'application/vnd.oci.image.manifest.v1+json', bytes });
  repository.tags.set(tag, digest);
}

async function addBase(repository: TestRepository): Promise<BuiltImage> {
  return image()
    .labels({
      'org.opencontainers.image.source': 'https://github.com/acme/base',
      'org.opencontainers.image.revision': '0123456789abcdef0123456789abcdef01234567',
    })
    .layer({ 'etc/os-release': 'ID=acme' }, 'ADD rootfs.tar /')
    .addTo(repository, '3');
}
const base: Fill = async (repository) => void (await addBase(repository));

/** An image whose only labels are those of its base; BuildKit's provenance names the base. */
const inheriting: Fill = async (repository, host) => {
  const beneath = await addBase(emptyRepository());
  const api = await image().basedOn(beneath).layer({ 'app/api': 'api' }).addTo(repository);
  const provenance = statement({
    subject: api.digest,
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { parameters: { frontend: 'dockerfile.v0', locals: [{ name: 'context' }] } },
      materials: [
        {
          uri: `pkg:docker/${encodeURIComponent(host)}/acme/base@3`,
          digest: { sha256: beneath.digest.slice('sha256:'.length) },
        },
      ],
    },
  });
  const { digest } = index().add(api).attest(api, [provenance]).addTo(repository, '2');
  return { INDEX: digest, PROVENANCE: digestOf(jsonBytes(provenance)) };
};

export function buildkit(platform: BuiltImage): ReturnType<typeof statement> {
  return statement({
    subject: platform.digest,
    name: 'pkg:docker/acme/shop@1.4',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: {
      builder: { id: 'https://github.com/acme/shop/actions/runs/77/attempts/1' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: {
          uri: `${REPOSITORY}.git#refs/heads/main:services/cart`,
          digest: { sha1: COMMIT },
          entryPoint: 'Dockerfile',
        },
        parameters: { frontend: 'dockerfile.v0', args: {} },
        environment: { platform: 'linux/amd64' },
      },
      metadata: {
        buildStartedOn: '2026-05-30T08:00:00Z',
        buildFinishedOn: '2026-05-30T08:02:10Z',
        completeness: { parameters: true, materials: true },
      },
      materials: [{ uri: `${REPOSITORY}.git#refs/heads/main`, digest: { sha1: COMMIT } }],
    },
  });
}

export function github(
  built: { readonly digest: BuiltImage['digest'] },
  repository: string,
): ReturnType<typeof statement> {
  return statement({
    subject: built.digest,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: { workflow: { ref: 'refs/heads/main', repository, path: '.github/workflows/release.yml' } },
        internalParameters: {
          github: {
            event_name: 'push',
            repository_id: '1',
            repository_owner_id: '2',
            runner_environment: 'github-hosted',
          },
        },
        resolvedDependencies: [{ uri: `git+${repository}@refs/heads/main`, digest: { gitCommit: COMMIT } }],
      },
      runDetails: {
        builder: { id: `${repository}/.github/workflows/release.yml@refs/heads/main` },
        metadata: { invocationId: `${repository}/actions/runs/77/attempts/1` },
      },
    },
  });
}

function attachBundle(repository: TestRepository, built: BuiltImage, stated: object): void {
  bundleReferrer(repository, built.descriptor, {
    bytes: jsonBytes(bundleOf(stated)),
    predicateType: 'https://slsa.dev/provenance/v1',
  });
}

/** A Sigstore bundle that nobody could verify: what it says is there, its signature is not. */
export function bundleOf(stated: object): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'none' }, tlogEntries: [] },
    dsseEnvelope: {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(jsonBytes(stated)).toString('base64'),
      signatures: [{ sig: 'AAAA', keyid: '' }],
    },
  };
}

const alterBlobs: NonNullable<ServerOptions['lie']> = (request, response) => {
  if (request.url?.includes('/blobs/') !== true) return false;
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end('{"architecture":"amd64","os":"linux"}');
  return true;
};

const answerHtml: NonNullable<ServerOptions['lie']> = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
  return true;
};

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 1;
}
