import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, DEFAULT_IDENTITY, DEFAULT_ISSUER } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { fillSigned, writeTrust } from '../support/signed-images.ts';
import { emptyRepository } from '../support/test-repository.ts';

/*
 * Signed in the tests by an authority of their own, pushed into a registry, verified over HTTP. Every early way out has its exit code
 * here (STYLE rule 6): 0 only where something was checked and holds.
 */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-verified-'));
const opened: TestServer[] = [];
let withApi: string;
let withoutApi: string;
let root: string;
let keyFile: string;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const { key } = await fillSigned(repository, authority);
  ({ root, keyFile } = writeTrust(folder, authority, key));
  for (const referrersApi of [true, false])
    opened.push(await startRegistry({ repositories: new Map([['acme/shop', repository]]), referrersApi }));
  [withApi = '', withoutApi = ''] = opened.map(({ host }) => host);
});
afterAll(() => Promise.all(opened.map((server) => server.close())));

const SIGNER = ['--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
const verify = (tag: string, ...flags: readonly string[]): Promise<ToolRun> =>
  runTool(['verify', `${withApi}/acme/shop:${tag}`, '--trusted-root', root, '--format', 'json', ...flags], { folder });

describe('verify: 0 where it was checked and holds', () => {
  test.each(['bundle-referrer', 'cosign-3-signature', 'cosign-sig', 'cosign-att'])('%s, by its signer', async (tag) => {
    const ran = await verify(tag, ...SIGNER);
    expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: 'pass' });
    expect(ran.code).toBe(0);
  });

  test('the fallback tag, where the registry has no referrers API', async () => {
    const ran = await runTool(['verify', `${withoutApi}/acme/shop:fallback-tag`, '--trusted-root', root, ...SIGNER], {
      folder,
    });
    expect(ran.code).toBe(0);
  });

  test('a key', async () => {
    expect((await verify('keyed', '--key', keyFile)).code).toBe(0);
    // The named loss is accepted, and told.
    const unlogged = await verify('keyed-unlogged', '--key', keyFile, '--no-transparency-log');
    expect(unlogged.code).toBe(0);
    expect(unlogged.stdout).toContain('no transparency log was required');
  });

  test('what the provenance says, with cosign’s names of the flags', async () => {
    const flags = [
      '--certificate-identity',
      DEFAULT_IDENTITY,
      `--certificate-oidc-issuer=${DEFAULT_ISSUER}`,
      '--source-repo',
      'acme/shop',
      '--source-ref',
      'refs/heads/main',
      '--signer-repo',
      'acme/shop',
    ];
    expect((await verify('bundle-referrer', ...flags)).code).toBe(0);
  });

  test('a pattern, anchored', async () => {
    expect(
      (
        await verify(
          'bundle-referrer',
          '--identity-pattern',
          'https://github.com/acme/shop/**',
          '--issuer',
          DEFAULT_ISSUER,
        )
      ).code,
    ).toBe(0);
    expect(
      (
        await verify(
          'bundle-referrer',
          '--certificate-identity-regexp',
          'https://github\\.com/acme/shop/.*',
          '--issuer',
          DEFAULT_ISSUER,
        )
      ).code,
    ).toBe(0);
  });

  test('another predicate type, where it is asked for', async () => {
    expect((await verify('sbom-only', ...SIGNER, '--predicate-type', 'https://spdx.dev/Document')).code).toBe(0);
  });

  test('bundles in a file, for an image that has none', async () => {
    const bundles = join(folder, 'bundles.jsonl');
    const authority = createAuthority({ name: 'other' });
    const repository = emptyRepository();
    const { image } = await import('../support/image-builder.ts');
    const { github } = await import('../support/scenes.ts');
    const built = await image().layer({ a: 'file' }).addTo(repository, '1');
    const server = await startRegistry({ repositories: new Map([['acme/file', repository]]) });
    opened.push(server);
    writeFileSync(join(folder, 'other.json'), authority.trustedRootJson);
    writeFileSync(
      bundles,
      `${JSON.stringify(authority.signBundle({ statement: github(built, 'https://github.com/acme/shop') }))}\n{"not":"a bundle"}\n`,
    );
    const ran = await runTool(
      [
        'verify',
        `${server.host}/acme/file:1`,
        '--trusted-root',
        join(folder, 'other.json'),
        '--bundle',
        bundles,
        ...SIGNER,
      ],
      { folder },
    );
    expect(ran.code).toBe(0);
  });
});

describe('verify: 1 where it was checked and does not hold', () => {
  test.each([
    ['another identity', 'bundle-referrer', ['--identity', `${DEFAULT_IDENTITY}x`, '--issuer', DEFAULT_ISSUER]],
    ['another issuer', 'bundle-referrer', ['--identity', DEFAULT_IDENTITY, '--issuer', 'https://issuer.example']],
    [
      'a pattern that only the beginning fits (V5)',
      'bundle-referrer',
      ['--identity-pattern', 'https://github.com/acme/shop', '--issuer', DEFAULT_ISSUER],
    ],
    [
      'an expression that only the beginning fits (V5)',
      'bundle-referrer',
      ['--certificate-identity-regexp', 'https://github.com/acme/shop', '--issuer', DEFAULT_ISSUER],
    ],
    ['another source', 'bundle-referrer', [...SIGNER, '--source-repo', 'mallory/shop']],
    ['another ref', 'bundle-referrer', [...SIGNER, '--source-ref', 'refs/heads/release']],
    ['another builder', 'bundle-referrer', [...SIGNER, '--builder', 'https://example.com/builder']],
    [
      'a predicate type that nothing has (V1)',
      'bundle-referrer',
      [...SIGNER, '--predicate-type', 'https://example.com/none'],
    ],
    ['an SBOM’s signature, which is none of the image (V12)', 'sbom-only', SIGNER],
    ['a payload that was altered', 'tampered', SIGNER],
    ['a statement about another image', 'about-another', SIGNER],
    ['a key’s signature without a log entry', 'keyed-unlogged', ['--key', 'KEY']],
    ['a key that did not sign', 'bundle-referrer', ['--key', 'KEY']],
    ['a source that a signer who is a stranger states', 'bundle-referrer', ['--source-repo', 'acme/shop']],
  ] as const)('%s', async (_, tag, flags) => {
    const ran = await verify(tag, ...flags.map((flag) => (flag === 'KEY' ? keyFile : flag)));
    expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: 'fail' });
    expect(ran.code).toBe(1);
  });

  test('the root of trust is not known', async () => {
    const ran = await runTool(['verify', `${withApi}/acme/shop:bundle-referrer`, ...SIGNER], { folder });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('no root of trust');
  });
});

describe('verify: the other codes', () => {
  test('2: nothing is required, and the signers found are shown with the command', async () => {
    const ran = await verify('bundle-referrer');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`--identity ${DEFAULT_IDENTITY} --issuer ${DEFAULT_ISSUER}`);
  });

  test.each([
    ['--identity alone', ['--identity', DEFAULT_IDENTITY]],
    ['--issuer alone', ['--issuer', DEFAULT_ISSUER]],
    ['a key that is not there', ['--key', '/nowhere/cosign.pub']],
    ['a key that is none', ['--key', 'ROOT']],
    ['a root that is none', [...SIGNER, '--trusted-root', 'KEY']],
  ] as const)('2: %s', async (_, flags) => {
    const ran = await verify(
      'bundle-referrer',
      ...flags.map((flag) => (flag === 'KEY' ? keyFile : flag === 'ROOT' ? root : flag)),
    );
    expect(ran.code).toBe(2);
  });

  test('3: the evidence could not be heard', async () => {
    const repository = emptyRepository();
    const { image } = await import('../support/image-builder.ts');
    await image().layer({ a: 'b' }).addTo(repository, '1');
    const server = await startRegistry({
      repositories: new Map([['acme/shop', repository]]),
      lie: (request, response) => {
        if (request.url?.includes('/referrers/') !== true) return false;
        response.writeHead(403).end();
        return true;
      },
    });
    opened.push(server);
    const ran = await runTool(['verify', `${server.host}/acme/shop:1`, '--trusted-root', root, ...SIGNER], { folder });
    expect(ran.code).toBe(3);
  });

  test('4: no such image', async () => {
    expect((await verify('nowhere', ...SIGNER)).code).toBe(4);
  });
});

describe('trace grades what was checked', () => {
  const trace = async (
    tag: string,
    ...flags: readonly string[]
  ): Promise<{ grades: { origin: string }; text: string }> => {
    const ran = await runTool(
      ['trace', `${withApi}/acme/shop:${tag}`, '--trusted-root', root, '--format', 'json', ...flags],
      { folder },
    );
    expect(ran.code).toBe(0);
    return { ...(JSON.parse(ran.stdout) as { grades: { origin: string } }), text: ran.stdout };
  };

  test('a good signature of a stranger is attested: the private root may say any issuer’s name', async () => {
    const { grades, text } = await trace('bundle-referrer');
    expect(grades.origin).toBe('attested');
    expect(text).toContain('signer not tied to this image');
  });

  test('what was altered supports nothing, and is shown', async () => {
    const { grades, text } = await trace('tampered');
    expect(grades.origin).toBe('none');
    expect(text).toContain('rejected');
  });

  test('what is about another image supports nothing, and is a finding', async () => {
    const { grades, text } = await trace('about-another');
    expect(grades.origin).toBe('none');
    expect(text).toContain('SUBJECT_MISMATCH');
  });
});
