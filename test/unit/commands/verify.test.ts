import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER, createAuthority } from '../../support/authority.ts';
import { image } from '../../support/image-builder.ts';
import type { TestServer } from '../../support/http-server.ts';
import { startRegistry } from '../../support/registry-server.ts';
import type { ToolRun } from '../../support/run-tool.ts';
import { runTool } from '../../support/run-tool.ts';
import { fillSigned, writeTrust } from '../../support/signed-images.ts';
import type { RawDescriptor, TestRepository } from '../../support/test-repository.ts';
import { emptyRepository, putManifest } from '../../support/test-repository.ts';

/* What only the whole command shows: several images, standard input, and a signed manifest in the wrong place. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-verify-command-'));
let server: TestServer;
let root: string;

/** An image of an attacker who may push: its index lists the attestation manifest of another image as its own. */
async function pushMoved(repository: TestRepository): Promise<void> {
  const evil = await image().layer({ 'app/server': 'evil' }).addTo(repository);
  const good = repository.manifests.get(repository.tags.get('second-hop')!)!;
  const { manifests } = JSON.parse(new TextDecoder().decode(good.bytes)) as { manifests: RawDescriptor[] };
  const attestation = manifests.find(({ annotations }) => annotations?.['vnd.docker.reference.type'] !== undefined)!;
  const moved = {
    ...attestation,
    annotations: { ...attestation.annotations, 'vnd.docker.reference.digest': evil.digest },
  };
  putManifest(
    repository,
    { schemaVersion: 2, mediaType: good.mediaType, manifests: [evil.descriptor, moved] },
    'moved',
  );
}

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const { key } = await fillSigned(repository, authority);
  await pushMoved(repository);
  await image().layer({ 'app/server': 'plain' }).addTo(repository, 'plain');
  ({ root } = writeTrust(folder, authority, key));
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const SIGNER = ['--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
const named = (tag: string): string => `${server.host}/acme/shop:${tag}`;
function verify(words: readonly string[], stdin = ''): Promise<ToolRun> {
  return runTool(['verify', '--trusted-root', root, ...words], { folder, stdin, env: { COLUMNS: '200' } });
}

describe('standard input', () => {
  test.each(['', '\n', '  \n\t\n'])('that names no image (%o) is no pass', async (stdin) => {
    const ran = await verify(['-', ...SIGNER], stdin);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toBe('provtrace: standard input names no image\n  expected: one image a line\n');
  });

  test('is one image a line', async () => {
    const ran = await verify(
      ['-', '--format', 'ndjson', ...SIGNER],
      `${named('bundle-referrer')}\n\n${named('cosign-sig')}\n`,
    );
    expect(ran.code).toBe(0);
    expect(
      ran.stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { reference: string }).reference),
    ).toEqual([named('bundle-referrer'), named('cosign-sig')]);
  });
});

describe('several images', () => {
  test('are named with their verdicts in the order asked, and the worst code wins', async () => {
    const ran = await verify([named('bundle-referrer'), named('plain'), named('nowhere'), ...SIGNER]);
    expect(ran.code).toBe(1);
    expect(ran.stdout.split('\n').filter((line) => /^[✔✖?] /u.test(line))).toEqual([
      `✔ pass: ${named('bundle-referrer')} · linux/amd64`,
      `✖ fail: ${named('plain')} · linux/amd64`,
      `✖ failed: ${named('nowhere')}`,
    ]);
    expect(ran.stdout.trimEnd().split('\n').at(-1)).toBe('3 images: 1 pass, 1 fail, 1 not read');
    expect((await verify([named('bundle-referrer'), named('nowhere'), ...SIGNER])).code).toBe(4);
    expect((await verify([named('bundle-referrer'), named('cosign-sig'), ...SIGNER])).code).toBe(0);
  });
});

describe('a signed attestation manifest (reference/provenance.md 6.5)', () => {
  const source = ['--source-repo', 'acme/shop', '--source-ref', 'refs/heads/main'];

  test('vouches for the image that its layers are about', async () => {
    const ran = await verify([named('second-hop'), '--platform', 'linux/amd64', ...SIGNER, ...source]);
    expect(ran.stdout).toContain('of the attestation manifest that holds it');
    expect(ran.code).toBe(0);
  });

  test('vouches for no other image, whose index lists it', async () => {
    for (const asked of [SIGNER, [...SIGNER, ...source], [...SIGNER, '--signer-repo', 'acme/shop']]) {
      const ran = await verify([named('moved'), '--platform', 'linux/amd64', ...asked]);
      expect(ran.stdout).toMatch(/^✖ fail/);
      expect(ran.code).toBe(1);
    }
  });

  test('and gives the other image no grade', async () => {
    const trace = async (tag: string): Promise<unknown> => {
      const words = ['trace', named(tag), '--platform', 'linux/amd64', '--trusted-root', root, '--format', 'json'];
      return (JSON.parse((await runTool(words, { folder })).stdout) as { grades: { origin: unknown } }).grades.origin;
    };
    expect([await trace('second-hop'), await trace('moved')]).toEqual(['attested', 'none']);
  });
});

describe('without a requirement', () => {
  test('it is a usage error that shows whom one could require, once each, and never a pass', async () => {
    const ran = await verify([named('bundle-referrer'), named('cosign-sig')]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    const command = `provtrace verify ${named('bundle-referrer')} ${named('cosign-sig')} --identity ${DEFAULT_IDENTITY} --issuer ${DEFAULT_ISSUER}`;
    expect(ran.stderr.split(command)).toHaveLength(2);
    expect(ran.stderr).toContain(`${DEFAULT_IDENTITY} by ${DEFAULT_ISSUER}, not tied to this image\n`);
  });

  test('also where an image cannot be read, which is told', async () => {
    const ran = await verify([named('nowhere')]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(`${named('nowhere')} could not be read: `);
  });

  test('nobody is offered whose signature is of another image, or was altered', async () => {
    for (const tag of ['moved', 'tampered', 'about-another', 'plain']) {
      const ran = await verify([named(tag), '--platform', 'linux/amd64']);
      expect(ran.code).toBe(2);
      expect(ran.stderr).not.toContain('--identity https');
    }
  });

  test('an empty one is refused before anything is asked', async () => {
    const ran = await verify([named('bundle-referrer'), ...SIGNER, '--source-ref', '']);
    expect(ran).toMatchObject({ code: 2, stdout: '', requests: [] });
  });
});
