import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import { createKeyPair } from '../support/authority-keys.ts';
import type { TestServer } from '../support/http-server.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { fillSigned, writeTrust } from '../support/signed-images.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* A cluster's own policy, tried without the cluster: its keys count here as they do there, and what it cannot say here is refused by name. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-cluster-'));
let server: TestServer;
let root: string;
let keyFile: string;
let otherKey: string;
let files = 0;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const { key } = await fillSigned(repository, authority);
  const other = mkdtempSync(join(folder, 'other-'));
  ({ keyFile: otherKey } = writeTrust(other, authority, createKeyPair('P-256')));
  ({ root, keyFile } = writeTrust(folder, authority, key));
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function clusterPolicy(spec: object): string {
  const path = join(folder, `cluster-${++files}.yaml`);
  const whole = {
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: 'shop' },
    spec,
  };
  writeFileSync(path, JSON.stringify(whole));
  return path;
}
const byKey = (file: string, more: object = {}): string =>
  clusterPolicy({ images: [{ glob: '**' }], authorities: [{ key: { data: readFileSync(file, 'utf8') } }], ...more });
const verify = (tag: string, policy: string) =>
  runTool(['verify', `${server.host}/acme/shop:${tag}`, '--policy', policy, '--trusted-root', root], { folder });

describe('a ClusterImagePolicy', () => {
  test('with a key in it', async () => {
    expect((await verify('keyed', byKey(keyFile))).code).toBe(0);
    expect((await verify('keyed', byKey(otherKey))).code).toBe(1);
    expect((await verify('cosign-sig', byKey(keyFile))).code).toBe(1);
  });

  test('that only warns', async () => {
    const ran = await verify('keyed', byKey(otherKey, { mode: 'warn' }));
    expect([ran.code, ran.stdout.includes('only a warning')]).toEqual([0, true]);
  });

  test('with a body in another language is refused by name', async () => {
    const policy = { type: 'rego', data: 'package sigstore\nisCompliant { true }' };
    const ran = await verify('keyed', byKey(keyFile, { policy }));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('no policy in CUE or Rego');
  });

  test('of which nothing is for the image fails it', async () => {
    const policy = byKey(keyFile, { images: [{ glob: 'ghcr.io/acme/**' }] });
    expect((await verify('keyed', policy)).code).toBe(1);
  });
});
