import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleReferrer } from '../support/attachments.ts';
import type { Authority } from '../support/authority.ts';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { image } from '../support/image-builder.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { github } from '../support/scenes.ts';
import { writeTrust } from '../support/signed-images.ts';
import { createKeyPair } from '../support/authority-keys.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { emptyRepository, jsonBytes, putManifest } from '../support/test-repository.ts';

/* Ways to have an image pass that was not looked at, each once tried with success. */
const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'test/support/provtrace.ts');
const folder = mkdtempSync(join(tmpdir(), 'provtrace-misled-'));
const authority: Authority = createAuthority({ name: 'acme' });
const repository: TestRepository = emptyRepository();
let server: TestServer;
let signed: BuiltImage;
let unsigned: BuiltImage;

beforeAll(async () => {
  signed = await image().layer({ 'app/server': 'good' }).addTo(repository, 'moving');
  unsigned = await image().platform('linux/arm64').layer({ 'app/server': 'evil' }).addTo(repository);
  const bundle = authority.signBundle({ statement: github(signed, 'https://github.com/acme/shop') });
  bundleReferrer(repository, signed.descriptor, {
    bytes: jsonBytes(bundle),
    predicateType: 'https://slsa.dev/provenance/v1',
  });
  writeTrust(folder, authority, createKeyPair('P-256'));
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
});
afterAll(() => server.close());

const verify = async (reference: string, ...flags: readonly string[]): Promise<number> => {
  const required = ['--trusted-root', 'trusted_root.json', '--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
  return (await runTool(['verify', `${server.host}/acme/shop${reference}`, ...required, ...flags], { folder })).code;
};

test('a tag that was moved is asked for anew: the local file decides nothing that can change (SPEC 7)', async () => {
  expect(await verify(':moving')).toBe(0);
  repository.tags.set('moving', unsigned.digest);
  expect(await verify(':moving')).toBe(1);
  repository.tags.set('moving', signed.digest);
});

describe('a member of an index that a runtime would run is judged, whatever is written on it', () => {
  const index = (tag: string, member: Readonly<Record<string, unknown>>): void => {
    const manifests = [signed.descriptor, { ...unsigned.descriptor, ...member }];
    putManifest(repository, { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }, tag);
  };

  test.each([
    ['nothing', {}],
    ['another reference type', { annotations: { 'vnd.docker.reference.type': 'x' } }],
    [
      'that it is a statement',
      { annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': 'x' } },
    ],
    ['an artifactType', { artifactType: 'application/x' }],
  ])('%s', async (_, member) => {
    index('members', member);
    expect(await verify(':members', '--all-platforms')).toBe(1);
    expect(await verify(':members', '--platform', 'linux/arm64')).toBe(1);
  });

  test('of two for one platform, both', async () => {
    index('twice', { platform: signed.descriptor.platform });
    expect(await verify(':twice', '--platform', 'linux/amd64')).toBe(1);
  });
});

test('a builder’s name alone works for everybody: exit 2', async () => {
  const ran = await runTool(
    ['verify', `${server.host}/acme/shop@${signed.digest}`, '--builder', 'https://example.com/builder'],
    { folder },
  );
  expect(ran.code).toBe(2);
});

test('--at counts what was signed by then', async () => {
  expect(await verify(`@${signed.digest}`, '--at', '2026-03-02T00:00:00Z')).toBe(0);
  expect(await verify(`@${signed.digest}`, '--at', '2026-02-01T00:00:00Z')).toBe(1);
  expect(await verify(`@${signed.digest}`, '--at', 'yesterday')).toBe(2);
});

test('strangers’ text reaches no terminal as it is, on standard error neither', async () => {
  const hostile = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/x\u001B[31m\u001B]0;t\u0007\u202E',
    config: signed.descriptor,
    layers: [],
  };
  putManifest(repository, hostile, 'hostile');
  for (const format of ['text', 'json']) {
    const ran = await runTool(['trace', `${server.host}/acme/shop:hostile`, '--format', format], { folder });
    expect(ran.stderr).not.toBe('');
    expect((ran.stderr + ran.stdout).replaceAll('\n', ' ')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

describe('what becomes of the output does not become the verdict', () => {
  const sample = `"${process.execPath}" "${PROGRAM}" verify "oci:${ROOT}/fixtures/sample" --source-repo a/b --offline`;
  const run = (script: string): { status: number | null; stderr: string } =>
    spawnSync('bash', ['-c', script], { encoding: 'utf8', env: { ...process.env, HOME: folder } });

  test('a reader that goes away', () => {
    expect(run(`${sample} | true; exit "\${PIPESTATUS[0]}"`).status).toBe(1);
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk: exit 2, one sentence (skipped where /dev/full is not)', () => {
    const { status, stderr } = run(`${sample} > /dev/full`);
    expect(status).toBe(2);
    expect(stderr).toContain('cannot be written');
    expect(stderr).not.toContain('    at ');
  });
});
