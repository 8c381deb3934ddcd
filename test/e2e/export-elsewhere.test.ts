import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord, parseJson } from '../../src/core/json.ts';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import { isDockerRegistryInstalled, startDockerRegistry } from '../support/docker-registry.ts';
import type { TestServer } from '../support/http-server.ts';
import { pushTo } from '../support/push.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { fillSigned } from '../support/signed-images.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* An exported layout where provtrace's own reader is not the only one: other tools, another registry, no network at all. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-elsewhere-'));
const layout = join(folder, 'layout');
const TAG = 'cosign-att';
const SIGNER = ['--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
const hasSkopeo = spawnSync('skopeo', ['--version']).status === 0;
const canUnshare = spawnSync('unshare', ['-rn', 'true']).status === 0;
const root = join(folder, 'trusted_root.json');
let server: TestServer;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  await fillSigned(repository, authority);
  writeFileSync(root, authority.trustedRootJson);
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const words = ['export', `${server.host}/acme/shop:${TAG}`, '--layers', '--to', layout, '--trusted-root', root];
  await runTool(words, { folder });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** What a client that knows layouts pushes of one: what index.json names, and all that this needs. */
function contentOfLayout(): TestRepository {
  const repository = emptyRepository();
  const files = readdirSync(join(layout, 'blobs', 'sha256'));
  for (const name of files) {
    const bytes = readFileSync(join(layout, 'blobs', 'sha256', name));
    const document: unknown = bytes[0] === 0x7b ? parseJson(bytes, name) : undefined;
    const mediaType = isRecord(document) ? document['mediaType'] : undefined;
    if (typeof mediaType === 'string' && /manifest|index/.test(mediaType))
      repository.manifests.set(`sha256:${name}`, { mediaType, bytes });
    else repository.blobs.set(`sha256:${name}`, bytes);
  }
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[];
  };
  for (const { digest, annotations } of index.manifests) {
    const name = annotations?.['org.opencontainers.image.ref.name'];
    if (name !== undefined) repository.tags.set(name, digest);
  }
  return repository;
}

describe('an exported layout', () => {
  test.skipIf(!isDockerRegistryInstalled)(
    'is taken by the CNCF registry, and verifies from there (skipped without docker-registry)',
    async () => {
      const registry = await startDockerRegistry();
      try {
        await pushTo(registry.host, 'acme/copy', contentOfLayout());
        const reference = `${registry.host}/acme/copy:${TAG}`;
        const ran = await runTool(['verify', reference, '--trusted-root', root, ...SIGNER], { folder });
        expect(ran.stdout + ran.stderr).toContain('pass');
        expect(ran.code).toBe(0);
      } finally {
        await registry.close();
      }
    },
  );

  test.skipIf(!hasSkopeo)('is read by skopeo (skipped without skopeo)', () => {
    const { stdout, status } = spawnSync('skopeo', ['inspect', `oci:${layout}:${TAG}`], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Os: 'linux', Architecture: 'amd64' });
  });

  test.skipIf(!canUnshare)('verifies where there is no network (skipped where unshare -rn is not permitted)', () => {
    const provtrace = resolve(import.meta.dirname, '../support/provtrace.ts');
    const words = ['verify', `oci:${layout}:${TAG}`, '--trusted-root', root, '--no-cache'];
    const run = (signer: readonly string[]): number | null =>
      spawnSync('unshare', ['-rn', process.execPath, provtrace, ...words, ...signer], {
        env: { ...process.env, HOME: folder },
      }).status;
    expect(run(SIGNER)).toBe(0);
    expect(run(['--identity', 'https://github.com/mallory/shop', '--issuer', DEFAULT_ISSUER])).toBe(1);
  });
});
