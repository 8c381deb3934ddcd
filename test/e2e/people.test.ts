import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GitRepository } from '../support/git-repository.ts';
import { createGitRepository, hasGit } from '../support/git-repository.ts';
import type { GitServer } from '../support/git-server.ts';
import { startGitServer } from '../support/git-server.ts';
import { temporaryFolder } from '../support/git-world.ts';
import type { TestServer } from '../support/http-server.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* From the image to the team: a monorepo of three services, over a real git server, with a forge that speaks GitHub's REST API beside it. */
const SERVICES = ['cart', 'pay', 'search'] as const;
const CODEOWNERS = [
  '* @acme/platform',
  ...SERVICES.map((name) => `services/${name}/ @acme/${name}`),
  '.github/ @acme/ci',
  '',
].join('\n');
const catalog = (name: string): string => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ${name} }
spec: { type: service, lifecycle: production, owner: "group:default/${name}" }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: ${name}, annotations: { github.com/team-slug: acme/${name} } }
spec: { type: team, children: [], profile: { email: ${name}@acme.example } }
`;

const undone: (() => unknown)[] = [];
const later = (undo: () => unknown): number => undone.push(undo);
let repository: GitRepository;
let server: GitServer;
let registry: TestServer;
let atBuild: string;
let ofFork: string;
let folder: string;

/** The forge's answers, by path; whatever else is asked is not there. */
const forge = new Map<string, unknown>();

beforeAll(async () => {
  if (!hasGit) return;
  folder = temporaryFolder(later);
  const root = temporaryFolder(later);
  repository = createGitRepository(join(root, 'acme', 'mono.git'));
  server = await startGitServer({
    root,
    instead: (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://server');
      if (!pathname.startsWith('/api/')) return false;
      const answer = forge.get(pathname.slice('/api'.length));
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
      return true;
    },
  });
  later(() => server.close());
  atBuild = repository.commit({
    message: 'Add the services (#12)\n\nReviewed-by: Grace <grace@acme.example>\n',
    files: {
      '.github/CODEOWNERS': CODEOWNERS,
      ...Object.fromEntries(SERVICES.map((name) => [`services/${name}/Dockerfile`, 'FROM alpine\n'])),
      ...Object.fromEntries(SERVICES.map((name) => [`services/${name}/catalog-info.yaml`, catalog(name)])),
    },
  });
  ofFork = repository.commitApart({ parents: [atBuild], files: { '.github/CODEOWNERS': '* @mallory\n' } });
  const images = emptyRepository();
  for (const name of SERVICES)
    await image()
      .labels(labels(`services/${name}/Dockerfile`, atBuild))
      .layer({ name })
      .addTo(images, name);
  await image().labels(labels('services/pay/Dockerfile', ofFork)).layer({ name: 'fork' }).addTo(images, 'fork');
  await image()
    .labels({ 'org.opencontainers.image.source': `${server.url}/acme/mono` })
    .layer({ name: 'bare' })
    .addTo(images, 'bare');
  registry = await startRegistry({ repositories: new Map([['acme/mono', images]]) });
  later(() => registry.close());
  writeFileSync(join(folder, 'provtrace.yaml'), configuration());
});
beforeEach(() => forge.clear());
afterAll(async () => {
  for (const undo of undone.toReversed()) await undo();
});

function labels(dockerfile: string, commit: string): Record<string, string> {
  return {
    'org.opencontainers.image.source': `${server.url}/acme/mono`,
    'org.opencontainers.image.revision': commit,
    'com.docker.image.source.entrypoint': dockerfile,
  };
}

function configuration(): string {
  return `forges:\n  - { host: '${server.host}', kind: github, apiUrl: '${server.url}/api' }\n`;
}

function trace(tag: string, ...flags: readonly string[]): Promise<ToolRun> {
  const argv = ['trace', `${registry.host}/acme/mono:${tag}`, '--config', join(folder, 'provtrace.yaml'), ...flags];
  return runTool(argv, { folder, sources: 'asked', forges: 'configured' });
}

type Document = {
  readonly grades: { readonly ownership: string };
  readonly steps: readonly {
    readonly name: string;
    readonly answer?: string;
    readonly grade?: string;
    readonly gap?: string;
    readonly why: readonly string[];
    readonly details: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly findings: readonly { readonly code: string; readonly message: string }[];
};

async function traced(tag: string, ...flags: readonly string[]): Promise<Document> {
  const ran = await trace(tag, '--format', 'json', '--no-cache', ...flags);
  expect(ran.stderr).toBe('');
  const document: Document = JSON.parse(ran.stdout);
  return document;
}

const step = (document: Document, name: string) => document.steps.find((each) => each.name === name);
const detail = (document: Document, name: string, of: string) =>
  step(document, name)?.details.find((each) => each.name === of)?.value;

describe.skipIf(!hasGit)('from the image to the team (needs git)', () => {
  test.each(SERVICES)('a monorepo: the path of %s has its own owner, service and contact', async (name) => {
    const document = await traced(name);
    expect(step(document, 'owners')).toMatchObject({ answer: `@acme/${name}`, grade: 'declared' });
    expect(detail(document, 'owners', 'asked for')).toBe(`Dockerfile services/${name}/Dockerfile`);
    expect(step(document, 'service')?.answer).toBe(`component:default/${name}`);
    expect(step(document, 'contact')?.answer).toBe(`${name}@acme.example`);
    expect(document.grades.ownership).toBe('declared');
  });

  test('the commit says who wrote it and where it is; the message hints at its review', async () => {
    const document = await traced('cart');
    expect(detail(document, 'commit', 'by')).toBe('Ada <ada@acme.example>');
    expect(detail(document, 'commit', 'subject')).toBe('Add the services (#12)');
    expect(detail(document, 'commit', 'branch')).toBe('refs/heads/main');
  });

  test('a fork’s commit under the parent’s address is caught, and its CODEOWNERS is not believed', async () => {
    const document = await traced('fork');
    expect(document.findings.map(({ code }) => code)).toContain('COMMIT_UNREACHABLE');
    expect(step(document, 'owners')).toMatchObject({ answer: '@mallory', grade: 'inferred' });
    expect(step(document, 'owners')?.why.join()).toContain('on no branch and no tag');
  });

  test('without a commit, the owners of the repository as a whole are asked, as they are now', async () => {
    const document = await traced('bare');
    expect(step(document, 'owners')).toMatchObject({ answer: '@acme/platform', grade: 'inferred' });
    expect(detail(document, 'owners', 'asked for')).toContain('the repository as a whole');
  });

  test('an approved request is found by the forge, and stale approval is not', async () => {
    forge.set(`/repos/acme/mono/commits/${atBuild}`, {
      sha: atBuild,
      html_url: `${server.url}/acme/mono/commit/${atBuild}`,
      commit: {
        author: { name: 'Ada', email: 'ada@acme.example', date: '2023-11-14T22:13:20Z' },
        committer: { name: 'Ada', email: 'ada@acme.example', date: '2023-11-14T22:13:20Z' },
        message: 'x',
        verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
      },
      author: { login: 'ada', type: 'User' },
      committer: { login: 'ada', type: 'User' },
      parents: [],
    });
    forge.set('/repos/acme/mono', {
      id: 7,
      full_name: 'acme/mono',
      html_url: `${server.url}/acme/mono`,
      private: false,
      visibility: 'public',
      archived: false,
      fork: false,
      default_branch: 'main',
    });
    const pull = {
      number: 12,
      html_url: 'https://forge.example/acme/mono/pull/12',
      title: 'Add the services',
      state: 'closed',
      merged_at: '2023-11-15T00:00:00Z',
      merge_commit_sha: atBuild,
      user: { login: 'ada', type: 'User' },
      head: { sha: 'b'.repeat(40) },
      base: {
        ref: 'main',
        repo: {
          id: 7,
          full_name: 'acme/mono',
          html_url: `${server.url}/acme/mono`,
          private: false,
          default_branch: 'main',
        },
      },
    };
    forge.set(`/repos/acme/mono/commits/${atBuild}/pulls`, [pull]);
    forge.set('/repos/acme/mono/pulls/12/reviews', [
      {
        user: { login: 'grace', type: 'User' },
        state: 'APPROVED',
        commit_id: 'b'.repeat(40),
        submitted_at: '2023-11-14T23:00:00Z',
        author_association: 'MEMBER',
      },
    ]);
    const document = await traced('cart');
    expect(step(document, 'review')).toMatchObject({ answer: pull.html_url, grade: 'attested' });
  });

  test('--no-source asks nobody, and says nothing of people', async () => {
    server.reset();
    const document = await traced('cart', '--no-source');
    expect(document.steps.map(({ name }) => name)).not.toContain('owners');
    expect(server.requests.filter(({ path }) => !path.includes('/attestations/'))).toEqual([]);
  });

  test('--require-owner: 0 where they are known so well, 1 where not, 3 where the repository is not heard', async () => {
    expect((await trace('cart', '--require-owner', 'declared', '--no-cache')).code).toBe(0);
    expect((await trace('bare', '--require-owner', 'declared', '--no-cache')).code).toBe(1);
    expect((await trace('cart', '--require-owner', 'inferred', '--no-cache', '--offline')).code).not.toBe(0);
  });

  test('a second trace within the lives of what was learned asks nobody', async () => {
    const first = await trace('search', '--cache', join(folder, 'second.db'));
    server.reset();
    const second = await trace('search', '--cache', join(folder, 'second.db'));
    expect(second.requests).toEqual([]);
    expect(server.requests).toEqual([]);
    expect(second.stdout).toBe(first.stdout);
  });

  test('after a reorganisation the drift is found, and both owners are told', async () => {
    repository.commit({ files: { '.github/CODEOWNERS': CODEOWNERS.replace('@acme/pay', '@acme/checkout') } });
    const document = await traced('pay');
    expect(step(document, 'owners')?.answer).toBe('@acme/pay');
    expect(detail(document, 'owners', 'today')).toBe('@acme/checkout');
    expect(document.findings.map(({ code }) => code)).toContain('OWNERS_CHANGED');
  });
});
