import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attestationManifest, statement } from '../support/attachments.ts';
import { createGitRepository, hasGit } from '../support/git-repository.ts';
import type { GitServer } from '../support/git-server.ts';
import { startGitServer } from '../support/git-server.ts';
import type { TestServer } from '../support/http-server.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* A provenance that holds the Dockerfile's text, and a monorepo over a real git server: which of its files is it? */
const CART = 'FROM scratch\nCOPY cart /\n';
const SHARED = 'FROM scratch\nCOPY shared /\n';
const FILES = {
  '.github/CODEOWNERS': [
    '* @acme/platform',
    ...['cart', 'pay', 'a', 'b'].map((name) => `services/${name}/ @acme/${name}`),
    '',
  ].join('\n'),
  'services/cart/build/Dockerfile': CART,
  'services/cart/catalog-info.yaml': component('cart'),
  'services/pay/Dockerfile': 'FROM scratch\nCOPY pay /\n',
  'services/pay/catalog-info.yaml': component('pay'),
  'services/a/Dockerfile': SHARED,
  'services/b/Dockerfile': SHARED,
};
const folder = mkdtempSync(join(tmpdir(), 'provtrace-dockerfiles-'));
const configuration = join(folder, 'provtrace.yaml');
const images = emptyRepository();
let server: GitServer;
let registry: TestServer;
let commit: string;

function component(name: string): string {
  return `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: { type: service, lifecycle: production, owner: ${name} }\n`;
}

function labels(): Record<string, string> {
  return { 'org.opencontainers.image.source': `${server.url}/acme/mono`, 'org.opencontainers.image.revision': commit };
}

type Plan = {
  readonly text: string;
  /** Without it the files came from the client's disk, and nothing tells where they are in the repository. */
  readonly stated?: string;
  /** Each of which another statement says to be the image's. */
  readonly commits?: readonly string[];
};

/** An image with BuildKit's provenance in `mode=max`. */
async function push(tag: string, { text, stated, commits = [] }: Plan): Promise<void> {
  const { digest, descriptor } = await image().labels(labels()).layer({ tag }).addTo(images, tag);
  const provenance = (buildDefinition: object, metadata: object = {}) =>
    statement({
      subject: digest,
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: { buildDefinition, runDetails: { builder: { id: '' }, metadata } },
    });
  const data = Buffer.from(text).toString('base64');
  const statements = [
    provenance(stated === undefined ? fromDisk() : fromGit(stated), {
      buildkit_metadata: { source: { infos: [{ filename: 'Dockerfile', data }] } },
    }),
    ...commits.map((id) =>
      provenance({ resolvedDependencies: [{ uri: `git+${server.url}/acme/mono`, digest: { gitCommit: id } }] }),
    ),
  ];
  attestationManifest(images, descriptor, { statements, form: 'artifact' });
}

const BUILD_TYPE = 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md';

function fromDisk(): object {
  const request = { frontend: 'dockerfile.v0', locals: [{ name: 'context' }, { name: 'dockerfile' }] };
  return { buildType: BUILD_TYPE, externalParameters: { configSource: { path: 'Dockerfile' }, request } };
}

function fromGit(path: string): object {
  const cut = path.lastIndexOf('/');
  const uri = `${server.url}/acme/mono.git#main`;
  const digest = { sha1: commit };
  const configSource = { uri: `${uri}:${path.slice(0, cut)}`, digest, path: path.slice(cut + 1) };
  return {
    buildType: BUILD_TYPE,
    externalParameters: { configSource, request: { frontend: 'dockerfile.v0' } },
    resolvedDependencies: [{ uri, digest }],
  };
}

beforeAll(async () => {
  if (!hasGit) return;
  const repository = createGitRepository(join(folder, 'git', 'acme', 'mono.git'));
  server = await startGitServer({ root: join(folder, 'git') });
  // An address of this machine is asked only where the user names it.
  const forge = `{ host: '${server.host}', kind: github, apiUrl: '${server.url}/api' }`;
  writeFileSync(configuration, `forges:\n  - ${forge}\n`);
  commit = repository.commit({ files: FILES });
  registry = await startRegistry({ repositories: new Map([['acme/mono', images]]) });
  await image()
    .labels({ ...labels(), 'com.docker.image.source.entrypoint': 'services/cart/build/Dockerfile' })
    .layer({ tag: 'x' })
    .addTo(images, 'labelled');
  await push('unstated', { text: CART });
  await push('stated', { text: CART, stated: 'services/cart/build/Dockerfile' });
  await push('alike', { text: SHARED });
  await push('alike-and-stated', { text: SHARED, stated: 'services/b/Dockerfile' });
  await push('misstated', { text: CART, stated: 'services/pay/Dockerfile' });
  await push('changed', { text: 'FROM scratch\nCOPY changed /\n', stated: 'services/pay/Dockerfile' });
  await push('not-there', { text: CART, stated: 'services/new/Dockerfile' });
  await push('of-two-commits', { text: CART, commits: [commit, repository.commit({ files: { 'README.md': '' } })] });
  await image().labels(labels()).layer({ tag: 'y' }).addTo(images, 'without-text');
  await push('unknown', { text: 'FROM scratch\nCOPY unknown /\n' });
});
afterAll(async () => {
  await Promise.all([server?.close(), registry?.close()]);
  rmSync(folder, { recursive: true });
});

type Document = {
  readonly steps: readonly {
    readonly name: string;
    readonly answer?: string;
    readonly grade?: string;
    readonly gap?: string;
    readonly why: readonly string[];
    readonly details: readonly { readonly name: string; readonly value: string }[];
    readonly dissent: readonly { readonly answer: string }[];
  }[];
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
  readonly places: readonly { readonly carrier: string; readonly result: string; readonly detail?: string }[];
};

function trace(tag: string, ...flags: readonly string[]): Promise<ToolRun> {
  const argv = ['trace', `${registry.host}/acme/mono:${tag}`, '--format', 'json', '--config', configuration, ...flags];
  return runTool(argv, { folder, sources: 'asked', forges: 'configured' });
}

async function traced(tag: string, ...flags: readonly string[]): Promise<Document> {
  const { stdout } = await trace(tag, '--no-cache', ...flags);
  const document: Document = JSON.parse(stdout);
  return document;
}

const step = (document: Document, name: string) => document.steps.find((each) => each.name === name);
const differences = ({ findings }: Document) => findings.filter(({ code }) => code === 'DOCKERFILE_DIFFERS');
const SAME_TEXT = 'the text in the provenance is that file’s at the commit';

describe.skipIf(!hasGit)('a Dockerfile’s text in the provenance (needs git)', () => {
  test('finds the file where nobody states it; its owners and the service beside it are the image’s', async () => {
    const document = await traced('unstated');
    expect(step(document, 'path')).toMatchObject({ answer: 'services/cart/build/Dockerfile', grade: 'attested' });
    expect(step(document, 'path')?.why.join()).toBe(`unsigned; ${SAME_TEXT}`);
    expect(step(document, 'owners')).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
    expect(step(document, 'owners')?.details[0]?.value).toBe('Dockerfile services/cart/build/Dockerfile');
    expect(step(document, 'service')?.answer).toBe('component:default/cart');
    expect(differences(document)).toEqual([]);
  });

  test('confirms what is stated', async () => {
    const document = await traced('stated');
    expect(step(document, 'path')).toMatchObject({ answer: 'services/cart/build/Dockerfile', dissent: [] });
    expect(step(document, 'path')?.details).toContainEqual({
      name: 'text',
      value: 'the same in the provenance and at the commit',
    });
    expect(differences(document)).toEqual([]);
  });

  test('of several files alike, none is taken, unless it is stated which', async () => {
    const alike = await traced('alike');
    expect(step(alike, 'path')).toMatchObject({ gap: 'absent' });
    expect(step(alike, 'owners')?.answer).toBe('@acme/platform');
    expect(alike.places).toContainEqual(
      expect.objectContaining({ result: 'found', detail: 'services/a/Dockerfile, services/b/Dockerfile' }),
    );
    const stated = await traced('alike-and-stated');
    expect(step(stated, 'path')).toMatchObject({ answer: 'services/b/Dockerfile' });
    expect(step(stated, 'owners')?.answer).toBe('@acme/b');
  });

  test('is a finding where the stated file is another, and neither is taken', async () => {
    const document = await traced('misstated');
    expect(differences(document)).toMatchObject([{ severity: 'warn' }]);
    expect(differences(document)[0]?.message).toMatch(
      /says what services\/pay\/Dockerfile was, the commit has another text there; .* as services\/cart\/build\/Dockerfile$/,
    );
    expect(step(document, 'path')).toMatchObject({ gap: 'conflict' });
    expect(
      step(document, 'path')
        ?.dissent.map(({ answer }) => answer)
        .toSorted(),
    ).toEqual(['services/cart/build/Dockerfile', 'services/pay/Dockerfile']);
    expect(step(document, 'owners')?.dissent.map(({ answer }) => answer)).toEqual(['@acme/cart', '@acme/pay']);
  });

  test('is a finding where it was changed before the build', async () => {
    const document = await traced('changed');
    expect(differences(document)[0]?.message).toMatch(/the commit has another text there$/);
    expect(step(document, 'path')).toMatchObject({ answer: 'services/pay/Dockerfile', why: ['unsigned'] });
    expect((await trace('changed', '--no-cache', '--fail-on', 'DOCKERFILE_DIFFERS')).code).toBe(1);
  });

  test('is a finding where the stated file is not there', async () => {
    expect(differences(await traced('not-there'))[0]?.message).toContain('the commit has no such file');
  });

  test('that is nobody’s says nothing', async () => {
    const document = await traced('unknown');
    expect(step(document, 'path')).toMatchObject({ gap: 'absent' });
    expect(differences(document)).toEqual([]);
  });

  test('is not looked for where the commit is disputed: of two files none is the image’s', async () => {
    const document = await traced('of-two-commits');
    expect(step(document, 'commit')).toMatchObject({ gap: 'conflict' });
    expect(step(document, 'path')).toMatchObject({ gap: 'absent' });
  });

  test('is looked for although another image of the run is of the same commit and has none', async () => {
    const names = ['without-text', 'unstated'].map((tag) => `${registry.host}/acme/mono:${tag}`);
    const argv = ['trace', ...names, '--no-cache', '--format', 'json', '--jobs', '1', '--config', configuration];
    const { stdout } = await runTool(argv, { folder, sources: 'asked', forges: 'configured' });
    const documents: readonly Document[] = JSON.parse(stdout);
    const paths = documents.map((document) => step(document, 'path')?.answer);
    expect(paths).toEqual([undefined, 'services/cart/build/Dockerfile']);
  });

  test('leaves the path open where the repository is not heard', async () => {
    const cache = join(folder, 'image-alone.db');
    await trace('unstated', '--no-source', '--cache', cache);
    const document: Document = JSON.parse((await trace('unstated', '--offline', '--cache', cache)).stdout);
    expect(step(document, 'path')).toMatchObject({ gap: 'unheard' });
  });

  test('costs the repository nothing where it is stated, and where not, the files beside the one that is found', async () => {
    const requestsFor = async (tag: string): Promise<readonly string[]> => {
      server.reset();
      await traced(tag, '--refresh');
      const asked = server.requests.filter(({ path }) => !path.includes('/attestations/'));
      return asked.map(({ method, path }) => `${method} ${path}`).toSorted();
    };
    const withoutText = await requestsFor('labelled');
    expect(withoutText.length).toBeGreaterThan(3);
    expect(await requestsFor('stated')).toEqual(withoutText);
    expect(await requestsFor('unknown')).toEqual(withoutText);
    // git asks for the address once more with each fetch.
    expect(await requestsFor('unstated')).toHaveLength(withoutText.length + 2);
  });

  test('costs a cached run nothing', async () => {
    const cache = join(folder, 'kept.db');
    const first = await trace('unstated', '--cache', cache);
    server.reset();
    const second = await trace('unstated', '--cache', cache);
    expect(second.requests).toEqual([]);
    expect(server.requests).toEqual([]);
    expect(second.stdout).toBe(first.stdout);
  });

  test('--no-source leaves it alone', async () => {
    const document = await traced('unstated', '--no-source');
    expect(step(document, 'path')).toMatchObject({ gap: 'absent' });
  });
});
