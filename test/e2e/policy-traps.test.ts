import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleReferrer, cosignTag, statement } from '../support/attachments.ts';
import { DEFAULT_IDENTITY, createAuthority } from '../support/authority.ts';
import type { Authority } from '../support/authority.ts';
import type { BundleJson } from '../support/authority-documents.ts';
import { createKeyPair, spki } from '../support/authority-keys.ts';
import type { TestServer } from '../support/http-server.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { image } from '../support/image-builder.ts';
import { releaser } from '../support/policy-images.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { bundleOf, github } from '../support/scenes.ts';
import { PROVENANCE } from '../support/signed-images.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';

/* Wrong answers that other tools gave (reference/traps.md), each against a policy: what comes out, and the exit code. */
const SHOP = 'https://github.com/acme/shop';
const SBOM = 'https://spdx.dev/Document';
const folder = mkdtempSync(join(tmpdir(), 'provtrace-traps-'));
const root = join(folder, 'trusted_root.json');
const repository = emptyRepository();
let authority: Authority;
let server: TestServer;
let torn: TestServer;
let files = 0;

beforeAll(async () => {
  authority = createAuthority({ name: 'acme' });
  writeFileSync(root, authority.trustedRootJson);
  const repositories = new Map([['acme/shop', repository]]);
  server = await startRegistry({ repositories });
  torn = await startRegistry({ repositories, referrersApi: false, referrersStatus: 500 });
});
afterAll(async () => {
  await Promise.all([server.close(), torn.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** An image of that tag, with a bundle as the case makes it. */
async function pushed(
  tag: string,
  make?: (built: BuiltImage) => object,
  predicateType = PROVENANCE,
): Promise<BuiltImage> {
  const built = await image().layer({ 'app/server': tag }).addTo(repository, tag);
  if (make !== undefined)
    bundleReferrer(repository, built.descriptor, { bytes: jsonBytes(make(built)), predicateType });
  return built;
}
const good = (built: BuiltImage): BundleJson => authority.signBundle({ statement: github(built, SHOP) });
const UNHEARD = ['--offline', '--cache', join(folder, 'empty.db')];
const SIGNERS = { of: [releaser(root)] };

function policyFile(require: object, images = '**'): string {
  const path = join(folder, `policy-${++files}.json`);
  writeFileSync(path, JSON.stringify({ version: 1, rules: [{ name: 'release', images: [images], require }] }));
  return path;
}

type Asked = {
  readonly require?: object;
  readonly images?: string;
  readonly flags?: readonly string[];
  readonly at?: string;
};

function verify(tags: string | readonly string[], asked: Asked = {}): Promise<ToolRun> {
  const { require = { signers: SIGNERS }, images, flags = [], at = server.host } = asked;
  const references = [tags].flat().map((tag) => `${at}/acme/shop:${tag}`);
  const given = ['--policy', policyFile(require, images), '--trusted-root', root];
  return runTool(['verify', ...references, ...given, ...flags], { folder });
}
const codeOf = async (...asked: Parameters<typeof verify>): Promise<number> => (await verify(...asked)).code;

describe('verification', () => {
  test('what is altered below passes as it is', async () => {
    await pushed('good', good);
    expect(await codeOf('good')).toBe(0);
  });

  test('V1: a pattern that matches nothing, and a predicate type that nothing has, pass nothing', async () => {
    expect(await codeOf('good', { images: 'ghcr.io/acme/*' })).toBe(1);
    expect(await codeOf('good', { require: { attestations: [{ predicateType: 'https://acme.example/none' }] } })).toBe(
      1,
    );
  });

  test('V2: a log entry of another document binds nothing', async () => {
    await pushed('other-entry', (built) => {
      const bundle = good(built);
      const { tlogEntries } = authority.signBundle({
        statement: github(built, 'https://github.com/acme/other'),
      }).verificationMaterial;
      return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries } };
    });
    expect(await codeOf('other-entry')).toBe(1);
  });

  test('V3: a key that comes with the bundle is nobody’s', async () => {
    const key = createKeyPair('P-256');
    await pushed('own-key', (built) => {
      const bundle = authority.signBundle({ statement: github(built, SHOP), managedKey: key });
      const publicKey = { hint: 'x', rawBytes: spki(key).toString('base64') };
      return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, publicKey } };
    });
    expect(await codeOf('own-key')).toBe(1);
  });

  test('V4: an older media type does not do away with the inclusion proof', async () => {
    await pushed('older-type', (built) => {
      const bundle = authority.signBundle({ statement: github(built, SHOP), log: 'v2', timestamped: true });
      const tlogEntries = bundle.verificationMaterial.tlogEntries.map((entry) => ({
        ...entry,
        inclusionProof: undefined,
      }));
      const mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
      return { ...bundle, mediaType, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries } };
    });
    expect(await codeOf('older-type')).toBe(1);
  });

  test('V5: an identity is anchored at both ends', async () => {
    const identity = DEFAULT_IDENTITY.replace('acme/shop', 'acme/shop-evil');
    await pushed('evil', (built) => authority.signBundle({ statement: github(built, SHOP), identity }));
    const { identity: _identity, ...issuer } = releaser(root) as { identity: string };
    const among = (identityPattern: string) => ({ require: { signers: { of: [{ ...issuer, identityPattern }] } } });
    expect(await codeOf('evil', among('https://github.com/acme/shop/**'))).toBe(1);
    expect(await codeOf('good', among('https://github.com/acme/shop/**'))).toBe(0);
  });

  test('V6: a builder in the payload is the payload’s word', async () => {
    const identity = 'https://github.com/mallory/shop/.github/workflows/x.yml@refs/heads/main';
    await pushed('claimed-builder', (built) => authority.signBundle({ statement: github(built, SHOP), identity }));
    const require = { provenance: { builders: [`${SHOP}/.github/workflows/release.yml@refs/heads/main`] } };
    expect(await codeOf('claimed-builder', { require })).toBe(1);
  });

  test('V7: what could not be fetched is not absent', async () => {
    expect(await codeOf('good', { at: torn.host })).toBe(3);
  });

  test('V8: each image is looked at for itself, whatever carries its signature', async () => {
    const legacy = await pushed('legacy');
    const layer = authority.signSimpleSigning({ digest: legacy.digest });
    const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
    cosignTag(repository, legacy.digest, { kind: 'sig', layers: [{ mediaType, ...layer }] });
    expect(await codeOf(['good', 'legacy'])).toBe(0);
    expect(await codeOf(['legacy', 'good'])).toBe(0);
  });

  test('V9, V11: what is not verified is no provenance, and is told as what it is', async () => {
    await pushed('unverified', (built) => bundleOf(github(built, SHOP)));
    const ran = await verify('unverified', { require: { provenance: { present: true } }, flags: ['--format', 'json'] });
    expect(ran.code).toBe(1);
    expect(ran.stdout).not.toContain('"assurance": "verified"');
  });

  test('V10: the source is what the builder calls it, and not the first of the inputs', async () => {
    await pushed('several-inputs', (built) => {
      const stated = structuredClone(github(built, SHOP)) as {
        predicate: { buildDefinition: { resolvedDependencies: object[] } };
      };
      const other = { uri: 'git+https://github.com/acme/tools@refs/heads/main', digest: { gitCommit: '1'.repeat(40) } };
      stated.predicate.buildDefinition.resolvedDependencies.unshift(other);
      return authority.signBundle({ statement: stated });
    });
    const from = (url: string) => ({ require: { signers: SIGNERS, provenance: { repositories: [url] } } });
    expect(await codeOf('several-inputs', from('https://github.com/acme/tools'))).toBe(1);
    expect(await codeOf('several-inputs', from(SHOP))).toBe(0);
  });

  test('V12: an SBOM that somebody signed is no signature of the image', async () => {
    const sbom = (built: BuiltImage) =>
      statement({ subject: built.digest, predicateType: SBOM, predicate: { spdxVersion: 'SPDX-2.3' } });
    await pushed('sbom-only', (built) => authority.signBundle({ statement: sbom(built) }), SBOM);
    expect(await codeOf('sbom-only')).toBe(1);
  });

  test('V13: another root of trust stands in for no built-in one', async () => {
    const { root: _root, ...builtIn } = releaser(root) as { root: string };
    expect(await codeOf('good', { require: { signers: { of: [builtIn] } } })).toBe(1);
  });

  test('V14: --offline asks nobody', async () => {
    const ran = await verify('good', { flags: UNHEARD });
    expect([ran.code, ran.requests]).toEqual([3, []]);
  });

  test.each([
    ['no JSON', Buffer.from('{"_type":')],
    ['no statement', Buffer.from('[]')],
    ['a predicate of another kind', undefined],
  ])('V15: a payload that is %s fails', async (what, payload) => {
    const tag = `malformed-${what.replaceAll(' ', '-')}`;
    await pushed(tag, (built) =>
      payload === undefined
        ? authority.signBundle({
            statement: statement({ subject: built.digest, predicateType: PROVENANCE, predicate: 7 }),
          })
        : authority.signBundle({ payload }),
    );
    const ran = await verify(tag, { require: { signers: SIGNERS, provenance: { triggers: ['push'] } } });
    expect([ran.code, ran.stderr]).toEqual([1, '']);
  });
});

describe('output', () => {
  test('O1: escapes of a signer’s words reach neither terminal nor documents', async () => {
    await pushed('escapes', (built) =>
      authority.signBundle({
        statement: github(built, `${SHOP}/\u001b]0;owned\u0007`),
        identity: 'x\u001b[31m@acme.example',
      }),
    );
    for (const format of ['text', 'json', 'ndjson', 'markdown', 'junit', 'sarif', 'github']) {
      const ran = await verify('escapes', { flags: ['--format', format] });
      expect(ran.code).toBe(1);
      expect(ran.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|u001b/u);
    }
  });

  test('O2: the same question has the same answer, byte for byte', async () => {
    const ask = (): Promise<ToolRun> => verify(['good', 'evil', 'escapes'], { flags: ['--format', 'json'] });
    const [first, second] = [await ask(), await ask()];
    expect(second.stdout.replaceAll(/policy-\d+/g, '')).toBe(first.stdout.replaceAll(/policy-\d+/g, ''));
  });

  test('O3: exit codes are the same in every format', async () => {
    for (const format of ['text', 'json', 'ndjson', 'sarif', 'junit', 'github', 'vsa', 'markdown'])
      expect([
        await codeOf('good', { flags: ['--format', format] }),
        await codeOf('evil', { flags: ['--format', format] }),
        await codeOf('good', { flags: ['--format', format, ...UNHEARD] }),
      ]).toEqual([0, 1, 3]);
  });

  test('O4: no line ends in a colon with nothing after it', async () => {
    for (const tag of ['good', 'evil', 'unverified', 'legacy']) {
      const { stdout } = await verify(tag, { require: { signers: SIGNERS, sbom: { present: true } } });
      expect(stdout.split('\n').filter((line) => line.endsWith(':'))).toEqual([]);
    }
  });

  test('O5: every verdict names its image', async () => {
    const { stdout } = await verify(['good', 'evil']);
    expect(stdout).toContain(`pass: ${server.host}/acme/shop:good`);
    expect(stdout).toContain(`fail: ${server.host}/acme/shop:evil`);
  });
});
