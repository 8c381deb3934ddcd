import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { startRegistry } from '../support/registry-server.ts';
import { runTool } from '../support/run-tool.ts';
import { fillSigned, writeTrust } from '../support/signed-images.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* What the user's own configuration decides, and what a file in a working folder cannot (SPEC 8). */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-configured-'));
let server: TestServer;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const { key } = await fillSigned(repository, authority);
  writeTrust(folder, authority, key);
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
});
afterAll(() => server.close());

function configure(pins: string): string {
  const path = join(folder, 'own.yaml');
  writeFileSync(path, `trust:\n  roots: [trusted_root.json]\n  keys: [cosign.pub]\n  pins:\n${pins}`);
  return path;
}
async function originOf(tag: string, config: string): Promise<string> {
  const ran = await runTool(['trace', `${server.host}/acme/shop:${tag}`, '--format', 'json', '--config', config], {
    folder,
  });
  expect(ran.code).toBe(0);
  return (JSON.parse(ran.stdout) as { grades: { origin: string } }).grades.origin;
}

test('a pin lets a signer of a root that was added speak for images of that name, and for no others', async () => {
  const pin = (images: string): string =>
    configure(
      `    - images: ${images}\n      identity: ${DEFAULT_IDENTITY}\n      issuer: ${DEFAULT_ISSUER}\n      root: trusted_root.json\n`,
    );
  expect(await originOf('bundle-referrer', pin(`'${server.host}/acme/*'`))).toBe('verified');
  expect(await originOf('bundle-referrer', pin(`'${server.host}/acme'`))).toBe('attested');
  expect(await originOf('bundle-referrer', pin('other.example.com/acme/*'))).toBe('attested');
});

test('a pin that names no root is for the built-in ones: another root cannot speak as its signer (V13)', async () => {
  const pins = `    - images: '${server.host}/**'\n      identity: ${DEFAULT_IDENTITY}\n      issuer: ${DEFAULT_ISSUER}\n`;
  expect(await originOf('bundle-referrer', configure(pins.replace(/root: .*\n/, '')))).toBe('attested');
});

test('what is about the attestation manifest speaks for the layers in it: Docker’s second hop', async () => {
  const pins = `    - images: '${server.host}/**'\n      identity: ${DEFAULT_IDENTITY}\n      issuer: ${DEFAULT_ISSUER}\n      root: trusted_root.json\n`;
  expect(await originOf('second-hop', configure(pins))).toBe('verified');
  expect(
    await originOf(
      'second-hop',
      configure(
        `    - images: nowhere/**\n      identity: ${DEFAULT_IDENTITY}\n      issuer: ${DEFAULT_ISSUER}\n      root: trusted_root.json\n`,
      ),
    ),
  ).toBe('attested');
});

test.each(['trust: {}', 'registries: {}', 'forges: []'])(
  'a file in the working folder may not say %s',
  async (text) => {
    const working = join(folder, `working-${text.slice(0, 5)}`);
    mkdirSync(working);
    writeFileSync(join(working, 'provtrace.yaml'), `${text}\n`);
    const ran = await runTool(['trace', 'alpine', '--offline'], { folder: working });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('pull request');
  },
);

test('a file in the working folder may choose the format', async () => {
  const working = join(folder, 'choosing');
  mkdirSync(working);
  writeFileSync(join(working, 'provtrace.yaml'), 'output: { format: json }\n');
  const ran = await runTool(['trace', `${server.host}/acme/shop:cosign-sig`], { folder: working });
  expect(JSON.parse(ran.stdout)).toMatchObject({ schema: 'provtrace/trace/1' });
});

test('--output writes the result to a file, whole or not at all', async () => {
  const path = join(folder, 'out.json');
  const ran = await runTool(['trace', `${server.host}/acme/shop:cosign-sig`, '--format', 'json', '--output', path], {
    folder,
  });
  expect(ran).toMatchObject({ code: 0, stdout: '' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ schema: 'provtrace/trace/1' });
  const nowhere = await runTool(
    ['trace', `${server.host}/acme/shop:cosign-sig`, '--output', join(folder, 'no/such/folder/out')],
    { folder },
  );
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain('cannot be written');
});
