import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleReferrer } from '../support/attachments.ts';
import { createAuthority } from '../support/authority.ts';
import type { GitRepository } from '../support/git-repository.ts';
import { createGitRepository, hasGit } from '../support/git-repository.ts';
import type { GitServer } from '../support/git-server.ts';
import { startGitServer } from '../support/git-server.ts';
import { temporaryFolder } from '../support/git-world.ts';
import type { TestServer } from '../support/http-server.ts';
import { image } from '../support/image-builder.ts';
import { releaser } from '../support/policy-images.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { github } from '../support/scenes.ts';
import { PROVENANCE } from '../support/signed-images.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';

/* Rules about the commit, over a real git server with a forge that speaks GitHub's REST API: the same image passes and fails by what they say. */
const CODEOWNERS = '* @acme/platform\n';
const undone: (() => unknown)[] = [];
const later = (undo: () => unknown): number => undone.push(undo);
const forge = new Map<string, unknown>();
let repository: GitRepository;
let server: GitServer;
let registry: TestServer;
let commit: string;
let folder: string;
let root: string;
let files = 0;

beforeAll(async () => {
  if (!hasGit) return;
  folder = temporaryFolder(later);
  root = join(folder, 'trusted_root.json');
  const gitRoot = temporaryFolder(later);
  repository = createGitRepository(join(gitRoot, 'acme', 'shop.git'));
  server = await startGitServer({
    root: gitRoot,
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
  commit = repository.commit({
    message: 'Add the shop',
    files: { '.github/CODEOWNERS': CODEOWNERS, Dockerfile: 'FROM scratch\n' },
  });
  const authority = createAuthority({ name: 'acme' });
  writeFileSync(root, authority.trustedRootJson);
  const images = emptyRepository();
  const url = `${server.url}/acme/shop`;
  const signed = await image().layer({ a: 'signed' }).addTo(images, 'signed');
  const stated = JSON.stringify(github(signed, url)).replaceAll('8f3c2b1a9d7e6f5041c2d3e4f5a6b7c8d9e0f1a2', commit);
  const bundle = jsonBytes(authority.signBundle({ statement: JSON.parse(stated) as object }));
  bundleReferrer(images, signed.descriptor, { bytes: bundle, predicateType: PROVENANCE });
  await image()
    .labels({ 'org.opencontainers.image.source': url, 'org.opencontainers.image.revision': commit })
    .layer({ a: 'labelled' })
    .addTo(images, 'labelled');
  registry = await startRegistry({ repositories: new Map([['acme/shop', images]]) });
  later(() => registry.close());
  writeFileSync(
    join(folder, 'provtrace.yaml'),
    `forges:\n  - { host: '${server.host}', kind: github, apiUrl: '${server.url}/api' }\n`,
  );
});
beforeEach(() => {
  forge.clear();
  forge.set('/repos/acme/shop', aboutRepository());
  forge.set(`/repos/acme/shop/commits/${commit}`, aboutCommit());
  forge.set(`/repos/acme/shop/commits/${commit}/pulls`, []);
});
afterAll(async () => {
  for (const undo of undone.toReversed()) await undo();
});

function aboutRepository(): object {
  return {
    id: 7,
    full_name: 'acme/shop',
    html_url: `${server.url}/acme/shop`,
    private: false,
    visibility: 'public',
    archived: false,
    fork: false,
    default_branch: 'main',
  };
}

function aboutCommit(): object {
  const person = { name: 'Ada', email: 'ada@acme.example', date: '2023-11-14T22:13:20Z' };
  const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null };
  return {
    sha: commit,
    html_url: `${server.url}/acme/shop/commit/${commit}`,
    commit: { author: person, committer: person, message: 'x', verification: unsigned },
    author: { login: 'ada', type: 'User' },
    committer: { login: 'ada', type: 'User' },
    parents: [],
  };
}

function approve(...logins: readonly string[]): void {
  const base = { ref: 'main', repo: aboutRepository() };
  const pull = {
    number: 12,
    html_url: 'https://forge.example/acme/shop/pull/12',
    title: 'Add the shop',
    state: 'closed',
    merged_at: '2023-11-15T00:00:00Z',
    merge_commit_sha: commit,
    user: { login: 'ada', type: 'User' },
    head: { sha: 'b'.repeat(40) },
    base,
  };
  forge.set(`/repos/acme/shop/commits/${commit}/pulls`, [pull]);
  forge.set('/repos/acme/shop/pulls/12', pull);
  forge.set('/repos/acme/shop/pulls/12/commits', [{ ...aboutCommit(), sha: 'b'.repeat(40) }]);
  forge.set(
    '/repos/acme/shop/pulls/12/reviews',
    logins.map((login) => ({
      user: { login, type: 'User' },
      state: 'APPROVED',
      commit_id: 'b'.repeat(40),
      submitted_at: '2023-11-14T23:00:00Z',
      author_association: 'MEMBER',
    })),
  );
}

function verify(tag: string, source: object, ...flags: readonly string[]): Promise<ToolRun> {
  const path = join(folder, `policy-${++files}.json`);
  const require = { signers: { of: [releaser(root)] }, source };
  const only = tag === 'labelled' ? { source } : require;
  writeFileSync(path, JSON.stringify({ version: 1, rules: [{ name: 'release', images: ['**'], require: only }] }));
  const argv = ['verify', `${registry.host}/acme/shop:${tag}`, '--policy', path, '--trusted-root', root];
  const where = ['--config', join(folder, 'provtrace.yaml'), '--no-cache', '--format', 'json'];
  return runTool([...argv, ...where, ...flags], { folder, sources: 'asked', forges: 'configured' });
}

describe.skipIf(!hasGit)('rules about the commit (needs git)', () => {
  test.each([
    ['on this branch', { onBranch: { branches: ['main'] } }, { onBranch: { branches: ['release-*'] } }],
    ['on the default branch', { onBranch: { defaultBranch: true } }, { onBranch: { branches: ['next'] } }],
    ['with owners', { ownersPresent: true }, { serviceKnown: true }],
    ['whose owners are still there', { ownersNotStale: true }, { signedCommits: true }],
  ])('%s', async (_what, good, bad) => {
    const passed = await verify('signed', good);
    expect([passed.code, passed.stderr]).toEqual([0, '']);
    expect((await verify('signed', bad)).code).toBe(1);
  });

  test('reviewed by others than the author', async () => {
    expect((await verify('signed', { reviewedBy: 1 })).code).toBe(1);
    approve('ada');
    expect((await verify('signed', { reviewedBy: 1 })).code).toBe(1);
    approve('ada', 'grace');
    expect((await verify('signed', { reviewedBy: 1 })).code).toBe(0);
    expect((await verify('signed', { reviewedBy: 2 })).code).toBe(1);
  });

  test('a forge that does not answer leaves the review open, and what git tells stands', async () => {
    forge.clear();
    forge.set('/repos/acme/shop', 'no object');
    const ran = await verify('signed', { reviewedBy: 1, onBranch: { branches: ['main'] } });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('"requirement": "source.reviewedBy"');
  });

  test('a commit that a label alone names is nobody’s word: whatever is known of it counts for nothing', async () => {
    const ran = await verify('labelled', { onBranch: { branches: ['main'] } });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('the commit is only declared');
  });

  test('nobody is asked where no rule asks', async () => {
    server.reset();
    const path = join(folder, 'signers.json');
    const rule = { name: 'release', images: ['**'], require: { signers: { of: [releaser(root)] } } };
    writeFileSync(path, JSON.stringify({ version: 1, rules: [rule] }));
    const argv = ['verify', `${registry.host}/acme/shop:signed`, '--policy', path, '--trusted-root', root];
    const where = ['--config', join(folder, 'provtrace.yaml'), '--no-cache'];
    const ran = await runTool([...argv, ...where], { folder, sources: 'asked', forges: 'configured' });
    expect(ran.code).toBe(0);
    expect(server.requests.filter((request) => !request.path.includes('/attestations/'))).toEqual([]);
  });

  test('owners that the default branch names no more are stale', async () => {
    repository.commit({ files: { '.github/CODEOWNERS': '* @acme/checkout\n' } });
    const ran = await verify('signed', { ownersNotStale: true });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('@acme/platform');
  });
});
